"""Where a request really goes: ``--resolve`` rules, public addresses only, verified TLS."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import IgnoreRequest
from twisted.internet.endpoints import (
    HostnameEndpoint,
    TCP4ClientEndpoint,
    TCP6ClientEndpoint,
    wrapClientTLS,
)
from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from twisted.internet.ssl import Certificate, optionsForClientTLS, trustRootFromCertificates
from twisted.web.iweb import IAgentEndpointFactory, IPolicyForHTTPS
from zope.interface import implementer

from crawler.errors import UsageError
from crawler.resolve import ResolveRule, is_public

if TYPE_CHECKING:
    from twisted.web.client import URI


_PEM_END = b"-----END CERTIFICATE-----"


class PrivateAddressError(IgnoreRequest):
    """The host leads into a private network, and no ``--resolve`` rule allows that."""


@implementer(IResolutionReceiver)
class _PublicReceiver:
    def __init__(self, receiver: Any, refused: list[str]) -> None:
        self._receiver = receiver
        self._refused = refused

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802  Twisted's name
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        if is_public(address.host):
            self._receiver.addressResolved(address)
        else:
            self._refused.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802
        self._receiver.resolutionComplete()


@implementer(IHostnameResolver)
class _PublicResolver:
    """Drops private addresses from every answer, so that the address connected to is one that was
    checked (a name that answers differently the second time gains nothing).
    """

    def __init__(self, resolver: Any, refused: list[str]) -> None:
        self._resolver = resolver
        self._refused = refused

    def resolveHostName(  # noqa: N802  Twisted's name
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        receiver = _PublicReceiver(resolutionReceiver, self._refused)
        return self._resolver.resolveHostName(
            receiver, hostName, portNumber, addressTypes, transportSemantics
        )


@implementer(IPolicyForHTTPS)
class TLSPolicy:
    """Certificates are verified, against the system's roots or the given PEM file's."""

    def __init__(self, ca_file: Path | None = None) -> None:
        self._trust_root: Any = None if ca_file is None else _trust_root(ca_file)
        self._creators: dict[bytes, Any] = {}

    @classmethod
    def trusting(cls, pem: bytes) -> TLSPolicy:
        policy = cls()
        policy._trust_root = trustRootFromCertificates(_certificates(pem))
        return policy

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:  # noqa: ARG002, N802
        # One context for a host, not for a connection: loading the roots takes milliseconds.
        if hostname not in self._creators:
            self._creators[hostname] = optionsForClientTLS(
                hostname.decode("ascii"), trustRoot=self._trust_root
            )
        return self._creators[hostname]


def _trust_root(ca_file: Path) -> Any:
    try:
        certificates = _certificates(ca_file.read_bytes())
    except Exception as exc:
        raise UsageError(f"--ca-file {ca_file}: no readable PEM certificates ({exc})") from exc
    if not certificates:
        raise UsageError(f"--ca-file {ca_file}: holds no PEM certificate")
    return trustRootFromCertificates(certificates)


def _certificates(pem: bytes) -> list[Certificate]:
    return [Certificate.loadPEM(part + _PEM_END) for part in pem.split(_PEM_END)[:-1]]


@implementer(IAgentEndpointFactory)
class Destinations:
    """Endpoint of a URI: the ``--resolve`` address if there is a rule, else a public address."""

    def __init__(
        self, reactor: Any, policy: TLSPolicy, rules: Iterable[ResolveRule], timeout: float
    ) -> None:
        self._reactor = reactor
        self._policy = policy
        self._rules = {(rule.host, rule.port): rule for rule in rules}
        self._timeout = timeout
        self.refused: dict[str, list[str]] = {}
        """Private addresses that a host name led to, by host name."""

    def endpointForURI(self, uri: URI) -> Any:  # noqa: N802  Twisted's name
        host = uri.host.decode("ascii").lower()
        rule = self._rules.get((host, uri.port))
        endpoint = self._ruled(rule) if rule else self._public(host, uri.port)
        if uri.scheme == b"https":
            return wrapClientTLS(self._policy.creatorForNetloc(uri.host, uri.port), endpoint)
        return endpoint

    def _ruled(self, rule: ResolveRule) -> Any:
        version = ipaddress.ip_address(rule.address).version
        endpoint = TCP6ClientEndpoint if version == 6 else TCP4ClientEndpoint  # noqa: PLR2004
        return endpoint(self._reactor, rule.address, rule.to_port, timeout=self._timeout)

    def _public(self, host: str, port: int) -> Any:
        refused = self.refused[host] = []
        endpoint = HostnameEndpoint(self._reactor, host, port, timeout=self._timeout)
        # No public way to give one endpoint a resolver; the reactor's own is shared by everybody.
        resolver = _PublicResolver(self._reactor.nameResolver, refused)
        name = "_getNameResolverAndMaybeWarn"  # Twisted 26 asks it anew for every connection
        vars(endpoint)[name] = lambda _reactor: resolver
        return endpoint

    def raise_if_private(self, host: str) -> None:
        """:raises PrivateAddressError: the look-up gave nothing but private addresses."""
        if refused := self.refused.get(host.lower()):
            raise PrivateAddressError(
                f"{host} leads to the private address {refused[0]}, which is refused;"
                " --resolve allows it for a mirror or the practice newspaper"
            )
