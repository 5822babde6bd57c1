"""The table, to Markdown and back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

BEGIN, END = "<!-- tools: begin (make tools) -->", "<!-- tools: end -->"
COLUMNS = ("tool", "version", "reads", "counts", "digests", "remarks")
"""Of the table; fields of :class:`Row` have the same names."""

NONE = "–"


@dataclass
class Tally:
    """How many digests a tool found right, and which it did not."""

    right: int
    wrong: list[str] = field(default_factory=list)
    """Record ids."""

    def words(self, kinds: Mapping[str, str]) -> str:
        """``90 right, 12 wrong (9 chunked, 3 revisits)``."""
        if not self.wrong:
            return f"{thousands(self.right)} right"
        which = f"{thousands(len(self.wrong))} wrong ({counted(self.wrong, kinds)})"
        return f"{thousands(self.right)} right, {which}"


@dataclass(frozen=True)
class Row:
    """What stands in one line."""

    tool: str
    version: str
    reads: str
    counts: str
    digests: str
    remarks: str

    @property
    def wrong_kinds(self) -> set[str]:
        """Words for the records of which the tool says otherwise."""
        inside = re.findall(r"wrong \(([^)]*)\)", self.digests)
        return {re.sub(r"^[\d ]+ ", "", part) for text in inside for part in text.split(", ")}


def counted(names: Iterable[str], kinds: Mapping[str, str]) -> str:
    """``9 chunked, 3 revisits``."""
    found = Counter(kinds[f"<{name.strip('<>')}>"] for name in names)
    return ", ".join(f"{thousands(number)} {kind}" for kind, number in sorted(found.items()))


def thousands(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def render(rows: Iterable[Row]) -> str:
    lines = [_line(COLUMNS), _line(["---"] * len(COLUMNS))]
    lines += [_line([getattr(row, name).replace("|", r"\|") for name in COLUMNS]) for row in rows]
    return "\n".join(lines)


def _cells(line: str) -> list[str]:
    return [cell.replace(r"\|", "|") for cell in re.split(r" (?<!\\)\| ", line[2:-2])]


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def parse(text: str) -> list[Row]:
    """The rows of the table in a page.

    :raises ValueError: it is not there, or not of this form.
    """
    _, begin, rest = text.partition(f"{BEGIN}\n")
    table, end, _ = rest.partition(f"\n{END}")
    if not begin or not end:
        raise ValueError(f"no table between {BEGIN} and {END}")
    lines = table.strip().splitlines()
    rows = [Row(**dict(zip(COLUMNS, _cells(line), strict=True))) for line in lines[2:]]
    if render(rows) != table.strip():
        raise ValueError("the table is not as the script writes it")
    return rows


def put_into(page: Path, rows: Iterable[Row]) -> None:
    text = page.read_text("utf-8")
    before, _, rest = text.partition(f"{BEGIN}\n")
    _, _, after = rest.partition(f"\n{END}")
    page.write_text(f"{before}{BEGIN}\n{render(rows)}\n{END}{after}", "utf-8")
