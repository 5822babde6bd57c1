"""Tables in Markdown, generated parts of a page, and the docstrings that stand under fields."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence

_PART = re.compile(r"(<!-- generated: (?P<name>[^>]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def code(text: str) -> str:
    """A code span that may stand in a table."""
    return f"`{text}`".replace("|", r"\|") if text else ""


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns in which no row has anything are left out."""
    rows = list(rows)
    kept = [column for column in range(len(heads)) if any(row[column] for row in rows)]
    lines = [[heads[column] for column in kept], ["---"] * len(kept)]
    lines += [[row[column] for column in kept] for row in rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def generated_parts(page: str) -> Iterator[str]:
    """The names of the parts of *page* that are generated."""
    return (found["name"] for found in _PART.finditer(page))


def replace_part(page: str, name: str, text: str) -> str:
    """*page* with *text* between ``<!-- generated: NAME -->`` and ``<!-- end -->``."""
    return _PART.sub(
        lambda found: f"{found[1]}{text}{found[3]}" if found["name"] == name else found[0], page
    )


def field_docs(kind: type) -> dict[str, str]:
    """By field of a class, the docstring under it (PEP 258), in one line.

    Python itself forgets these strings, so they are taken from the source.
    """
    (body,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(body, ast.ClassDef)
    docs = {}
    for statement, after in zip(body.body, body.body[1:], strict=False):
        match statement, after:
            case (
                ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                docs[name] = as_markdown(text)
    return docs


def as_markdown(text: str) -> str:
    """A docstring in one line, without the roles of reST."""
    text = re.sub(r":\w+:`~[^`]*?(\w+)`", r"`\1`", text)
    text = re.sub(r":\w+:`([^`]+)`", r"`\1`", text)
    return " ".join(text.replace("``", "`").split())
