"""The fields of a record, read so strictly that nothing can hide in them.

Source: WARC 1.1, "Named fields" and the list of fields of each record type; IIPC
warc-specifications issues 42 (WARC-Protocol), 74 (no folding), 86 (WARC-Cipher-Suite), 95 (which
fields may come twice). For files of our own more holds: the fields that our writer writes, in the
one spelling it writes them (docs/archive-format.md).
"""

from __future__ import annotations

import datetime as dt
import functools
import ipaddress
import re
from dataclasses import dataclass, field

from archive.verify.finding import shorten

Fault = tuple[str, str, str]
"""(kind, expected, found)"""

_UUID = r"<urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}>"
_ID = re.compile(_UUID)
_DATE = re.compile(r"\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-6]\d\.\d{6}Z")
_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_URI = re.compile(r"[^\s<>]\S*")
_PROFILE = re.compile(
    r"http://netpreserve\.org/warc/1\.1/revisit/(identical-payload-digest|server-not-modified)"
)
_REASON = re.compile("length|time|disconnect|unspecified")

#: Field → what its value must be, and the same in words.
_VALUES: dict[str, tuple[re.Pattern[str], str]] = {
    "WARC-Record-ID": (_ID, "<urn:uuid:…> in small letters"),
    "WARC-Warcinfo-ID": (_ID, "<urn:uuid:…> in small letters"),
    "WARC-Concurrent-To": (_ID, "<urn:uuid:…> in small letters"),
    "WARC-Refers-To": (_ID, "<urn:uuid:…> in small letters"),
    "WARC-Date": (_DATE, "a date in UTC with microseconds"),
    "WARC-Refers-To-Date": (_DATE, "a date in UTC with microseconds"),
    "WARC-Target-URI": (_URI, "an address without space and angle brackets"),
    "WARC-Refers-To-Target-URI": (_URI, "an address without space and angle brackets"),
    "WARC-Block-Digest": (re.compile(r"sha256:[0-9a-f]{64}"), "sha256: and 64 hexadecimal digits"),
    "WARC-Payload-Digest": (re.compile(r"sha1:[A-Z2-7]{32}"), "sha1: and 32 letters of Base32"),
    "WARC-Truncated": (_REASON, "length, time, disconnect or unspecified"),
    "WARC-Profile": (_PROFILE, "a revisit profile of WARC 1.1"),
    "WARC-Protocol": (re.compile(r"[a-z0-9]+(/[0-9.]+)?"), "a protocol such as http/1.1"),
    "WARC-Cipher-Suite": (re.compile(r"[A-Za-z0-9_+.:-]+"), "the name of a cipher suite"),
    "Content-Length": (re.compile(r"0|[1-9][0-9]{0,18}"), "a number of bytes"),
}
_ALL = frozenset({"WARC-Type", "WARC-Record-ID", "WARC-Date", "Content-Length"})
_OURS = _ALL | {"WARC-Block-Digest", "Content-Type"}
_EXCHANGE = _OURS | {"WARC-Target-URI", "WARC-Warcinfo-ID"}
_CONNECTION = frozenset(
    {"WARC-Concurrent-To", "WARC-IP-Address", "WARC-Protocol", "WARC-Cipher-Suite"}
)
_REFERS = frozenset(
    {"WARC-Profile", "WARC-Refers-To", "WARC-Refers-To-Target-URI", "WARC-Refers-To-Date"}
)
#: Record type → (fields it must have, fields it may have) in a file of ours.
_TYPES: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "warcinfo": (_OURS | {"WARC-Filename"}, frozenset()),
    "response": (_EXCHANGE, _CONNECTION | {"WARC-Payload-Digest", "WARC-Truncated"}),
    "revisit": (
        _EXCHANGE | _REFERS,
        _CONNECTION | {"WARC-Payload-Digest", "WARC-Truncated"},
    ),
    "request": (_EXCHANGE, _CONNECTION),
    "metadata": (_EXCHANGE, frozenset({"WARC-Concurrent-To"})),
    "resource": (_EXCHANGE | {"WARC-Payload-Digest"}, frozenset()),
}
_REPEATABLE = frozenset({"WARC-Concurrent-To", "WARC-Protocol"})
_CONTENT_TYPES = {
    "warcinfo": "application/warc-fields",
    "metadata": "application/warc-fields",
    "response": "application/http; msgtype=response",
    "revisit": "application/http; msgtype=response",
    "request": "application/http; msgtype=request",
}
_BY_LOWER = {name.lower(): name for required, may in _TYPES.values() for name in required | may}
_NAMES = frozenset(_BY_LOWER.values())


def _line(name: str, value: str, *, optional: bool = False) -> str:
    group = name.replace("-", "_")
    line = rf"{name}: (?P<{group}>{value})\r\n"
    return f"(?:{line})?" if optional else line


def _written(record_type: str) -> re.Pattern[str]:
    """What :meth:`archive.warc.record.NewRecord.head_bytes` writes, without the last line end."""
    uuid, date = _UUID, r"\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-6]\d\.\d{6}Z"
    uri = r"[^\x00-\x20\x7f<>][^\x00-\x20\x7f]*"
    concurrent = rf"(?P<WARC_Concurrent_To>(?:WARC-Concurrent-To: {uuid}\r\n)*)"
    connection = (
        _line("WARC-IP-Address", "[0-9a-f.:]+", optional=True)
        + r"(?:WARC-Protocol: [a-z0-9]+(?:/[0-9.]+)?\r\n)*"
        + _line("WARC-Cipher-Suite", "[A-Za-z0-9_+.:-]+", optional=True)
    )
    refers = (
        _line("WARC-Profile", _PROFILE.pattern.replace("(", "(?:"))
        + _line("WARC-Refers-To", uuid)
        + _line("WARC-Refers-To-Target-URI", uri)
        + _line("WARC-Refers-To-Date", date)
    )
    payload = _line("WARC-Payload-Digest", "sha1:[A-Z2-7]{32}", optional=True)
    truncated = _line("WARC-Truncated", _REASON.pattern, optional=True)
    own = {
        "response": concurrent + connection + truncated + payload,
        "revisit": concurrent + connection + refers + truncated + payload,
        "request": concurrent + connection,
        "metadata": concurrent,
    }[record_type]
    text = (
        rf"WARC/1\.1\r\nWARC-Type: (?P<WARC_Type>{record_type})\r\n"
        + _line("WARC-Record-ID", uuid)
        + _line("WARC-Date", date)
        + _line("WARC-Target-URI", uri)
        + _line("WARC-Warcinfo-ID", uuid)
        + own
        + _line("WARC-Block-Digest", "sha256:[0-9a-f]{64}")
        + _line("Content-Type", re.escape(_CONTENT_TYPES[record_type]))
        + "Content-Length: (?P<Content_Length>0|[1-9][0-9]{0,18})"
    )
    return re.compile(text, re.ASCII)


_WRITTEN = {
    kind[:4].encode(): _written(kind) for kind in ("response", "request", "revisit", "metadata")
}
_DATES = frozenset({"WARC-Date", "WARC-Refers-To-Date"})
_ADDRESSES = ("WARC-Target-URI", "WARC-Refers-To-Target-URI")
_GROUPS = {
    kind: [(name.replace("_", "-"), at - 1) for name, at in expression.groupindex.items()]
    for kind, expression in _WRITTEN.items()
}


@functools.lru_cache(maxsize=256)
def _is_canonical(address: str) -> bool:
    faults: list[Fault] = []
    _judge_address(address, faults)
    return not faults


@dataclass(slots=True)
class Fields:
    """What the fields of one record say, and what is wrong with them."""

    values: dict[str, str] = field(default_factory=dict)
    """The first value of each, under the name's usual spelling."""

    concurrent_to: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def get(self, name: str) -> str | None:
        return self.values.get(name)

    type: str = ""
    record_id: str = ""

    @property
    def block_length(self) -> int | None:
        length = self.values.get("Content-Length", "")
        return int(length) if length.isascii() and length.isdigit() else None


def read_fields(head: bytes) -> Fields:
    """Read and judge the head of one of our records.

    :param head: from the version line to before the empty line.
    """
    fields = _as_written(head) or _read_slowly(head)
    fields.type = fields.values.get("WARC-Type", "")
    fields.record_id = fields.values.get("WARC-Record-ID", "")
    return fields


def _as_written(head: bytes) -> Fields | None:
    """The fields, if they are such as our writer writes them, in its order: one expression for each
    type says all that :func:`_read_slowly` asks of the record, and is several times as fast. None:
    they are not; that is no judgement yet.
    """
    kind = head[21:25]
    expression = _WRITTEN.get(kind)
    if expression is None:
        return None
    try:
        match = expression.fullmatch(head.decode())
        found = match.groups() if match else ()
        values = {name: found[at] for name, at in _GROUPS[kind] if found and found[at] is not None}
        for name in _DATES & values.keys():
            dt.datetime.fromisoformat(values[name])
    except ValueError:
        return None
    address = values.get("WARC-IP-Address")
    if not values or (address is not None and not _is_canonical(address)):
        return None
    if not all(values[name].isprintable() for name in _ADDRESSES if name in values):
        return None  # the other values cannot be anything but printable
    fields = Fields(values)
    if concurrent := values.pop("WARC-Concurrent-To", ""):
        fields.concurrent_to = concurrent.replace("WARC-Concurrent-To: ", "").split("\r\n")[:-1]
        values["WARC-Concurrent-To"] = fields.concurrent_to[0]
    return fields


def _read_slowly(head: bytes) -> Fields:
    fields = Fields()
    text = _decode(head, fields)
    version, *lines = text.split("\r\n")
    if version != "WARC/1.1":
        fields.faults.append(("field-malformed", "WARC/1.1", shorten(version)))
    for line in lines:
        _read_line(line, fields)
    if not text.replace("\r\n", "").isprintable():
        fields.faults += (
            ("field-malformed", "no control characters", shorten(repr(line)))
            for line in lines
            if _CONTROL.search(line)
        )
    _judge(fields)
    return fields


def _decode(head: bytes, fields: Fields) -> str:
    try:
        return head.decode()
    except UnicodeDecodeError as exc:
        bad = head[max(0, exc.start - 20) : exc.end + 20]
        fields.faults.append(("field-malformed", "UTF-8", shorten(bad)))
        return head.decode("utf-8", "replace")


def _read_line(line: str, fields: Fields) -> None:
    name, colon, value = line.partition(": ")
    if name not in fields.values:
        fields.values[name] = value
    elif name not in _REPEATABLE:
        fault = ("field-repeated", f"one {shorten(name)}", shorten(f"also {value!r}"))
        fields.faults.append(fault)
    if name == "WARC-Concurrent-To":
        fields.concurrent_to.append(value)
    rule = _VALUES.get(name)
    if rule is not None:
        if not rule[0].fullmatch(value):
            fault = ("field-malformed", f"{name}: {rule[1]}", shorten(repr(value)))
            fields.faults.append(fault)
    elif not colon or name not in _NAMES or value != value.strip():
        _judge_line(line, fields)


def _judge_line(line: str, fields: Fields) -> None:
    """A line that does not look as ours do: a fold, no field, another spelling, a foreign field."""
    name, colon, value = line.partition(":")
    usual = _BY_LOWER.get(name.lower())
    if line[:1] in {" ", "\t"}:
        fault = ("field-malformed", "one line for a field, no folding", shorten(repr(line)))
    elif not colon or not _NAME.fullmatch(name):
        fault = ("field-malformed", "lines of the form Name: value", shorten(repr(line)))
    elif usual is None:
        fault = ("field-unexpected", "the fields of WARC that khobao writes", shorten(line))
    else:
        fault = ("field-malformed", f"{usual}: and a value", shorten(repr(line)))
        fields.values.setdefault(usual, value.strip())
    fields.faults.append(fault)


def _judge(fields: Fields) -> None:
    values, faults = fields.values, fields.faults
    record_type = values.get("WARC-Type", "")
    rules = _TYPES.get(record_type)
    if rules is None:
        known = ", ".join(_TYPES)
        faults.append(("field-malformed", f"WARC-Type: one of {known}", shorten(record_type)))
        return
    required, may = rules
    if not values.keys() >= required:
        faults += (
            ("field-missing", f"{name} in a {record_type} record", "none")
            for name in sorted(required - values.keys())
        )
    if not values.keys() <= required | may:
        faults += (
            ("field-unexpected", f"no {name} in a {record_type} record", shorten(values[name]))
            for name in sorted(values.keys() - required - may)
            if name in _NAMES
        )
    wanted = _CONTENT_TYPES.get(record_type)
    content_type = values.get("Content-Type")
    if wanted and content_type not in {wanted, None}:
        faults.append(("field-malformed", f"Content-Type: {wanted}", shorten(content_type)))
    for name in ("WARC-Date", "WARC-Refers-To-Date"):
        if name in values:
            _judge_date(name, values[name], faults)
    if "WARC-IP-Address" in values:
        _judge_address(values["WARC-IP-Address"], faults)


def _judge_date(name: str, value: str, faults: list[Fault]) -> None:
    if _DATE.fullmatch(value):
        try:
            dt.datetime.fromisoformat(value)
        except ValueError:
            faults.append(("field-malformed", f"{name}: a day that is", shorten(value)))


def _judge_address(value: str, faults: list[Fault]) -> None:
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        faults.append(("field-malformed", "WARC-IP-Address: an address", shorten(repr(value))))
        return
    is_mapped = isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped
    if value != address.compressed and not is_mapped:
        expected = f"WARC-IP-Address: {address.compressed} (RFC 5952)"
        faults.append(("field-malformed", expected, shorten(value)))
