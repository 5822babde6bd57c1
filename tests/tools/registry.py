"""The tools, one for each row of the table: what it is asked, and what to know of its answer."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .environments import READERS, Environment
from .subject import Subject
from .table import NONE, Tally, counted, thousands


@dataclass(frozen=True)
class Answer:
    """What a tool said."""

    counts: str
    digests: str = NONE
    says: str = ""
    """In its own words, where it stops."""


Ask = Callable[[Environment, Subject], Answer]


@dataclass(frozen=True)
class Tool:
    """One row.

    :param package: with its version, as its registry takes it; the program, for Debian's.
    :param remark: why it says what it says.
    """

    name: str
    registry: str
    package: str
    reads: str
    ask: Ask
    remark: str

    @property
    def pinned(self) -> str:
        """The version that is asked for; empty for a program of the system."""
        return self.package.rpartition("==" if self.registry == "PyPI" else "@")[2]


def _ours(name: str) -> str:
    """A package that this project uses as well, in the version of its lock."""
    return f"{name}=={version(name)}"


def reader(program: str, script: str) -> Ask:
    """A script of ours that goes through all records with the tool's library."""

    def ask(environment: Environment, subject: Subject) -> Answer:
        found = _json(environment.run(program, READERS / script, *subject.warcs))
        counts = f"{thousands(found['records'])} of {thousands(subject.records)} records"
        return Answer(counts, digests_of(found, subject.kinds), found.get("stopped", ""))

    return ask


def digests_of(found: dict[str, Any], kinds: dict[str, str]) -> str:
    """The cell for what a reader found of block and payload digests."""
    said = [
        f"{name}: {Tally(*found[name]).words(kinds)}"
        for name in ("blocks", "payloads")
        if name in found
    ]
    if refused := found.get("refused"):
        said.append(f"not read: {counted(refused, kinds)}")
    return "; ".join(said) or NONE


def _json(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    if done.returncode:
        raise RuntimeError(f"{done.args}: exit {done.returncode}: {done.stderr[-1000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def indexer(*command: str) -> Ask:
    """A program that writes an index; its lines are held against ours."""

    def ask(environment: Environment, subject: Subject) -> Answer:
        lines: list[str] = []
        for path in subject.warcs:
            done = environment.run(*command, path)
            lines += [line for line in done.stdout.splitlines() if line.endswith("}")]
        ours = [line for path in subject.index for line in path.read_text().splitlines()]
        theirs = set(map(_place, lines))
        same = sum(_place(line) in theirs for line in ours)
        counts = f"{thousands(len(lines))} of {thousands(len(ours))} index lines"
        digests = f"{thousands(same)} lines with our offset, length and payload digest"
        if equal := len(set(lines) & set(ours)):
            digests += f", {thousands(equal)} equal in every byte"
        return Answer(counts, digests)

    return ask


def _place(line: str) -> tuple[str, ...]:
    values = json.loads(line[line.index("{") :])
    digest = str(values.get("digest", "")).rpartition(":")[2]
    return str(values["offset"]), str(values["length"]), digest


def _warcio_check(environment: Environment, subject: Subject) -> Answer:
    done = [environment.run("warcio", "check", path) for path in subject.warcs]
    stops = [_last_line(each.stderr) for each in done if "Traceback" in each.stderr]
    named = sum(len(re.findall(r"^  offset ", each.stdout, re.MULTILINE)) for each in done)
    return Answer(f"{named} records named as failed", says="; ".join(dict.fromkeys(stops)))


def _warcat(environment: Environment, subject: Subject) -> Answer:
    count, stops = 0, []
    for path in subject.warcs:
        listed = environment.run("python", "-m", "warcat", "list", path)
        count += len(re.findall(r"^Record: ", listed.stdout, re.MULTILINE))
        stops.append(_last_line(environment.run("python", "-m", "warcat", "verify", path).stderr))
    counts = f"{thousands(count)} of {thousands(subject.records)} records"
    return Answer(counts, says="; ".join(dict.fromkeys(filter(None, stops))))


def _warcvalid(environment: Environment, subject: Subject) -> Answer:
    count, stops = 0, []
    for path in subject.warcs:
        done = environment.run("warcvalid", path)
        if done.returncode:
            stops.append(_last_line(done.stderr))
        listed = environment.run("warcindex", path).stdout.splitlines()
        count += sum(line.startswith(str(path)) for line in listed)
    counts = f"{thousands(count)} of {thousands(subject.records)} records"
    return Answer(counts, says="; ".join(dict.fromkeys(stops)))


def _warcbench(environment: Environment, subject: Subject) -> Answer:
    found = [_json(environment.run("wb", "-o", "json", "summarize", p)) for p in subject.warcs]
    count = sum(each["record_count"] for each in found)
    says = [str(each["error"]) for each in found if each["error"]]
    says += [str(warning) for each in found for warning in each["warnings"]]
    counts = f"{thousands(count)} of {thousands(subject.records)} records"
    return Answer(counts, says="; ".join(dict.fromkeys(says)))


def _gzip(environment: Environment, subject: Subject) -> Answer:
    done = environment.run("gzip", "-t", *subject.warcs)
    count = 0
    for path in subject.warcs:
        whole = subprocess.run(["zcat", path], stdout=subprocess.PIPE, check=False).stdout
        count += len(re.findall(rb"^WARC/1\.1\r$", whole, re.MULTILINE))
    counts = f"{thousands(count)} of {thousands(subject.records)} records"
    return Answer(counts, says=done.stderr.strip())


def verdict(command: Iterable[str], what: Callable[[Subject], Path]) -> Ask:
    """A validator of packages: its exit code, and what it says where it is not 0."""

    def ask(environment: Environment, subject: Subject) -> Answer:
        done = environment.run(*command, what(subject))
        valid = "valid" if done.returncode == 0 else f"exit {done.returncode}"
        return Answer(valid, says="" if done.returncode == 0 else _last_line(done.stderr))

    return ask


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or [""])[-1]


TOOLS = (
    Tool(
        "warcio (`ArchiveIterator`)",
        "PyPI",
        _ours("warcio"),
        "records, HTTP",
        reader("python", "with_warcio.py"),
        "hashes the framing of chunked bodies (warcio#74), and what follows an interim head",
    ),
    Tool(
        "`warcio check`",
        "PyPI",
        _ours("warcio"),
        "records, HTTP",
        _warcio_check,
        "the same ones; with PyPI's brotli beside it, it stops at the first br (warcio#73)",
    ),
    Tool(
        "fastwarc",
        "PyPI",
        _ours("fastwarc"),
        "records, HTTP",
        reader("python", "with_fastwarc.py"),
        "knows payloads of responses only; a revisit's is its original's; the framing as warcio;"
        " a head of 20 kB, or without CR, is none to it",
    ),
    Tool(
        "cdxj-indexer",
        "PyPI",
        _ours("cdxj-indexer"),
        "records, HTTP",
        indexer("cdxj-indexer", "--sort"),
        "the others have the status of an interim head (archive-format.md)",
    ),
    Tool(
        "pywb (`cdx-indexer`)",
        "PyPI",
        "pywb==2.10.0",
        "records, HTTP",
        indexer("cdx-indexer", "-j", "-s"),
        "its lines have more fields; payloads compared in tests of `khobao archive replay`",
    ),
    Tool(
        "warcio.js (`cdx-index`)",
        "npm",
        "warcio@2.4.11",
        "records, HTTP",
        indexer("warcio", "cdx-index"),
        "the parser of ReplayWeb.page",
    ),
    Tool(
        "node-warc",
        "npm",
        "node-warc@3.3.1",
        "records",
        reader("node", "with_node_warc.js"),
        "calls back twice at the end of a file, and loses its last record",
    ),
    Tool(
        "pywarc",
        "PyPI",
        "pywarc==0.3.1",
        "records",
        reader("python", "with_pywarc.py"),
        "",
    ),
    Tool("warcbench", "PyPI", "warcbench==0.1.0", "records, HTTP", _warcbench, ""),
    Tool(
        "warcat (`verify`)",
        "PyPI",
        "warcat==2.2.5",
        "records, HTTP, digests",
        _warcat,
        "ends at the first head whose lines end with LF alone (warcat#19)",
    ),
    Tool(
        "warctools (`warcvalid`)",
        "PyPI",
        "warctools==5.0.1",
        "records",
        _warcvalid,
        "knows WARC 1.0, 0.17 and 0.18 only, and fails while it says so",
    ),
    Tool(
        "warc",
        "PyPI",
        "warc3-wet==0.2.5",
        "records",
        reader("python", "with_warc.py"),
        "knows WARC 1.0 only",
    ),
    Tool(
        "gzip (`gzip -t`, `zcat`)",
        "Debian",
        "gzip",
        "gzip members",
        _gzip,
        "each record is a member of its own",
    ),
    Tool(
        "`wacz validate`",
        "PyPI",
        _ours("wacz"),
        "WACZ",
        verdict(("wacz", "validate", "-f"), lambda subject: subject.wacz),
        "would not miss a file that is not there (py-wacz#46)",
    ),
    Tool(
        "`unzip -t`",
        "Debian",
        "unzip",
        "WACZ",
        verdict(("unzip", "-tq"), lambda subject: subject.wacz),
        "",
    ),
    Tool(
        "`bagit.py --validate`",
        "PyPI",
        _ours("bagit"),
        "BagIt",
        verdict(("bagit.py", "--validate"), lambda subject: subject.bag),
        "",
    ),
)
