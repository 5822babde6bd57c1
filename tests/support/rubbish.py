"""A web server under the newspaper's names that answers every address alike, robots.txt aside."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import trustme

HOSTS = ("baodaklak.vn", "www.baodaklak.vn", "moi.baodaklak.vn")


@dataclass
class Rubbish:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    robots: int = 404
    """Status of robots.txt; 200 gives the same rubbish as everything else."""

    asked: list[str] = field(default_factory=list)
    resolve: list[str] = field(default_factory=list)
    ca_file: Path = Path()


@contextmanager
def serving(rubbish: Rubbish, directory: Path) -> Iterator[Rubbish]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            rubbish.asked.append(self.path)
            is_robots = self.path == "/robots.txt"
            self.send_response(rubbish.robots if is_robots else rubbish.status)
            for name, value in rubbish.headers.items():
                if not is_robots:
                    self.send_header(name, value.replace("PATH", self.path))
            body = b"" if is_robots and rubbish.robots != 200 else rubbish.body
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing: a test's output is its own."""

    authority = trustme.CA()
    rubbish.ca_file = directory / "ca.pem"
    authority.cert_pem.write_to_path(rubbish.ca_file)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("baodaklak.vn", "*.baodaklak.vn").configure_cert(context)
    plain = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    secret = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    secret.socket = context.wrap_socket(secret.socket, server_side=True)
    ports = ((80, plain.server_port), (443, secret.server_port))
    rubbish.resolve = [f"{h}:{real}:127.0.0.1:{port}" for h in HOSTS for real, port in ports]
    threads = [threading.Thread(target=s.serve_forever, daemon=True) for s in (plain, secret)]
    for thread in threads:
        thread.start()
    try:
        yield rubbish
    finally:
        for server in (plain, secret):
            server.shutdown()
            server.server_close()
        for thread in threads:
            thread.join()
