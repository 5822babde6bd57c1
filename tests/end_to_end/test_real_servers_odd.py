"""The four servers with settings that few give them, one crawl after the other: as exact, and the
second finds nothing changed.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from support.behind import crawl_tapped, newspaper_behind
from support.home import Home
from support.warc import read_exchanges
from support.web_servers import APACHE, CADDY, LIGHTTPD, NGINX, WebServer

pytestmark = [pytest.mark.soak, pytest.mark.mongo, pytest.mark.timeout(900)]

ARTICLES = 12


def limited(status: int) -> WebServer:
    """25 requests a second and five more, then Retry-After."""
    later = f"internal; add_header Retry-After 1 always; return {status};"
    limit = f"limit_req zone=a burst=5 nodelay; error_page {status} @later;"
    return nginx(
        f"limit_req_zone $binary_remote_addr zone=a:1m rate=25r/s; limit_req_status {status};",
        ("    root", f"    {limit} location @later {{ {later} }}\n    root"),
    )


def nginx(settings: str, *others: tuple[str, str]) -> WebServer:
    return NGINX.with_settings(("  gzip on;", f"  gzip on; {settings}"), *others)


def apache(settings: str, *others: tuple[str, str]) -> WebServer:
    return APACHE.with_settings(("ServerName", f"{settings}\nServerName"), *others)


def module(name: str) -> str:
    return f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so"


BROTLI = "AddOutputFilterByType BROTLI_COMPRESS text/html"

# server, delay in seconds, what then stands in the heads of some responses (empty: no response)
CASES = {
    "nginx ends each connection, without a length": (
        nginx("keepalive_requests 1; chunked_transfer_encoding off;"),
        "0",
        rb"Connection: close\r\n(?!.*Content-Length).*Content-Encoding: gzip",
    ),
    "nginx in tiny pieces": (
        nginx("ssl_buffer_size 256; gzip_buffers 32 512; gzip_types *; postpone_output 0;"),
        "0",
        rb"image/\S+\r\n.*Transfer-Encoding: chunked",
    ),
    "nginx asks HTTP/1.0 and has no ETags": (
        nginx("etag off;", ("proxy_http_version 1.1", "proxy_http_version 1.0")),
        "0",
        rb" 304 .*Last-Modified",
    ),
    "nginx says 503, later": (limited(503), "0.02", rb" 503 .*Retry-After: 1"),
    "nginx says 429, later": (limited(429), "0.02", rb" 429 .*Retry-After: 1"),
    "nginx closes when the next request comes": (nginx("keepalive_timeout 50ms;"), "0.05", rb""),
    "Apache closes when the next request comes": (apache("KeepAliveTimeout 50ms"), "0.05", rb""),
    "Apache ends each connection": (apache("KeepAlive off"), "0", rb"Connection: close"),
    "Apache leaves ETags alone": (apache("DeflateAlterETag NoChange"), "0", rb'(?<!-gzip)"\r\n'),
    "Apache sends br unasked": (
        apache(
            f"{module('headers')}\n{module('brotli')}\n{BROTLI}\n"
            "RequestHeader set Accept-Encoding br early",
            ("AddOutputFilterByType DEFLATE text/html", "#"),
        ),
        "0",
        rb"Content-Encoding: br",
    ),
    "Caddy sends zstd unasked": (
        CADDY.with_settings(
            ("  encode gzip zstd", "  request_header Accept-Encoding zstd\n  encode zstd")
        ),
        "0",
        rb"Content-Encoding: zstd",
    ),
    "lighttpd streams, two requests a connection": (
        LIGHTTPD.with_settings(
            ("ssl.engine", "server.stream-response-body = 2\nssl.engine"),
            ("ssl.pemfile", "server.max-keep-alive-requests = 2\nssl.pemfile"),
        ),
        "0",
        rb"Connection: close",
    ),
    "lighttpd speaks HTTP/1.0": (
        LIGHTTPD.with_settings(
            ("ssl.engine", 'server.protocol-http11 = "disable"\nssl.engine'),
        ),
        "0",
        rb"HTTP/1\.0 200",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_odd_settings(name: str, home: Home, tmp_path: Path) -> None:
    server, delay, sign = CASES[name]
    if server.missing:
        pytest.skip(server.missing)
    with newspaper_behind(server, tmp_path, ARTICLES) as site:
        first = crawl_tapped(home, site, "--delay", delay, speed=False)
        second = crawl_tapped(home, site, "--delay", delay, speed=False)
        served = site.exchanges()
    assert first["counts"]["new"] == second["counts"]["unchanged"] == ARTICLES
    assert first["counts"]["resources_failed"] == second["counts"]["resources_failed"] == 0
    kept = read_exchanges(home.warcs)
    assert Counter(served) == Counter((e.request, e.response) for e in kept)
    heads = [e.response.partition(b"\r\n\r\n")[0] + b"\r\n" for e in kept]
    assert any(re.search(sign, head, re.DOTALL) if sign else head == b"\r\n" for head in heads)
    done = home.khobao("archive", "verify", "--documents")
    assert done.returncode == 0, done.stdout + done.stderr
