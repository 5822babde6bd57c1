"""``--resolve``, as curl's: a host's bytes come from another address; and which are private."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from crawler.errors import UsageError

MIN_DELAY_SECONDS = 0.5
"""Nobody is asked faster than this, except a loopback address."""


def is_public(address: str) -> bool:
    """True for addresses of the public internet; False for loopback, link-local, private, …"""
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None)
    return (mapped or ip).is_global and not ip.is_multicast


@dataclass(frozen=True, slots=True)
class ResolveRule:
    """``HOST:PORT:ADDR[:PORT]``, as curl's ``--resolve``, with a port of the other side too."""

    host: str
    port: int
    address: str
    to_port: int

    @classmethod
    def parse(cls, text: str) -> ResolveRule:
        """:raises UsageError: not of the form, or not an address."""
        host, _, rest = text.partition(":")
        port, _, target = rest.partition(":")
        address, to_port = _split_target(target)
        try:
            ipaddress.ip_address(address)
            rule = cls(host.lower(), _port(port), address, _port(to_port or port))
        except ValueError:
            rule = None
        if rule is None or not host:
            raise UsageError(
                f"--resolve {text!r}: expected HOST:PORT:ADDRESS[:PORT],"
                " for example baodaklak.vn:443:127.0.0.1:8443"
            )
        return rule

    @property
    def is_loopback(self) -> bool:
        return ipaddress.ip_address(self.address).is_loopback


def _split_target(target: str) -> tuple[str, str]:
    if target.startswith("["):
        address, _, port = target[1:].partition("]")
        return address, port.removeprefix(":")
    if target.count(":") > 1:  # a bare IPv6 address leaves no room for a port
        return target, ""
    address, _, port = target.partition(":")
    return address, port


def _port(text: str) -> int:
    number = int(text)
    if not 0 < number < 65536:  # noqa: PLR2004  what a port can be
        raise ValueError(text)
    return number
