"""Other programs' WARC files brought into a home, their bytes unchanged. See docs/adr/0026."""

from __future__ import annotations

from archive.importing.run import FileImport, ImportRun, import_files

__all__ = ["FileImport", "ImportRun", "import_files"]
