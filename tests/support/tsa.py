"""A timestamp service (RFC 3161) on loopback: HTTP around ``openssl ts -reply``."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_CONFIG = """\
[tsa]
default_tsa = service
[service]
serial = {dir}/serial
signer_cert = {dir}/tsa.pem
signer_key = {dir}/tsa.key
certs = {dir}/ca.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
ordering = no
tsa_name = no
ess_cert_id_chain = no
"""


@contextmanager
def timestamp_service(directory: Path) -> Iterator[tuple[str, Path]]:
    """URL of the service, and the PEM file of its root certificate."""
    directory.mkdir()
    _make_certificates(directory)
    config = directory / "tsa.cnf"
    config.write_text(_CONFIG.format(dir=directory))
    (directory / "serial").write_text("01\n")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query, reply = directory / "query.tsq", directory / "reply.tsr"
            query.write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            _openssl(
                "ts", "-reply", "-queryfile", query, "-out", reply, "-config", config,
                "-section", "service",
            )  # fmt: skip
            answer = reply.read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", directory / "ca.pem"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _make_certificates(directory: Path) -> None:
    """A root of trust, and a service's certificate signed by it."""
    ca, key, request = directory / "ca.pem", directory / "ca.key", directory / "tsa.csr"
    extensions = directory / "tsa.ext"
    extensions.write_text(
        "basicConstraints=critical,CA:false\nkeyUsage=critical,digitalSignature\n"
        "extendedKeyUsage=critical,timeStamping\n"
    )
    _openssl(
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", ca,
        "-days", "30", "-subj", "/CN=Goc thoi gian thu nghiem",
    )  # fmt: skip
    _openssl(
        "req", "-newkey", "rsa:2048", "-nodes", "-keyout", directory / "tsa.key",
        "-out", request, "-subj", "/CN=Dau thoi gian thu nghiem",
    )  # fmt: skip
    _openssl(
        "x509", "-req", "-in", request, "-CA", ca, "-CAkey", key, "-CAcreateserial",
        "-out", directory / "tsa.pem", "-days", "30", "-extfile", extensions,
    )  # fmt: skip


def _openssl(*arguments: object) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)
