"""The newspaper in miniature: a local server for the demo, the tests and the benchmarks.

It behaves as the real one does, on invented text, and shares no code with what it judges.
"""

from __future__ import annotations

from practice.client import PracticeProcess
from practice.config import PracticeConfig, Ready
from practice.errors import PracticeError
from practice.service import serve

__all__ = ["PracticeConfig", "PracticeError", "PracticeProcess", "Ready", "serve"]
