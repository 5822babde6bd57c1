"""nginx, Apache, Caddy and lighttpd with the practice newspaper in them: pages and pictures lie in
their folder, what is asked for with a query they hand on to the practice server. Compression,
framing, validators, 304 and TLS are theirs, as their makers set them.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

_SECONDS = 60.0


@dataclass(frozen=True)
class Place:
    """What a server is told of where it stands."""

    address: str
    port: int
    pages: Path
    """The folder with what it serves itself."""

    newspaper: str
    """Address and port of the practice server behind it."""

    folder: Path
    """Its own: certificate.pem (with the key), and whatever it writes."""

    @property
    def certificate(self) -> Path:
        return self.folder / "certificate.pem"


@dataclass(frozen=True)
class WebServer:
    """A kind of server.

    :param packages: Debian's, without which it cannot be tried.
    :param files: what they bring, besides the program.
    :param config: what its configuration file says.
    :param options: of the program, so that it runs in the foreground with that file.
    """

    name: str
    program: str
    packages: str
    files: tuple[str, ...]
    config: Callable[[Place], str]
    options: tuple[str, ...]

    def with_settings(self, *replaced: tuple[str, str]) -> WebServer:
        """The same with a configuration in which each text stands for another."""

        def config(place: Place) -> str:
            text = self.config(place)
            for old, new in replaced:
                assert old in text, old
                text = text.replace(old, new, 1)
            return text

        return replace(self, config=config)

    @property
    def missing(self) -> str | None:
        """Why it cannot be tried here."""
        if _find(self.program) and all(Path(name).exists() for name in self.files):
            return None
        return f"{self.name} is not installed (Debian: apt install {self.packages})"


def _find(program: str) -> str | None:
    return shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin")


@contextlib.contextmanager
def serving(
    server: WebServer, pages: Path, newspaper_port: int, certificate: bytes
) -> Iterator[Place]:
    """*server* with that folder, until the block ends, however it ends."""
    # An address of its own: no other program of this machine can take the port in between.
    address = f"127.{os.getpid() % 250 + 1}.{time.monotonic_ns() % 250 + 1}.1"
    with tempfile.TemporaryDirectory(prefix="khobao-") as folder:
        place = Place(address, _port(address), pages, f"127.0.0.1:{newspaper_port}", Path(folder))
        place.certificate.write_bytes(certificate)
        config = place.folder / "config"
        config.write_text(server.config(place), "utf-8")
        program = _find(server.program)
        assert program
        with (place.folder / "output").open("wb") as output:
            process = subprocess.Popen(
                # It ends with the tests, also when these are killed.
                ["setpriv", "--pdeathsig", "TERM", program, *server.options, str(config)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, "HOME": folder, "XDG_CONFIG_HOME": folder},
            )
            try:
                _wait_for(place, process)
                yield place
            finally:
                _end(process)


def _port(address: str) -> int:
    with socket.socket() as probe:
        probe.bind((address, 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(place: Place, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):
            socket.create_connection((place.address, place.port), timeout=_SECONDS).close()
            return
        time.sleep(0.02)  # noqa: TID251  another process has to start
    said = (place.folder / "output").read_text("utf-8", "replace")
    raise AssertionError(f"no server at {place.address}:{place.port}: {said}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask it, so that its workers end as well; then see to it."""
    process.terminate()
    try:
        process.wait(_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _nginx(place: Place) -> str:
    user = "user root;" if os.geteuid() == 0 else ""
    folders = "\n".join(
        f"  {kind}_temp_path {place.folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"""
daemon off; {user} worker_processes 1; pid {place.folder}/pid; error_log stderr;
events {{ worker_connections 256; }}
http {{
{folders}
  include /etc/nginx/mime.types;
  access_log off;
  sendfile on;
  gzip on;
  upstream newspaper {{ server {place.newspaper}; keepalive 8; }}
  server {{
    listen {place.address}:{place.port} ssl;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_certificate {place.certificate};
    ssl_certificate_key {place.certificate};
    root {place.pages};
    location / {{ try_files $uri $uri/index.html @newspaper; }}
    location @newspaper {{
      proxy_pass http://newspaper;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
    }}
  }}
}}
"""


_MODULES = (
    *("mpm_event", "authz_core", "mime", "dir", "filter"),
    *("deflate", "ssl", "rewrite", "proxy", "proxy_http"),
)


def _apache(place: Place) -> str:
    modules = "\n".join(
        f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in _MODULES
    )
    user = "User www-data\nGroup www-data" if os.geteuid() == 0 else ""
    return f"""
{modules}
{user}
ServerRoot {place.folder}
ServerName baodaklak.vn
Listen {place.address}:{place.port}
PidFile {place.folder}/pid
ErrorLog {place.folder}/errors
DefaultRuntimeDir {place.folder}
TypesConfig /etc/mime.types
DocumentRoot {place.pages}
<Directory {place.pages}>
  Require all granted
</Directory>
SSLEngine on
SSLCertificateFile {place.certificate}
AddOutputFilterByType DEFLATE text/html text/plain text/xml text/css
AddOutputFilterByType DEFLATE application/javascript text/javascript application/json
ProxyPreserveHost on
RewriteEngine on
RewriteCond %{{DOCUMENT_ROOT}}%{{REQUEST_URI}} !-f
RewriteCond %{{DOCUMENT_ROOT}}%{{REQUEST_URI}}/index.html !-f
RewriteRule ^(.*)$ http://{place.newspaper}$1 [P]
"""


def _caddy(place: Place) -> str:
    return f"""
{{
  admin off
  auto_https off
  servers {{
    protocols h1 h2
  }}
}}
https://:{place.port} {{
  bind {place.address}
  tls {place.certificate} {place.certificate}
  encode gzip zstd
  root * {place.pages}
  @own file {{path}} {{path}}/index.html
  handle @own {{
    file_server
  }}
  handle {{
    reverse_proxy {place.newspaper}
  }}
}}
"""


def _lighttpd(place: Place) -> str:
    kinds = "\n".join(
        f'  ".{ending}" => "{kind}",'
        for ending, kind in {
            "html": "text/html",
            "txt": "text/plain",
            "css": "text/css",
            "js": "text/javascript",
            "jpg": "image/jpeg",
            "jpeg": "image/jpeg",
            "png": "image/png",
            "ico": "image/x-icon",
            "woff2": "font/woff2",
        }.items()
    )
    host, port = place.newspaper.split(":")
    return f"""
server.modules = ("mod_openssl", "mod_deflate", "mod_proxy")
server.bind = "{place.address}"
server.port = {place.port}
server.document-root = "{place.pages}"
server.errorlog = "{place.folder}/errors"
server.upload-dirs = ("{place.folder}")
index-file.names = ("index.html")
mimetype.assign = (
{kinds}
)
ssl.engine = "enable"
ssl.pemfile = "{place.certificate}"
deflate.mimetypes = ("text/", "application/javascript", "application/json")
deflate.allowed-encodings = ("br", "gzip", "deflate")
$HTTP["url"] !~ "^/(?:common|file)/|/[0-9]{{6}}/|^/favicon|^/robots" {{
  proxy.server = ("" => (("host" => "{host}", "port" => {port})))
}}
"""


NGINX = WebServer(
    "nginx", "nginx", "nginx-light", ("/etc/nginx/mime.types",), _nginx, ("-e", "stderr", "-c")
)
APACHE = WebServer(
    "Apache",
    "apache2",
    "apache2-bin media-types",
    ("/usr/lib/apache2/modules/mod_deflate.so", "/etc/mime.types"),
    _apache,
    ("-D", "FOREGROUND", "-f"),
)
CADDY = WebServer(
    "Caddy", "caddy", "caddy", (), _caddy, ("run", "--adapter", "caddyfile", "--config")
)
LIGHTTPD = WebServer(
    "lighttpd",
    "lighttpd",
    "lighttpd lighttpd-mod-deflate lighttpd-mod-openssl",
    ("/usr/lib/lighttpd/mod_deflate.so", "/usr/lib/lighttpd/mod_openssl.so"),
    _lighttpd,
    ("-D", "-f"),
)
SERVERS = (NGINX, APACHE, CADDY, LIGHTTPD)
