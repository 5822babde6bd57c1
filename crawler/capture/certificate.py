"""Who the server said it was: the certificates it showed, as fields of the metadata record."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from typing import Any

from cryptography import x509
from OpenSSL import crypto

_MAX_CERTIFICATES = 10
_NAME_CHARS = 500


def describe_certificate(connection: Any) -> Sequence[tuple[str, str]]:
    """Its own certificate, then one ``tlsChainSha256`` for each of the others it sent.

    :param connection: a pyOpenSSL connection whose handshake is over.
    """
    chain = connection.get_peer_cert_chain() or ()
    return _describe(
        tuple(
            crypto.dump_certificate(crypto.FILETYPE_ASN1, each)
            for each in chain[:_MAX_CERTIFICATES]
        )
    )


@functools.lru_cache(maxsize=64)
def _describe(chain: tuple[bytes, ...]) -> tuple[tuple[str, str], ...]:
    if not chain:
        return ()
    fields = [("tlsCertificateSha256", hashlib.sha256(chain[0]).hexdigest())]
    try:
        certificate = x509.load_der_x509_certificate(chain[0])
        fields += [
            ("tlsCertificateSubject", certificate.subject.rfc4514_string()[:_NAME_CHARS]),
            ("tlsCertificateIssuer", certificate.issuer.rfc4514_string()[:_NAME_CHARS]),
            ("tlsCertificateNotBefore", f"{certificate.not_valid_before_utc:%Y-%m-%dT%H:%M:%SZ}"),
            ("tlsCertificateNotAfter", f"{certificate.not_valid_after_utc:%Y-%m-%dT%H:%M:%SZ}"),
        ]
    except Exception:  # noqa: BLE001  what no parser likes must not break the exchange
        fields.append(("tlsCertificateSubject", "unreadable"))
    fields += [("tlsChainSha256", hashlib.sha256(der).hexdigest()) for der in chain[1:]]
    return tuple(fields)
