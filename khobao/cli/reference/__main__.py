"""``make docs``: write what is generated, in a checkout of the sources."""

from __future__ import annotations

import sys
from pathlib import Path

from khobao.cli.reference.pages import written

ROOT = Path(__file__).parents[3]


def main() -> None:
    for path, text in written(ROOT).items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"{path.relative_to(ROOT)} written\n")


if __name__ == "__main__":
    main()
