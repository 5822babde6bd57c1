"""Has the newspaper changed its pages? What every page looked like, counted and compared.

Pages in (:class:`~crawler.pages.traits.Traits`), a :class:`Sheet` of counts for the run; sheets of
the run and of earlier runs in, alarms out. No I/O here: the run's own record keeps the sheet.
"""

from __future__ import annotations

from crawler.alarms.baseline import RUNS_COMPARED, Baseline
from crawler.alarms.judge import judge_sheet
from crawler.alarms.model import Alarm, Example, alarm_as_document, alarm_as_text
from crawler.alarms.sheet import Refusal, Sheet

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
