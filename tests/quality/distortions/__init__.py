"""The distortions: what the newspaper, its CMS and Word do to a page without a reader noticing."""

from __future__ import annotations

from . import around, layout, letters, structure, tags, word
from .kit import DISTORTIONS, Distortion

__all__ = ["DISTORTIONS", "Distortion", "around", "layout", "letters", "structure", "tags", "word"]
