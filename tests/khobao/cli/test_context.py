"""Global options are understood wherever they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.errors import UsageError
from khobao.cli.context import Context, global_options_first


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("status --json", "--json status"),
        ("--json status", "--json status"),
        ("show 1234567 --home h -v --record", "--home h -v show 1234567 --record"),
        ("crawl page --home=h URL", "--home=h crawl page URL"),
        ("crawl page --mongodb-uri u --limit 5", "--mongodb-uri u crawl page --limit 5"),
        ("show -- --json", "show -- --json"),
        ("crawl --homer h", "crawl --homer h"),
        ("", ""),
    ],
)
def test_global_options_move_to_the_front(written: str, understood: str) -> None:
    assert understood.split() == global_options_first(written.split())


@pytest.mark.parametrize("words", [["status", "--home"], ["--home", "", "status"]])
def test_a_home_must_be_named(words: list[str]) -> None:
    with pytest.raises(UsageError, match="--home needs a value"):
        global_options_first(words)


def test_the_default_home_is_data_in_the_working_directory() -> None:
    context = Context.from_options(home=None, mongodb_uri="", json=False, verbose=False)

    assert Path.cwd() / "data" == context.home
    assert not context.home_given
    assert context.mongodb_uri is None


def test_a_writable_home_is_made(tmp_path: Path) -> None:
    home = Context(tmp_path / "new" / "home").writable_home()

    assert home.is_dir()
    assert not list(home.iterdir())


def test_a_file_is_no_home(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()

    with pytest.raises(UsageError, match=r"file cannot be written \(File exists\).*--home"):
        Context(path).writable_home()


def test_commands_that_only_read_make_no_home(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no data home at"):
        Context(tmp_path / "none").existing_home()

    assert not list(tmp_path.iterdir())


def test_after_the_demo_its_home_is_named(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()

    with pytest.raises(UsageError, match=f"name another with --home {tmp_path / 'demo'}$"):
        Context(tmp_path).existing_home()
