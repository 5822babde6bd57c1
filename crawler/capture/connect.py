"""Where a request really goes: ``--resolve`` rules, public addresses only, verified TLS."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohappyeyeballs
from scrapy.utils.httpobj import urlparse_cached

from crawler.capture.connection import Connection
from crawler.capture.fetch_result import (
    BrokenExchangeError,
    FetchTimeoutError,
    PrivateAddressError,
    RefusedConnectionError,
    UnresolvedHostError,
    one_line,
)
from crawler.resolve import ResolveRule, is_public
from crawler.sites.addresses import DEFAULT_PORTS

if TYPE_CHECKING:
    from scrapy import Request

    from crawler.capture.tls import TLSPolicy

_NEXT_ADDRESS_SECONDS = 0.25
"""RFC 8305: so long one address has for itself before the next is tried beside it."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Whom a request asks: requests to one origin may share a connection."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, request: Request) -> Origin:
        parts = urlparse_cached(request)
        return cls(
            parts.scheme, (parts.hostname or "").lower(), parts.port or DEFAULT_PORTS[parts.scheme]
        )

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


class Destinations:
    """Connections to an origin: to the ``--resolve`` address if there is a rule, else to a public
    one. The address connected to is the one that was checked: a name that answers differently the
    second time gains nothing.
    """

    def __init__(self, policy: TLSPolicy, rules: Iterable[ResolveRule]) -> None:
        self._policy = policy
        self._rules = {(rule.host, rule.port): rule for rule in rules}

    async def connect(self, origin: Origin, timeout: float) -> Connection:  # noqa: ASYNC109
        """:raises FetchError: there is no connection, or not within *timeout* seconds."""
        try:
            async with asyncio.timeout(timeout):
                return await self._connect(origin)
        except TimeoutError as exc:
            detail = f"no connection to {origin.host}:{origin.port} within {timeout:g} s"
            raise FetchTimeoutError("connect-timeout", None, detail) from exc
        except ConnectionRefusedError as exc:
            raise RefusedConnectionError("connection-refused", None, one_line(exc)) from exc
        except ssl.SSLCertVerificationError as exc:
            raise BrokenExchangeError("tls-certificate", None, one_line(exc)) from exc
        except ssl.SSLError as exc:
            raise BrokenExchangeError("tls-handshake", None, one_line(exc)) from exc
        except OSError as exc:
            raise BrokenExchangeError("connect-failed", None, one_line(exc)) from exc

    async def _connect(self, origin: Origin) -> Connection:
        loop = asyncio.get_running_loop()
        layer = self._policy.layer_for(origin.host) if origin.scheme == "https" else None
        sock = await aiohappyeyeballs.start_connection(
            await self._addresses(origin), happy_eyeballs_delay=_NEXT_ADDRESS_SECONDS, interleave=1
        )
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _, connection = await loop.create_connection(lambda: Connection(layer), sock=sock)
        try:
            await connection.established
        except BaseException:
            connection.abort()
            raise
        return connection

    async def _addresses(self, origin: Origin) -> list[Any]:
        if rule := self._rules.get((origin.host, origin.port)):
            version = ipaddress.ip_address(rule.address).version
            family = socket.AF_INET6 if version == 6 else socket.AF_INET  # noqa: PLR2004
            place = (rule.address, rule.to_port)
            return [(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", place)]
        try:
            found = await asyncio.get_running_loop().getaddrinfo(
                origin.host, origin.port, type=socket.SOCK_STREAM
            )
        except (OSError, UnicodeError) as exc:
            raise UnresolvedHostError("dns-failure", None, one_line(exc)) from exc
        public = [each for each in found if is_public(str(each[4][0]))]
        if not public:
            raise PrivateAddressError(
                "private-address",
                None,
                f"{origin.host} leads to the private address {found[0][4][0]}, which is refused;"
                " --resolve allows it for a mirror or the practice newspaper",
            )
        return public
