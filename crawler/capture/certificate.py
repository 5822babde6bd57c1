"""Who the server said it was: the certificates it showed, as fields of the metadata record."""

from __future__ import annotations

import functools
import hashlib

from cryptography import x509

_MAX_CERTIFICATES = 10
_NAME_CHARS = 500


@functools.lru_cache(maxsize=64)
def describe_certificates(chain: tuple[bytes, ...]) -> tuple[tuple[str, str], ...]:
    """Its own certificate, then one ``tlsChainSha256`` for each of the others it sent.

    :param chain: DER, the server's own first.
    """
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
    fields += [
        ("tlsChainSha256", hashlib.sha256(der).hexdigest()) for der in chain[1:_MAX_CERTIFICATES]
    ]
    return tuple(fields)
