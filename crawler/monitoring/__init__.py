"""Has the newspaper changed its pages? What every page looked like, counted and compared.

Pages in (:class:`~crawler.pages.features.PageFeatures`), a :class:`FieldCoverage` for the run;
field coverage of the run and of earlier runs in, alarms out. No I/O here: the run's own record
keeps it.
"""

from __future__ import annotations

from crawler.monitoring.alarm import Alarm, Example, alarm_as_document, alarm_as_text
from crawler.monitoring.alarms import find_alarms
from crawler.monitoring.baseline import RUNS_COMPARED, Baseline
from crawler.monitoring.field_coverage import ExtractionError, FieldCoverage

__all__ = [
    "RUNS_COMPARED",
    "Alarm",
    "Baseline",
    "Example",
    "ExtractionError",
    "FieldCoverage",
    "alarm_as_document",
    "alarm_as_text",
    "find_alarms",
]
