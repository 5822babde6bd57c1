"""What a crawl was asked to do, checked before anything is started."""

from __future__ import annotations

import math
import os
import re
import ssl
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Literal, cast, get_args
from urllib.parse import urlsplit

from crawler.errors import UsageError
from crawler.resolve import MIN_DELAY_SECONDS, ResolveRule

Spider = Literal["sections", "videos", "page"]


_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def parse_duration(text: str, option: str) -> float:
    """Seconds of ``90s``, ``10m``, ``1h``, ``1.5h``, ``2d``; a bare number is seconds.

    :param option: its name, for the refusal.
    """
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smhd]?)\s*", text)
    if match is None:
        raise UsageError(f"{option} {text!r} is no length of time; write 90s, 10m, 1h or 2d")
    return float(match[1]) * _UNITS[match[2] or "s"]


def check_spider(name: str) -> Spider:
    if name not in get_args(Spider):
        raise UsageError(f"there is no spider {name!r}; crawl sections, videos or page")
    return cast("Spider", name)


def check_render(name: str) -> None:
    if name in {"auto", "always"}:
        raise UsageError(f"--render {name} comes later: pages through a browser are not built yet")
    if name != "never":
        raise UsageError(f"--render {name!r} is not understood; write never")


def check_workers(count: int) -> None:
    if count < 1:
        raise UsageError(f"--workers {count} cannot crawl; write 1")
    if count > 1:
        raise UsageError(f"--workers {count} comes later: so far one process crawls")


def check_urls_and_sections(
    spider: Spider, urls: Sequence[str], sections: Sequence[str], resume: str | None
) -> None:
    """An option that would be ignored is a misunderstanding, so it is refused."""
    if spider == "page" and not urls and not resume:
        raise UsageError("`crawl page` needs at least one URL, such as https://baodaklak.vn/…/")
    if spider != "page" and urls:
        raise UsageError(f"`crawl {spider}` takes no URL ({urls[0]}); use `crawl page URL…`")
    if spider != "sections" and sections:
        raise UsageError(f"`crawl {spider}` takes no --section; use `crawl sections --section …`")


def check_page_url(text: str, own_hosts: Sequence[str]) -> str:
    """The address as given, if it is one of the newspaper's."""
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError as exc:
        raise UsageError(f"{text!r} is no address ({exc}); write https://HOST/PATH/") from None
    if parts.scheme not in {"http", "https"} or not host or re.search(r"\s", text):
        raise UsageError(f"{text!r} is no address; write https://HOST/PATH/")
    if parts.username or parts.password:
        raise UsageError(f"the address at {host} names a user or a password; leave them out")
    if host.rstrip(".").removeprefix("www.") not in own_hosts:
        raise UsageError(f"{text!r} is not an address of the newspaper ({', '.join(own_hosts)})")
    return text


def check_delay(delay: float, rules: Collection[ResolveRule], hosts: Collection[str]) -> float:
    """Full speed is for machines of our own: every host must lead to a loopback address."""
    if not math.isfinite(delay) or delay < 0:
        raise UsageError(f"--delay {delay} is no number of seconds; write 1 or 2.5")
    if delay >= MIN_DELAY_SECONDS:
        return delay
    # An entry that leads elsewhere would be hammered even while another one is local.
    local = {entry.host for entry in rules if entry.is_loopback}
    local -= {entry.host for entry in rules if not entry.is_loopback}
    remote = sorted(set(hosts) - local)
    if remote:
        raise UsageError(
            f"--delay {delay:g} would strain {', '.join(remote)}; less than {MIN_DELAY_SECONDS:g} s"
            " is only for hosts that --resolve sends to a loopback address"
        )
    return delay


def check_limit(value: float | None, option: str) -> float | None:
    """A limit of zero or less would end every exchange before it began."""
    if value is not None and not (math.isfinite(value) and value > 0):
        raise UsageError(f"{option} {value:g} is no limit; write a number above 0")
    return value


def check_certificates(path: Path) -> Path:
    """The file, if certificates can be read from it."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except ssl.SSLError:
        raise UsageError(f"--ca-file {path} holds no PEM certificate; name the CA's .pem") from None
    except OSError as exc:
        raise UsageError(f"--ca-file {path} cannot be read ({exc.strerror})") from exc
    return path.absolute()


def check_key_log() -> None:
    """Libraries that open it themselves would end the crawl at a place that says nothing."""
    if path := os.environ.get("SSLKEYLOGFILE"):
        try:
            Path(path).open("ab").close()
        except OSError as exc:
            raise UsageError(
                f"SSLKEYLOGFILE {path} cannot be written ({exc.strerror});"
                " name another file, or unset it"
            ) from exc
