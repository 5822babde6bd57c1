from __future__ import annotations

from pathlib import Path

import pytest
from support.verify_home import Home


@pytest.fixture
def bench(tmp_path: Path) -> Home:
    return Home(tmp_path / "kho báo")
