from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support.fixity import FILES

from archive import Archive, CaptureEvent
from archive.home.layout import Layout


@pytest.fixture
def layout(
    tmp_path: Path, make_event: Callable[..., CaptureEvent], open_archive: Callable[..., Archive]
) -> Layout:
    """A home with some closed files."""
    with open_archive(max_bytes=1) as archive:
        for number in range(FILES):
            archive.append_batch([make_event(b"HTTP/1.1 200 OK\r\n\r\n%d" % number * 3000)])
    return Layout(tmp_path)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "bản sao"
    path.mkdir()
    return path
