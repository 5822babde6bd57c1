"""``make docs``: write what is generated, in a checkout of the sources."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from khobao.cli.reference.pages import of_commands, of_schema
from pipelines.mongodb.connection import DATABASE_NAME, prepare_database
from pipelines.mongodb.server import EmbeddedServer

ROOT = Path(__file__).parents[3]


def main() -> None:
    write(of_commands(ROOT))
    with tempfile.TemporaryDirectory() as home:
        server = EmbeddedServer(Path(home))
        uri = server.start()
        try:
            prepare_database(uri, DATABASE_NAME)
            with MongoClient[dict[str, Any]](uri) as client:
                write(of_schema(ROOT, client[DATABASE_NAME]))
        finally:
            server.stop()


def write(pages: dict[Path, str]) -> None:
    for path, text in pages.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"{path.relative_to(ROOT)} written\n")


if __name__ == "__main__":
    main()
