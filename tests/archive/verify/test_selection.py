"""A part of a home: what is looked at, what is said of the rest, and no false alarm for it."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path

import pytest
from support.verify_home import START, Home

from archive.verify import (
    Catalog,
    Finding,
    VerifyLog,
    check_together,
    longest_unverified_first,
    only_since,
    plan_home,
    verify_targets,
)
from khobao.cli.archive.verify_report import VerifyProgress
from khobao.cli.main import main

LATER = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)


def since_the_second(home: Home) -> tuple[list[str], list[Finding]]:
    """Names looked at, and what is found, when only the last file is young enough."""
    plan = plan_home(home.path)
    plan.targets = [target for target in plan.targets if target.name == home.names[-1]]
    plan.left_out = [home.warc(home.first)]
    with Catalog() as catalog:
        reports = list(verify_targets(plan, catalog, jobs=1))
        found = [finding for report in reports for finding in report.findings]
        return [Path(r.path).name for r in reports], found + list(check_together(plan, catalog))


def test_what_was_closed_before_is_left_out_and_the_rest_is_not(bench: Home) -> None:
    plan = plan_home(bench.path)
    only_since(plan, START - dt.timedelta(days=9999))
    assert ([], 2) == (plan.left_out, len(plan.targets))
    only_since(plan, LATER)
    assert ([bench.warc(bench.first), bench.warc(bench.second)], []) == (
        plan.left_out,
        plan.targets,
    )


def test_a_file_of_which_nobody_knows_the_day_is_looked_at(bench: Home) -> None:
    (manifest,) = bench.layout.fixity.glob("*-*.jsonl")
    manifest.write_bytes(manifest.read_bytes().splitlines(keepends=True)[0])
    names = bench.names
    bench.warc(names[0]).rename(bench.warc(names[0] + ".open"))
    plan = plan_home(bench.path)
    only_since(plan, LATER)
    assert names == [target.name for target in plan.targets]


def test_originals_in_files_that_are_not_looked_at_are_read_where_they_lie(bench: Home) -> None:
    assert ([bench.second], []) == since_the_second(bench)
    bench.layout.journal(bench.first).unlink()  # the index and the record are enough
    assert ([bench.second], []) == since_the_second(bench)


def test_without_the_index_the_journals_tell(bench: Home) -> None:
    bench.layout.dedupe.unlink()
    assert ([bench.second], []) == since_the_second(bench)


def test_an_original_that_is_gone_or_another_is_found_all_the_same(bench: Home) -> None:
    at = bench.find(bench.first, "response")
    bench.edit(bench.first, at, b"sha1:", b"sha1:A", with_journal=False)
    assert {"revisit-digest"} == {finding.kind for finding in since_the_second(bench)[1]}
    first = bench.first
    bench.warc(first).unlink()
    bench.layout.journal(first).unlink()
    assert {"revisit-dangles"} == {finding.kind for finding in since_the_second(bench)[1]}


def test_longest_not_looked_at_comes_first_and_numbers_stay(bench: Home) -> None:
    clock = iter(START + dt.timedelta(days=day) for day in range(9))
    log = VerifyLog(bench.path, lambda: next(clock))
    looked = []
    for _ in range(3):
        plan = plan_home(bench.path)
        longest_unverified_first(plan, VerifyLog(bench.path))
        with Catalog() as catalog:
            (report,) = verify_targets(plan, catalog, jobs=1, is_over=lambda: True)
            assert [] == report.findings
            assert [] == list(check_together(plan, catalog))
        looked.append(Path(report.path).name)
        log.note(looked[-1])
    assert [bench.first, bench.second, bench.first] == looked


def test_the_log_stays_short_and_survives_what_is_no_line(bench: Home) -> None:
    log = VerifyLog(bench.path)
    for _ in range(20):
        log.note(bench.first)
    path = bench.layout.state / "verified.jsonl"
    with path.open("ab") as file:
        file.write(b'{"at"\n')
    assert log.last(bench.first) == VerifyLog(bench.path).last(bench.first) != ""
    assert 1 == len(path.read_bytes().splitlines())
    assert "" == VerifyLog(bench.path).last(bench.second)


def test_processes_stop_when_the_time_is_over(bench: Home) -> None:
    plan = plan_home(bench.path)
    with Catalog() as catalog:
        reports = verify_targets(plan, catalog, jobs=2, min_pool_bytes=0, is_over=lambda: True)
        assert 1 == len(list(reports))


def test_the_line_says_what_was_not_looked_at(
    bench: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--home", str(bench.path), "archive", "verify", "--no-database"]
    assert 0 == main([*words, "--budget", "0s"])
    said = capsys.readouterr().out
    assert said.startswith("nothing wrong with what was looked at: 1 files")
    assert "1 files NOT looked at (--budget)" in said
    assert 0 == main([*words, "--json", "--since", "0s"])
    facts = json.loads(capsys.readouterr().out)
    assert (0, {"--since": 2}, True) == (facts["files"], facts["filesNotLookedAt"], facts["ok"])
    assert 0 == main([*words, "--since", "2000-01-01", "--budget", "1h"])
    assert "NOT looked at" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--since", "hôm qua"], "no date"),
        (["--budget", "lâu"], "no length of time"),
        (["--since", "1d", "--database"], "the whole home"),
        (["--budget", "1h", "--documents"], "the whole home"),
        (["--budget", "1h", "x.warc.gz"], "leave the files out"),
    ],
)
def test_what_cannot_be_is_refused(
    bench: Home, capsys: pytest.CaptureFixture[str], arguments: list[str], word: str
) -> None:
    assert 2 == main(["--home", str(bench.path), "archive", "verify", *arguments])
    assert word in capsys.readouterr().err


def test_progress_tells_bytes_and_time_left() -> None:
    now = [0.0]
    stream = io.StringIO()
    sizes = {"/kho/a": 1 << 30, "/kho/b": 3 << 30}
    with VerifyProgress(sizes, stream=stream, clock=lambda: now[0]) as progress:
        now[0] = 29.0
        progress.show("/kho/khac")
        now[0] = 60.0
        progress.show("/kho/a")
    assert ["verified 2 of 2 files, 1.0 GiB of 4.0 GiB, 0:03:00 left"] == (
        stream.getvalue().splitlines()
    )
