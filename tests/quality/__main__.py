"""``make eval``: measure, print the table, and change floors when asked to."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import changelog, floors, report
from .corpus import load_corpus
from .measure import measure


def main(arguments: list[str], floors_path: Path, changelog_path: Path) -> int:
    """0 when nothing fell, 1 when something did, 2 when the record cannot be used."""
    options = _options(arguments)
    measured = measure(load_corpus())
    try:
        record = floors.load(floors_path)
        if options.allow_regression:
            text = changelog_path.read_text("utf-8")
            for name in options.allow_regression:
                record, line = floors.lower(record, measured, name, options.because)
                text = changelog.add_line(text, line)
            floors.save(record, floors_path)
            changelog_path.write_text(text, "utf-8")
        if options.raise_floors:
            record = floors.raised(record, measured)
            floors.save(record, floors_path)
    except floors.FloorsError as exc:
        sys.stderr.write(f"{exc}\n")
        return 2
    sys.stdout.write(report.table(record, measured) + "\n")
    fallen = floors.falls(record, measured)
    if new := report.new_names(record, measured):
        sys.stdout.write(f"\nno floor yet, --raise records it: {', '.join(new)}\n")
    if fallen:
        sys.stdout.write(f"\n{report.complaints(fallen)}\n")
    return 1 if fallen else 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make eval", description=__doc__)
    parser.add_argument(
        "--raise",
        action="store_true",
        dest="raise_floors",
        help="record higher floors, and the first ones of what is new",
    )
    parser.add_argument(
        "--allow-regression",
        action="append",
        metavar="NAME",
        help="lower the floor of a field, distortion or group, or let a page go",
    )
    parser.add_argument("--because", metavar="TEXT", help="why; goes into the changelog")
    options = parser.parse_args(arguments)
    if bool(options.allow_regression) != bool(options.because):
        parser.error("--allow-regression NAME and --because TEXT go together")
    return options


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], floors.FLOORS, changelog.CHANGELOG))
