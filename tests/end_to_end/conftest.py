"""Whole crawls through the front door: the command, a real mongod, the practice newspaper."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from support.home import Home


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Home]]:
    made: list[Home] = []

    def make() -> Home:
        # A space and a letter beyond ASCII: a home is where its owner wants it.
        home = Home(tmp_path_factory.mktemp("nhà") / "kho báo")
        made.append(home)
        return home

    yield make
    for home in made:
        home.khobao("db", "stop")


@pytest.fixture
def home(homes: Callable[[], Home]) -> Home:
    return homes()
