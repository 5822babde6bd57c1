"""Manifests against the files there are."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from archive.fixity.chain import check_chain
from archive.home.layout import IMPORTING_SUFFIX, OPEN_SUFFIX, Layout
from archive.home.manifest import read_unchained
from archive.verify.finding import Finding

_ATTEMPTS = 3
_REGISTER = (
    "run `khobao archive fixity run --trust master` to list it, once you know that it is what it"
    " should be"
)
_IMPORT = (
    "if another program wrote it, move it elsewhere and `khobao archive import` it from there; if"
    " khobao did, "
)


def check_manifests(
    layout: Layout, closed: Collection[str], listed: Collection[str], *, is_being_written: bool
) -> Iterator[Finding]:
    """:param closed: names of the closed files, found before the manifests were read: a file is
    listed before it is closed.
    """
    yield from _check_chain(layout, is_being_written=is_being_written)
    for file in () if is_being_written else read_unchained(layout):
        yield Finding(
            "not-in-manifest",
            str(layout.warc / file.warc_filename),
            None,
            "the file in the chain of manifests",
            "beside it: it was closed while the chain was broken",
            "run `khobao archive fixity run`: it says what is wrong with the chain, or goes on",
        )
    missing = sorted(name for name in closed if name not in listed)
    if missing and not listed:
        found = f"no manifest at all, for {len(missing)} files"
        yield Finding(
            "not-in-manifest", str(layout.fixity), None, "manifests of all files", found, _REGISTER
        )
    else:
        for name in missing:
            path = str(layout.warc / name)
            advice = _REGISTER if layout.journal(name).exists() else _IMPORT + _REGISTER
            yield Finding("not-in-manifest", path, None, "the file in a manifest", "none", advice)
    for name in sorted(set(listed) - set(closed)):
        names = (name, name + OPEN_SUFFIX, name + IMPORTING_SUFFIX, name)
        if not any((layout.warc / each).exists() for each in names):
            yield Finding(
                "warc-missing",
                str(layout.warc / name),
                None,
                "the file that the manifest lists",
                "no such file",
                "restore it from a copy (`khobao archive fixity run` repairs from it)",
            )


def _check_chain(layout: Layout, *, is_being_written: bool) -> Iterator[Finding]:
    problems = list(check_chain(layout))
    for _ in range(_ATTEMPTS if is_being_written else 0):
        if not problems:
            break
        problems = list(check_chain(layout))  # a line may have come between two looks
    for problem in problems:
        place = f", line {problem.line}" if problem.line else ""
        yield Finding(
            "manifest-chain",
            str(problem.path),
            None,
            f"{problem.expected}{place}",
            f"{problem.found}: {problem.what}",
            "restore the manifests from a copy, and compare the hash with what was timestamped",
        )
