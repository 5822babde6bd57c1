"""Players in the markup of template A and of the years before it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

from .html import paragraph
from .parts import PLAYERS

if TYPE_CHECKING:
    from .model import Broadcast, Markers, Player, Sound


def player(block: Player, markers: Markers) -> str:
    match block.look:
        case "frame":
            inner = PLAYERS.frame(block)
        case "data":
            inner = PLAYERS.data(block, json.dumps(_configuration(block)))
        case "script":
            inner = PLAYERS.script(block)
        case "flash":
            inner = PLAYERS.flash(block, _flash_variables(block))
        case _:
            inner = PLAYERS.element(block)
    inside = paragraph(block.wrapped, markers) if block.wrapped else "<p>&nbsp;</p>"
    return f'<div class="media_core" align="center">{inner}{inside}</div>'


def _configuration(block: Player) -> dict[str, object]:
    sources = [
        {"file": src, "label": f"{height}p"} if height else {"file": src}
        for src, height in block.files
    ]
    config: dict[str, object] = {"image": block.poster, "sources": sources, "width": "100%"}
    return config | ({"duration": block.seconds} if block.seconds else {})


def _flash_variables(block: Player) -> str:
    poster = quote((block.poster or "").split("?")[0], safe=":/")
    variables = f"file={block.src}&image={poster}"
    return variables + (f"&duration={block.seconds}" if block.seconds else "")


def sound(block: Sound, _: Markers) -> str:
    return str(PLAYERS.sound(block))


def broadcast(_: Broadcast, __: Markers) -> str:
    return str(PLAYERS.broadcast())
