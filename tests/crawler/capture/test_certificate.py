"""What is kept of the certificates that a server shows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import trustme
from OpenSSL import crypto

from crawler.capture.certificate import _describe, describe_certificate


@dataclass
class Connection:
    """A handshake's result."""

    chain: list[crypto.X509]

    def get_peer_cert_chain(self) -> list[crypto.X509]:
        return self.chain


def test_its_own_certificate_in_words_and_the_chain_by_its_hashes() -> None:
    authority = trustme.CA()
    pems = [
        authority.issue_cert("baodaklak.vn").cert_chain_pems[0].bytes(),
        authority.cert_pem.bytes(),
    ]
    chain = [crypto.load_certificate(crypto.FILETYPE_PEM, pem) for pem in pems]
    hashes = [
        hashlib.sha256(crypto.dump_certificate(crypto.FILETYPE_ASN1, each)).hexdigest()
        for each in chain
    ]
    fields = dict(describe_certificate(Connection(chain)))
    assert [fields["tlsCertificateSha256"], fields["tlsChainSha256"]] == hashes
    assert "trustme" in fields["tlsCertificateSubject"]
    assert "Testing CA" in fields["tlsCertificateIssuer"]
    assert fields["tlsCertificateNotBefore"] < fields["tlsCertificateNotAfter"]
    assert () == describe_certificate(Connection([]))


def test_a_certificate_that_nobody_can_read_is_kept_by_its_hash() -> None:
    fields = dict(_describe((b"\x30\x03junk",)))
    assert fields["tlsCertificateSubject"] == "unreadable"
    assert fields["tlsCertificateSha256"] == hashlib.sha256(b"\x30\x03junk").hexdigest()
