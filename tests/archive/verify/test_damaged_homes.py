"""The ways to damage a home: whatever somebody does to its files by hand is named, with exit 7."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.home_damages import WAYS, Damage, Ours
from support.verify_home import PAGE, Home, http

from archive.fixity.audit import Audit
from khobao.cli.main import main


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Ours:
    """Made once; each damage is done to a copy."""
    ours = Home(tmp_path_factory.mktemp("kho") / "ours")
    ours.write([ours.event(http(PAGE + b"ba"), "https://baodaklak.vn/ba/")])
    Audit(ours.layout).run()
    other = Home(tmp_path_factory.mktemp("kho") / "other", ours)
    for folder in ("warc", "index", "fixity", "state"):
        shutil.rmtree(other.path / folder)
    other.write([other.event(http(b"khac"), "https://khac.vn/")], hostname="khac")
    return Ours(ours.path, other.path)


@pytest.fixture
def ours(whole: Ours, tmp_path: Path) -> Iterator[Ours]:
    shutil.copytree(whole.home, tmp_path / "ours")
    shutil.copytree(whole.other, tmp_path / "other")
    yield Ours(tmp_path / "ours", tmp_path / "other")
    for path in (tmp_path / "ours").rglob("*.gz"):
        path.chmod(0o755, follow_symlinks=True)


def verify(home: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, int]]:
    code = main(["--home", str(home), "--json", "archive", "verify", "--no-database"])
    return code, json.loads(capsys.readouterr().out)["kinds"]


def test_undamaged_it_is_clean(ours: Ours, capsys: pytest.CaptureFixture[str]) -> None:
    assert 3 == len(ours.names)
    assert (0, {}) == verify(ours.home, capsys)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("damage", WAYS, ids=lambda damage: damage.__name__)
def test_every_way_to_damage_a_home_is_named(
    ours: Ours, capsys: pytest.CaptureFixture[str], damage: Damage
) -> None:
    damage(ours)
    code, kinds = verify(ours.home, capsys)
    assert (7, WAYS[damage]) == (code, WAYS[damage] & kinds.keys()), kinds
