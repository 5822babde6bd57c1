"""RFC 3161 timestamps: somebody else says when a day's manifest existed, ``YYYY-MM-DD.tsr``.

The manifest names every file of its day and the hash of the day before, so one token vouches for
the whole archive up to that day. Checking one needs no network.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asn1crypto import tsp
from cryptography import x509
from rfc3161_client import (
    PKIStatus,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from archive.errors import TimestampError
from archive.home.manifest import manifest_days
from archive.warc.dates import utc_now

if TYPE_CHECKING:
    from archive.home.layout import Layout

_SECONDS = 30.0
_MAX_TOKEN_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Timestamp:
    """What a day's token says, and whether that holds."""

    day: str
    at: dt.datetime | None
    """When the manifest existed, by the service's clock; None: the token cannot be read."""

    by: str
    """Subject of the service's certificate, as far as the token brings it."""

    problem: str | None = None
    signer_is_checked: bool = False
    """The signature leads to a root that the caller trusts."""


def stamp_finished_days(
    layout: Layout,
    service: str,
    *,
    roots: Path | None = None,
    clock: Callable[[], dt.datetime] = utc_now,
) -> list[str]:
    """Ask for a token for each day that is over and has none; returns those days.

    :param service: URL of the timestamp service.
    :raises TimestampError: it is away or refuses; days stamped before are kept.
    """
    today = f"{clock().astimezone(dt.UTC):%Y-%m-%d}"
    stamped = []
    for path in manifest_days(layout):
        token = path.with_suffix(".tsr")
        if path.stem >= today or token.exists():
            continue
        answer = _ask(service, path.read_bytes())
        partial = token.with_name(token.name + ".partial")
        partial.write_bytes(answer)
        stamp = _check(path.stem, path.read_bytes(), answer, _certificates(roots))
        if stamp.problem:
            partial.unlink()
            raise TimestampError(service, stamp.problem)
        partial.rename(token)
        stamped.append(path.stem)
    return stamped


def check_timestamps(layout: Layout, roots: Path | None = None) -> Iterator[Timestamp]:
    """Each day's token, oldest first, checked without the network.

    :param roots: PEM file of the certificates to trust; without, the signer is not checked.
    """
    trusted = _certificates(roots)
    for token in sorted(layout.fixity.glob("????-??-??.tsr")):
        try:
            manifest = token.with_suffix(".jsonl").read_bytes()
        except FileNotFoundError:
            yield Timestamp(token.stem, None, "", "the manifest that it vouches for is gone")
            continue
        yield _check(token.stem, manifest, token.read_bytes(), trusted)


def _ask(service: str, manifest: bytes) -> bytes:
    if not service.startswith(("http://", "https://")):
        raise TimestampError(service, "it is no http:// or https:// address")
    request = urllib.request.Request(  # noqa: S310 - the scheme has just been looked at
        service,
        TimestampRequestBuilder().data(manifest).build().as_bytes(),
        {"Content-Type": "application/timestamp-query"},
    )
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
            return bytes(answer.read(_MAX_TOKEN_BYTES))
    except (OSError, ValueError) as exc:
        raise TimestampError(service, " ".join(str(exc).split()) or type(exc).__name__) from exc


def _check(day: str, manifest: bytes, token: bytes, roots: list[x509.Certificate]) -> Timestamp:
    try:
        answer = decode_timestamp_response(_in_order(token))
        if PKIStatus(answer.status) not in {PKIStatus.GRANTED, PKIStatus.GRANTED_WITH_MODS}:
            return Timestamp(day, None, "", f"the service refused: {answer.status_string}")
        info = answer.tst_info
        at, by = info.gen_time.astimezone(dt.UTC), _signer(answer)
        imprint = info.message_imprint
        hashes = {hashlib.new(name, manifest).digest() for name in ("sha256", "sha384", "sha512")}
    except ValueError as exc:
        return Timestamp(day, None, "", f"the token cannot be read ({exc})")
    if imprint.message not in hashes:
        return Timestamp(day, at, by, "the manifest is not the one that was stamped")
    if not roots:
        return Timestamp(day, at, by)
    builder = VerifierBuilder()
    for root in roots:
        builder = builder.add_root_certificate(root)
    try:
        builder.build().verify_message(answer, manifest)
    except (VerificationError, ValueError) as exc:
        return Timestamp(day, at, by, f"the signature does not hold: {exc}")
    return Timestamp(day, at, by, signer_is_checked=True)


def _in_order(token: bytes) -> bytes:
    """The same token with its certificates in the order that DER asks for.

    OpenSSL leaves them as they come, rfc3161-client 1.0 refuses that. No signature covers the
    order. Removable once one of the two has changed its mind.
    """
    return bytes(tsp.TimeStampResp.load(token, strict=True).dump(force=True))


def _signer(answer: Any) -> str:
    """The subject of the certificate that no other one in the token was issued by."""
    certificates = [x509.load_der_x509_certificate(der) for der in answer.signed_data.certificates]
    serials = {signer.serial_number for signer in answer.signed_data.signer_infos}
    for certificate in certificates:
        if certificate.serial_number in serials:
            return certificate.subject.rfc4514_string()
    return "a signer whose certificate is not in the token"


def _certificates(roots: Path | None) -> list[x509.Certificate]:
    if roots is None:
        return []
    try:
        return x509.load_pem_x509_certificates(roots.read_bytes())
    except (OSError, ValueError) as exc:
        raise TimestampError(str(roots), f"no PEM certificates can be read there ({exc})") from exc
