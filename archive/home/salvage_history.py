"""The salvage history of a WARC file, beside it for good: ``NAME.salvage.json``.

Written before a salvage changes anything, so that the next one knows what this one had found.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from archive.home.layout import Layout, create_file, fsync_directory
from archive.home.model import SalvageReport
from archive.warc.dates import utc_now

_log = logging.getLogger(__name__)

_NAMES = {
    "file": "warc_filename",
    "recordsKept": "records_kept",
    "recordsRecovered": "records_recovered",
    "lostRecordIds": "lost_record_ids",
    "tailOffset": "tail_offset",
    "tailBytes": "tail_bytes",
    "tailFile": "tail_filename",
    "reason": "reason",
    "at": "at",
}


def history_path(layout: Layout, warc_filename: str) -> Path:
    return layout.warc / f"{warc_filename}.salvage.json"


def read_history(layout: Layout, warc_filename: str) -> list[SalvageReport]:
    """Every salvage of this file, oldest first; most files never needed one."""
    path = history_path(layout, warc_filename)
    try:
        found: list[dict[str, Any]] = json.loads(path.read_bytes())
        reports = []
        for values in found:
            ours = {_NAMES[name]: value for name, value in values.items()}
            ours["lost_record_ids"] = tuple(ours["lost_record_ids"])
            reports.append(SalvageReport(**ours))
    except FileNotFoundError:
        return []
    except (ValueError, TypeError, KeyError, AttributeError) as exc:
        _log.warning("%s cannot be read (%s): it is quarantined as .bad", path, exc)
        path.rename(path.with_name(path.name + ".bad"))
        return []
    return reports


def write_history(
    layout: Layout,
    warc_filename: str,
    reports: list[SalvageReport],
    fsync: Callable[[int], None],
) -> None:
    """Replace the file's history by *reports*, durably; dates those that have no date yet."""
    path = history_path(layout, warc_filename)
    partial = path.with_name(path.name + ".partial")
    now = utc_now().isoformat(timespec="seconds")
    lines = []
    for report in reports:
        values = asdict(report)
        values["at"] = values["at"] or now
        lines.append({name: values[field] for name, field in _NAMES.items()})
    with create_file(partial) as file:
        file.write(json.dumps(lines, ensure_ascii=False, indent=1).encode() + b"\n")
        file.flush()
        fsync(file.fileno())
    partial.rename(path)
    fsync_directory(path.parent, fsync)
