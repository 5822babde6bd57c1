"""What was handed to the store, in words that outlive the database: the entries of a run's ledger.

What can be read again from a record is named by that record; all else is told whole. An entry is a
plain JSON object. Dates of documents are ``{"$date": …}``, as in MongoDB's Extended JSON.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bson.json_util import JSONOptions, object_hook

if TYPE_CHECKING:
    from crawler.items import Provenance

Entry = dict[str, Any]


def entry(kind: str, **values: Any) -> Entry:
    return {"kind": kind, **{name: value for name, value in values.items() if value is not None}}


def of_record(kind: str, provenance: Provenance, **values: Any) -> Entry:
    """An entry for what :func:`crawler.pages.read_page` or its like reads from a record again."""
    return entry(
        kind,
        record=provenance.warcRecordId,
        file=provenance.warcFilename,
        offset=provenance.warcOffset,
        capturedAt=provenance.capturedAt,
        **values,
    )


def to_json(value: Mapping[str, Any]) -> str:
    """One line."""
    return _ENCODER.encode(value)


def from_json(line: str | bytes) -> Entry:
    """:raises ValueError: it is no JSON object."""
    value = json.loads(line, object_hook=lambda each: object_hook(each, _OPTIONS))
    if not isinstance(value, dict):
        raise ValueError(f"no JSON object: {line[:80]!r}")  # noqa: TRY004  a bad line, not a bug
    return value


def _as_json(value: object) -> object:
    if isinstance(value, dt.datetime):
        date = value.astimezone(dt.UTC).replace(tzinfo=None)
        return {"$date": date.isoformat(timespec="milliseconds") + "Z"}
    return str(value)


_OPTIONS = JSONOptions(tz_aware=True, tzinfo=dt.UTC)
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_as_json)
