"""The practice newspaper behind somebody else's web server, and a tap on the wire before that."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import trustme

from practice.client import PracticeProcess
from practice.config import HOSTS
from support.home import Home
from support.static_export import export
from support.web_servers import WebServer, serving
from support.wiretap import Wiretap


@dataclass
class Tapped:
    """What a crawl is told of a server, and what the relay before it heard."""

    resolve: list[str]
    ca_file: Path
    wiretap: Wiretap
    key_log: Path

    def exchanges(self) -> list[tuple[bytes, bytes]]:
        return self.wiretap.exchanges(self.key_log)


@contextmanager
def newspaper_behind(server: WebServer, folder: Path, articles: int) -> Iterator[Tapped]:
    """The practice newspaper behind *server*, with a relay before it."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    issued = authority.issue_cert(*HOSTS).private_key_and_cert_chain_pem.bytes()
    options = ("--articles", str(articles), "--no-https-redirect", "--no-compression")
    # Apache's workers run as another user: what they serve lies where everybody may read.
    with PracticeProcess(*options) as site, tempfile.TemporaryDirectory() as pages:
        Path(pages).chmod(0o755)
        assert export(site, Path(pages)) > 2 * articles
        with (
            serving(server, Path(pages), site.http_port, issued) as place,
            Wiretap(place.address, place.port) as wiretap,
        ):
            resolve = [f"{host}:443:127.0.0.1:{wiretap.port}" for host in HOSTS]
            yield Tapped(resolve, folder / "ca.pem", wiretap, folder / "keys.log")


def crawl_tapped(home: Home, site: Tapped, *options: str, speed: bool = True) -> dict[str, Any]:
    """A whole crawl; what passed can be read afterwards."""
    env = {"SSLKEYLOGFILE": str(site.key_log)}
    result = home.crawl(site, "sections", "--full", *options, speed=speed, env=env)
    assert result["returncode"] == 0, (result["reason"], result["stderr"])
    return result
