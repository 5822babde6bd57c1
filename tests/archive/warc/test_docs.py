"""docs/archive.md: what it shows in Python runs and prints what it should."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEXT = (Path(__file__).parents[3] / "docs" / "archive.md").read_text("utf-8")


def test_the_format_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "docs/archive.md", "exec"), {})
    shown = capsys.readouterr().out
    assert shown.startswith("0 warcinfo None software: khobao")
    assert " response 200 Cà phê\n" in shown
    assert " request None GET / HTTP/1.1" in shown
    assert (tmp_path / "vidu.warc.gz").read_bytes().startswith(b"\x1f\x8b")
