"""Has the newspaper changed its pages? What every page looked like, counted and compared.

Pages in (:class:`~crawler.pages.features.Traits`), a :class:`Sheet` of counts for the run; sheets
of the run and of earlier runs in, alarms out. No I/O here: the run's own record keeps the sheet.
"""

from __future__ import annotations

from crawler.monitoring.alarm import Alarm, Example, alarm_as_document, alarm_as_text
from crawler.monitoring.baseline import RUNS_COMPARED, Baseline
from crawler.monitoring.field_coverage import Refusal, Sheet
from crawler.monitoring.judge import judge_sheet

__all__ = [
    "RUNS_COMPARED",
    "Alarm",
    "Baseline",
    "Example",
    "Refusal",
    "Sheet",
    "alarm_as_document",
    "alarm_as_text",
    "judge_sheet",
]
