"""The look of the newspaper: its own style sheets, scripts and drawings, nobody else's."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

__all__ = ["drawing", "logo", "sheet"]

_SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}">{}</svg>\n'
_LOGO = (
    '<rect width="330" height="76" fill="#fff"/>'
    '<path d="M6 66c10-26 20-26 26-40 6 14 18 16 26 40z" fill="{color}"/>'
    '<circle cx="46" cy="17" r="9" fill="#f2b632"/>'
    '<text x="70" y="30" font-family="DejaVu Serif, serif" font-size="17" fill="#444">'
    "{above}</text>"
    '<text x="69" y="66" font-family="DejaVu Serif, serif" font-size="37" font-weight="700"'
    ' fill="{color}">{name}</text>'
)


@cache
def sheet(name: str) -> str:
    """A style sheet or script by its name here."""
    return _text(name)


@cache
def drawing(name: str) -> str | None:
    """A small drawing as SVG."""
    shape = _shapes().get(name)
    return None if shape is None else _SVG.format(24, 24, shape)


def logo(above: str, name: str, color: str) -> str:
    """The newspaper's name with its mountain and sun, as SVG."""
    return _SVG.format(330, 76, _LOGO.format(above=above, name=name, color=color))


@cache
def _shapes() -> dict[str, str]:
    return tomllib.loads(_text("shapes.toml"))


def _text(name: str) -> str:
    return resources.files(__name__).joinpath(name).read_text("utf-8")
