"""``make tools``: ask each tool about one archive, and write the table into docs/archive.md."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from .environments import Environment, install
from .registry import TOOLS, Tool
from .subject import Subject, make_subject
from .table import Row, put_into

PAGE = Path(__file__).parents[2] / "docs" / "archive.md"


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="khobao-tools-") as name:
        folder = Path(name)
        sys.stderr.write("crawling …\n")
        subject = make_subject(folder / "subject")
        try:
            rows = [ask(tool, subject, folder / f"tool-{n}") for n, tool in enumerate(TOOLS)]
        except (OSError, subprocess.CalledProcessError) as exc:
            sys.stderr.write(f"a tool is not to be had, so the table stays as it is: {exc}\n")
            return 1
    put_into(PAGE, rows)
    return 0


def ask(tool: Tool, subject: Subject, folder: Path) -> Row:
    sys.stderr.write(f"{tool.name} …\n")
    return ask_installed(tool, install(folder, tool.registry, (tool.package,)), subject)


def ask_installed(tool: Tool, environment: Environment, subject: Subject) -> Row:
    answer = tool.ask(environment, subject)
    remarks = [f"says “{answer.says}”"] if answer.says else []
    remarks += [tool.remark] if tool.remark else []
    return Row(
        tool.name,
        version_of(tool, environment),
        tool.reads,
        answer.counts,
        answer.digests,
        "; ".join(remarks) or "–",
    )


def version_of(tool: Tool, environment: Environment) -> str:
    if tool.registry != "Debian":
        return tool.pinned
    flag = "-v" if tool.package == "unzip" else "--version"
    found = re.search(r"\d+\.\d+", environment.run(tool.package, flag).stdout)
    return found[0] if found else "?"


if __name__ == "__main__":
    sys.exit(main())
