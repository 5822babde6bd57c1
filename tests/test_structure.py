"""How the code hangs together: no circle of imports, no folder that no contract knows."""

from __future__ import annotations

import graphlib
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import grimp
import pytest

ROOT = Path(__file__).parents[1]
CONFIG: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LINTER: dict[str, Any] = CONFIG["tool"]["importlinter"]
ROOTS: list[str] = LINTER["root_packages"]

#: Folders of Python that are no part of the product.
NOT_PRODUCT = frozenset({"benchmarks", "tests"})


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Imports for annotations only count as well: who reads has to follow them, too."""
    return grimp.build_graph(*ROOTS, cache_dir=None)


def first_circle(edges: Iterable[tuple[str, str]]) -> list[str]:
    sorter: graphlib.TopologicalSorter[str] = graphlib.TopologicalSorter()
    for importer, imported in edges:
        sorter.add(importer, imported)
    try:
        sorter.prepare()
    except graphlib.CycleError as exc:
        return list(exc.args[1])
    return []


def imports(graph: grimp.ImportGraph) -> Iterator[tuple[str, str]]:
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            yield module, imported


def test_a_circle_is_seen() -> None:
    """The check itself."""
    assert not first_circle([("a", "b"), ("b", "c"), ("a", "c")])
    assert {"a", "b", "c"} == set(first_circle([("a", "b"), ("b", "c"), ("c", "a")]))
    circle = grimp.ImportGraph()
    for name in ("top", "top.a", "top.a.one", "top.a.two", "top.b", "top.b.one"):
        circle.add_module(name)
    circle.add_import(importer="top.a.one", imported="top.b.one")
    assert not package_circles(circle, ["top"])
    circle.add_import(importer="top.b.one", imported="top.a.two")
    assert package_circles(circle, ["top"])


def test_no_modules_import_each_other_in_a_circle(graph: grimp.ImportGraph) -> None:
    assert [] == first_circle(imports(graph))


def test_no_floors_import_each_other_in_a_circle(graph: grimp.ImportGraph) -> None:
    floors = {(floor(importer), floor(imported)) for importer, imported in imports(graph)}
    assert [] == first_circle((a, b) for a, b in floors if a != b)


def floor(module: str) -> str:
    """pipelines.text, pure functions of strings, is one of its own below both sides."""
    return "pipelines.text" if module.startswith("pipelines.text") else module.partition(".")[0]


def package_circles(
    graph: grimp.ImportGraph, packages: Iterable[str]
) -> dict[str, list[tuple[str, str]]]:
    """The imports that have to go, by the package whose parts they tie together."""
    found: dict[str, list[tuple[str, str]]] = {}
    for package in packages:
        if breakers := graph.nominate_cycle_breakers(package):
            found[package] = sorted(breakers)
    return found


def test_no_packages_import_each_other_in_a_circle(graph: grimp.ImportGraph) -> None:
    """Of two folders side by side one is above the other, whatever lies in them."""
    packages = [module for module in graph.modules if graph.find_children(module)]
    assert {} == package_circles(graph, packages)


def python_folders() -> set[str]:
    tracked = {path.relative_to(ROOT).parts[0] for path in ROOT.glob("*/**/*.py")}
    return {name for name in tracked if not name.startswith(".")}


def test_every_folder_of_code_is_on_a_floor() -> None:
    assert set(ROOTS) == python_folders() - NOT_PRODUCT


def containers() -> set[str]:
    return {
        name
        for contract in LINTER["contracts"]
        if contract["type"] == "layers" and contract.get("exhaustive")
        for name in contract["containers"]
    }


def test_every_part_of_a_floor_is_named_in_a_contract() -> None:
    """import-linter itself fails on a part that an exhaustive contract does not name."""
    assert set(ROOTS) <= containers()


def named() -> set[str]:
    """Every package or module that stands in a layer of a contract."""
    return {
        f"{container}.{name.strip()}"
        for contract in LINTER["contracts"]
        for container in contract.get("containers", ())
        for layer in contract["layers"]
        for name in re.split(r"[|:]", layer)
    }


def test_every_folder_is_named_in_a_contract() -> None:
    folders = {
        ".".join(path.relative_to(ROOT).parts[:-1])
        for root in ROOTS
        for path in (ROOT / root).rglob("__init__.py")
    }
    assert set() == folders - named() - set(ROOTS)


def test_no_contract_lets_an_indirect_import_through() -> None:
    assert not [c["name"] for c in LINTER["contracts"] if c.get("allow_indirect_imports")]
