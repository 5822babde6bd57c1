"""Who the server said it was: its certificate, as three fields of the metadata record."""

from __future__ import annotations

import functools
import hashlib
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["describe_certificate"]

_NAME_CHARS = 500


def describe_certificate(connection: Any) -> Sequence[tuple[str, str]]:
    """:param connection: a pyOpenSSL connection whose handshake is over."""
    certificate = connection.get_peer_certificate(as_cryptography=True)
    return () if certificate is None else _describe(certificate.public_bytes(Encoding.DER))


@functools.lru_cache(maxsize=64)
def _describe(der: bytes) -> tuple[tuple[str, str], ...]:
    certificate = x509.load_der_x509_certificate(der)
    names = []
    for name, value in (
        ("tlsCertificateSubject", certificate.subject),
        ("tlsCertificateIssuer", certificate.issuer),
    ):
        names.append((name, value.rfc4514_string()[:_NAME_CHARS]))
    return (("tlsCertificateSha256", hashlib.sha256(der).hexdigest()), *names)
