"""The floor of free space: looked at when asked, and now and then while bytes are spent."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive import FreeSpace, NoSpaceError, Spool


def test_less_than_the_floor_is_refused(tmp_path: Path) -> None:
    FreeSpace(tmp_path, 100, free_bytes=lambda _: 100).check()
    with pytest.raises(NoSpaceError, match="99 bytes are free, fewer than the floor of 100"):
        FreeSpace(tmp_path, 100, free_bytes=lambda _: 99).check()


def test_it_looks_as_often_as_so_many_bytes_were_spent(tmp_path: Path) -> None:
    looks: list[Path] = []

    def free_bytes(directory: Path) -> int:
        looks.append(directory)
        return 1000 if len(looks) < 3 else 0

    space = FreeSpace(tmp_path, 1, every=10, free_bytes=free_bytes)
    for _ in range(29):
        space.spend(1)
    assert [tmp_path, tmp_path] == looks
    with pytest.raises(NoSpaceError):
        space.spend(1)


def test_a_spool_stops_growing_at_the_floor(tmp_path: Path) -> None:
    space = FreeSpace(tmp_path, 1, every=1, free_bytes=lambda _: 0)
    with Spool(tmp_path, memory_bytes=10, space=space) as spool:
        spool.write(b"0123456789")  # memory is no disk
        with pytest.raises(NoSpaceError):
            spool.write(b"x")
        assert b"0123456789" == spool.getvalue()
