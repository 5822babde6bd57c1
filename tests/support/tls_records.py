"""TLS 1.3 read with the keys of a key log (RFC 8446, 5 and 7), by nothing that speaks TLS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

_HANDSHAKE, _APPLICATION_DATA = 22, 23
_CLIENT_HELLO, _SERVER_HELLO = 1, 2
_RECORD_HEAD, _HANDSHAKE_HEAD, _VERSION, _RANDOM = 5, 4, 2, 32
_KEY_UPDATE = 24

_SUITES = {
    0x1301: (AESGCM, hashes.SHA256(), 16),
    0x1302: (AESGCM, hashes.SHA384(), 32),
    0x1303: (ChaCha20Poly1305, hashes.SHA256(), 32),
}


def read_key_log(path: Path) -> dict[tuple[str, bytes], bytes]:
    """Label and client random → secret (the format of NSS, which all use)."""
    lines = (line.split() for line in path.read_text("ascii").splitlines() if line[:1] != "#")
    return {
        (label, bytes.fromhex(random)): bytes.fromhex(secret) for label, random, secret in lines
    }


class Decryptor:
    """One connection, both ways; its hellos say which keys are its own."""

    def __init__(self, keys: dict[tuple[str, bytes], bytes]) -> None:
        self._keys = keys
        self._random = b""
        self._suite = 0
        self._waiting = {True: b"", False: b""}
        self._sides: dict[bool, _Side] = {}

    def feed(self, data: bytes, *, from_client: bool) -> bytes:
        """The application data that became whole with *data*."""
        plain = b""
        for record in self._records(data, from_client):
            kind = record[0]
            if kind == _HANDSHAKE:
                self._hello(record)
            elif kind == _APPLICATION_DATA:
                side = self._side(from_client)
                plain += side.open(record) if side else b""
        return plain

    def _records(self, data: bytes, from_client: bool) -> Iterator[bytes]:
        waiting = self._waiting[from_client] + data
        while len(waiting) >= _RECORD_HEAD:
            length = _RECORD_HEAD + int.from_bytes(waiting[3:5])
            if len(waiting) < length:
                break
            yield waiting[:length]
            waiting = waiting[length:]
        self._waiting[from_client] = waiting

    def _hello(self, record: bytes) -> None:
        random = _RECORD_HEAD + _HANDSHAKE_HEAD + _VERSION
        if record[_RECORD_HEAD] == _CLIENT_HELLO:
            self._random = record[random : random + _RANDOM]
        elif record[_RECORD_HEAD] == _SERVER_HELLO:
            session = random + _RANDOM
            suite = session + 1 + record[session]
            self._suite = int.from_bytes(record[suite : suite + 2])

    def _side(self, from_client: bool) -> _Side | None:
        """None where the handshake never ended: then there is no traffic."""
        if from_client not in self._sides:
            label = f"{'CLIENT' if from_client else 'SERVER'}_TRAFFIC_SECRET_0"
            secret = self._keys.get((label, self._random))
            if secret is None:
                return None
            aead, digest, size = _SUITES[self._suite]
            key = _expand(secret, b"key", size, digest)
            self._sides[from_client] = _Side(aead(key), _expand(secret, b"iv", 12, digest))
        return self._sides[from_client]


def _expand(secret: bytes, label: bytes, size: int, digest: hashes.HashAlgorithm) -> bytes:
    label = b"tls13 " + label
    info = size.to_bytes(2) + bytes([len(label)]) + label + b"\0"
    return HKDFExpand(digest, size, info).derive(secret)


@dataclass
class _Side:
    """What one side sends once it has the keys of the traffic."""

    aead: AESGCM | ChaCha20Poly1305
    iv: bytes
    number: int = 0

    def open(self, record: bytes) -> bytes:
        """The application data in one record; empty for alerts, tickets, and the handshake."""
        nonce = (int.from_bytes(self.iv) ^ self.number).to_bytes(len(self.iv))
        try:
            inner = self.aead.decrypt(nonce, record[_RECORD_HEAD:], record[:_RECORD_HEAD])
        except InvalidTag:
            if self.number == 0:
                return b""  # under the keys of the handshake, which come before these
            raise
        self.number += 1
        inner = inner.rstrip(b"\0")
        content, kind = inner[:-1], inner[-1]
        assert not (kind == _HANDSHAKE and content[0] == _KEY_UPDATE), "the keys were changed"
        return content if kind == _APPLICATION_DATA else b""
