"""The key log, with which others can read what crossed the wire."""

from __future__ import annotations

import ssl
from contextlib import suppress
from pathlib import Path

import pytest
import trustme
from support.tls_records import Decryptor, read_key_log

from crawler.capture.tls import TLSLayer, TLSPolicy

HOST = "baodaklak.vn"


class _Server:
    """A TLS server on memory, and a tap on both directions."""

    def __init__(self, authority: trustme.CA) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(HOST).configure_cert(context)
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self.passed: list[tuple[bool, bytes]] = []

    def take(self, layer: TLSLayer) -> None:
        data = layer.outgoing()
        self.passed.append((True, data))
        self._incoming.write(data)

    def give(self) -> bytes:
        data = self._outgoing.read()
        self.passed.append((False, data))
        return data


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


def shake_hands(layer: TLSLayer, server: _Server) -> None:
    layer.handshake()
    while not layer.is_established:
        server.take(layer)
        with suppress(ssl.SSLWantReadError):
            server.tls.do_handshake()
        layer.handshake(server.give())
    server.take(layer)
    server.tls.do_handshake()


def test_with_the_key_log_others_read_both_directions(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys.log"))
    layer = TLSPolicy(authority.cert_pem.bytes().decode()).layer_for(HOST)
    server = _Server(authority)
    shake_hands(layer, server)
    question, answer = b"GET / HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n" + bytes(50_000)
    layer.send(question)
    server.take(layer)
    assert server.tls.read(100) == question
    server.tls.write(answer)
    assert layer.receive(server.give()) == answer

    tap = Decryptor(read_key_log(tmp_path / "keys.log"))
    plain = {True: b"", False: b""}
    for from_client, data in server.passed:
        plain[from_client] += tap.feed(data, from_client=from_client)

    assert plain == {True: question, False: answer}


def test_without_the_variable_no_key_leaves_the_process(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSLKEYLOGFILE", raising=False)
    monkeypatch.chdir(tmp_path)
    shake_hands(TLSPolicy(authority.cert_pem.bytes().decode()).layer_for(HOST), _Server(authority))
    assert not list(tmp_path.iterdir())
