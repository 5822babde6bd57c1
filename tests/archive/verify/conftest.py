from __future__ import annotations

from pathlib import Path

import pytest
from support.verify_home import Home


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Nobody damages this one."""
    return Home(tmp_path_factory.mktemp("verify") / "kho báo")


@pytest.fixture
def bench(pristine: Home, tmp_path: Path) -> Home:
    return Home(tmp_path / "kho báo", pristine)
