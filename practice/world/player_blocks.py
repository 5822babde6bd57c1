"""Players in the markup of template A and of the years before it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

from .html import attribute, paragraph

if TYPE_CHECKING:
    from .model import Broadcast, Markers, Player, Sound

__all__ = ["broadcast", "player", "sound"]


def player(block: Player, markers: Markers) -> str:
    inner = _LOOKS.get(block.look, _element)(block)
    inside = paragraph(block.wrapped, markers) if block.wrapped else "<p>&nbsp;</p>"
    return f'<div class="media_core" align="center">{inner}{inside}</div>'


def _frame(block: Player) -> str:
    return (
        f'<iframe width="560" height="315" src="{block.embed}" frameborder="0"'
        " allowfullscreen></iframe>"
    )


def _element(block: Player) -> str:
    """``<video>``: with its address, with one source, or with one for each quality."""
    kind = {"hls": "application/x-mpegURL"}.get(block.look, "video/mp4")
    direct = f' src="{attribute(block.src or "")}"' if block.look == "attribute" else ""
    nested = ""
    if not direct:
        nested = "".join(
            f'<source src="{attribute(src)}" type="{kind}"'
            + (f' label="{height}p" res="{height}">' if height else ">")
            for src, height in block.files
        )
    length = f' data-duration="{block.clock}"' if block.seconds else ""
    return (
        f'<video id="aid-{block.media_id}" poster="{attribute(block.poster or "")}"'
        f' controls="controls" width="100%"{length}{direct}>{nested}</video>'
    )


def _configuration(block: Player) -> dict[str, object]:
    config: dict[str, object] = {
        "image": block.poster,
        "sources": [
            {"file": src, "label": f"{height}p"} if height else {"file": src}
            for src, height in block.files
        ],
        "width": "100%",
    }
    if block.seconds:
        config["duration"] = block.seconds
    return config


def _data(block: Player) -> str:
    config = attribute(json.dumps(_configuration(block)))
    return f'<div class="player" id="aid-{block.media_id}" data-config="{config}"></div>'


def _script(block: Player) -> str:
    """As people write scripts, which is not JSON."""
    config = _configuration(block)
    sources = ", ".join(
        f"{{file: '{src}'" + (f", label: '{height}p'}}" if height else "}")
        for src, height in block.files
    )
    length = f"\n  duration: {block.seconds}," if block.seconds else ""
    return (
        f'<div id="aid-{block.media_id}">Đang tải trình phát…</div>\n'
        f'<script type="text/javascript">\nvar trinhPhat = jwplayer("aid-{block.media_id}");\n'
        f'trinhPhat.setup({{\n  image: "{config["image"]}",{length}\n'
        f"  sources: [{sources},],\n  aspectratio: '16:9', // cả màn hình\n"
        "  events: { onError: function () { return false; } }\n});\n</script>"
    )


def _flash(block: Player) -> str:
    poster = quote((block.poster or "").split("?")[0], safe=":/")
    variables = f"file={block.src}&image={poster}"
    if block.seconds:
        variables += f"&duration={block.seconds}"
    return (
        '<object type="application/x-shockwave-flash" data="/common/player.swf" width="480"'
        f' height="360" id="aid-{block.media_id}"><param name="movie" value="/common/player.swf">'
        f'<param name="flashvars" value="{attribute(variables)}"></object>'
    )


_LOOKS = {"frame": _frame, "data": _data, "script": _script, "flash": _flash}


def sound(block: Sound, _: Markers) -> str:
    source = attribute(block.src)
    title = f' title="{attribute(block.title)}"' if block.title else ""
    if block.nested:
        return f'<audio controls{title}><source src="{source}" type="audio/mpeg"></audio>'
    return f'<audio controls="controls"{title} src="{source}"></audio>'


def broadcast(_: Broadcast, __: Markers) -> str:
    """The province's television, live: nothing that an archive could keep."""
    return (
        '<div class="media_core" align="center"><video controls="controls" width="100%">'
        '<source src="https://cdn.drt.vn/truyen-hinh/index.m3u8" type="application/x-mpegURL">'
        "</video></div>"
    )
