"""The report as one HTML file that needs nothing else: for screen, phone and paper."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Template


@lru_cache(maxsize=1)
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415  once a survey

    environment = Environment(
        loader=PackageLoader("crawler.survey", "templates"),
        autoescape=True,  # what came from the network is text, never markup
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("survey.html")


def render_page(report: Mapping[str, Any]) -> str:
    """:param report: of :func:`crawler.survey.report.make_report`."""
    return _template().render(report)
