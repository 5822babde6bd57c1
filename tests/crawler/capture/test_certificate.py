"""What is kept of the certificates that a server shows."""

from __future__ import annotations

import hashlib
import ssl

import trustme

from crawler.capture.certificate import describe_certificates


def test_its_own_certificate_in_words_and_the_chain_by_its_hashes() -> None:
    authority = trustme.CA()
    pems = [
        authority.issue_cert("baodaklak.vn").cert_chain_pems[0].bytes(),
        authority.cert_pem.bytes(),
    ]
    chain = tuple(ssl.PEM_cert_to_DER_cert(pem.decode()) for pem in pems)
    hashes = [hashlib.sha256(each).hexdigest() for each in chain]
    fields = dict(describe_certificates(chain))
    assert [fields["tlsCertificateSha256"], fields["tlsChainSha256"]] == hashes
    assert "trustme" in fields["tlsCertificateSubject"]
    assert "Testing CA" in fields["tlsCertificateIssuer"]
    assert fields["tlsCertificateNotBefore"] < fields["tlsCertificateNotAfter"]
    assert () == describe_certificates(())


def test_a_certificate_that_nobody_can_read_is_kept_by_its_hash() -> None:
    fields = dict(describe_certificates((b"\x30\x03junk",)))
    assert fields["tlsCertificateSubject"] == "unreadable"
    assert fields["tlsCertificateSha256"] == hashlib.sha256(b"\x30\x03junk").hexdigest()
