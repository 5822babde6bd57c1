"""The parts of the pages that repeat: macros of the two templates, with what they call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from .headlines import decompose
from .html import attribute, plain

if TYPE_CHECKING:
    from .model import Stub


def _image_path(stub: Stub, width: int = 0) -> str:
    if not stub.avatar:
        return "/file/default.jpg"
    return f"/file{stub.avatar}" + (f"?width={width}&height=-&type=resize" if width else "")


_FRAMES = Environment(  # noqa: S701  escaped by hand, and badly, as on the real pages
    loader=PackageLoader("practice.world", "frames"),
    keep_trailing_newline=True,
    undefined=StrictUndefined,
)
_FRAMES.globals |= {
    "attribute": attribute,
    "decompose": decompose,
    "image_path": _image_path,
    "plain": plain,
}

PAGE_INFO: Any = _FRAMES.get_template("page_info.html").module
PARTS_A: Any = _FRAMES.get_template("parts_a.html").module
PARTS_B: Any = _FRAMES.get_template("parts_b.html").module
PLAYERS: Any = _FRAMES.get_template("players.html").module
