"""The three listening sockets of a running newspaper: HTTP, HTTPS, control."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import shutil
import ssl
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import trustme

from practice.config import HOSTS, PracticeConfig, Ready
from practice.connection import Connection, Hub
from practice.control import Control
from practice.errors import PortInUseError, PracticeError
from practice.faults import FAULTS, FaultRegistry
from practice.log import ExchangeLog
from practice.site import Newspaper, Site
from practice.stats import Stats
from practice.world import CDN_HOSTS

_CERTIFICATE_NAMES = ("baodaklak.vn", "*.baodaklak.vn", "localhost", "127.0.0.1", *CDN_HOSTS)


@contextlib.asynccontextmanager
async def running(
    config: PracticeConfig, world: Newspaper, *, stop: Callable[[], None] = lambda: None
) -> AsyncIterator[Ready]:
    """The three servers, for as long as the block lasts."""
    registry = FaultRegistry(FAULTS, seed=config.seed, share=config.fault_share)
    registry.switch(config.faults)
    directory, forget_directory = _directory(config)
    with contextlib.ExitStack() as stack:
        stack.callback(forget_directory)
        log = ExchangeLog(directory) if config.log else None
        if log:
            stack.callback(log.close)
        site = Site(
            world,
            registry,
            redirect_to_https=config.redirect_to_https,
            fault_seconds=config.fault_seconds,
            validators=config.validators,
            compression=config.compression,
            redesign=config.redesign,
        )
        hub = Hub(site, Stats(), log)
        control_hub = Hub(Control(site, hub, stop), Stats(), None)
        stack.callback(control_hub.close)
        stack.callback(hub.close)
        tls = _tls_context(directory / "ca.pem")
        listeners = (
            (lambda: Connection(hub), config.port, "--port"),
            (lambda: Connection(hub, tls), config.tls_port, "--tls-port"),
            (lambda: Connection(control_hub), config.control_port, "--control-port"),
        )
        ports = []
        for protocol, port, option in listeners:
            server, port_taken = await _listen(protocol, config.bind, port, option)
            stack.callback(server.close)
            ports.append(port_taken)
        site.tls_port = ports[1]
        yield Ready(
            http=ports[0],
            https=ports[1],
            control=ports[2],
            ca_file=str(directory / "ca.pem"),
            log_dir=str(directory),
            resolve=[
                f"{host}:{real}:{config.bind}:{port}"
                for host in HOSTS
                for real, port in ((80, ports[0]), (443, ports[1]))
            ],
        )
    await asyncio.sleep(0)  # let the dropped connections hear of it


async def _listen(
    protocol: Callable[[], Connection], bind: str, port: int, option: str
) -> tuple[asyncio.Server, int]:
    loop = asyncio.get_running_loop()
    try:
        server = await loop.create_server(protocol, bind, port, backlog=1024, reuse_address=True)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortInUseError(
                f"port {port} of {bind} is in use; choose another with {option}, or 0 for any"
            ) from None
        why = os.strerror(error.errno) if error.errno else str(error)
        raise PracticeError(f"cannot listen on port {port} of {bind} ({option}): {why}") from None
    taken: int = server.sockets[0].getsockname()[1]
    return server, taken


def _directory(config: PracticeConfig) -> tuple[Path, Callable[[], None]]:
    if config.log_dir is None:
        made = Path(tempfile.mkdtemp(prefix="khobao-practice-"))
        return made, lambda: shutil.rmtree(made, ignore_errors=True)
    try:
        config.log_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PracticeError(
            f"cannot write the log to {config.log_dir} (--log-dir): {error.strerror}"
        ) from None
    return config.log_dir.absolute(), lambda: None


def _tls_context(ca_file: Path) -> ssl.SSLContext:
    authority = trustme.CA()
    certificate = authority.issue_cert(*_CERTIFICATE_NAMES)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])
    certificate.configure_cert(context)
    authority.cert_pem.write_to_path(ca_file)
    return context
