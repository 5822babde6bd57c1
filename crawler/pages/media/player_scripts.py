"""Player scripts: the clips of the players that a script sets up.

Nothing is executed. Scripts are searched for the calls that set up the usual players, and the
object literal they are given is parsed; an address put together by an expression is left alone, not
guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.pages.media.clips import Clip, clips_of, flash_variables, literal_of

_MAX_SCRIPT_CHARS = 200_000
_MAY_SET_UP = re.compile(
    r"jwplayer|videojs|flowplayer|fluidPlayer|Playerjs|Plyr|DPlayer|rt[Pp]layer|Clappr|mediaelement"
    r"|loadSource|flashvars|addVariable",
)
_CALL = re.compile(
    r"""\b(?:jwplayer|videojs|flowplayer|fluidPlayer|Playerjs|Plyr|DPlayer|ArtPlayer|Artplayer|
    Clappr\.Player|mediaelementplayer|mediaelement|loadSource)\s*\(""",
    re.VERBOSE,
)
_TARGET = re.compile(r"""["'`]([#.]?[\w:-]+)["'`]""")
_JQUERY_TARGET = re.compile(r"""\$\(\s*["']#([\w:-]+)["']\s*\)\s*\.\s*$""")
_STRING = re.compile(
    r"""(?P<before>\+\s*)?(?:"(?P<one>(?:[^"\\\n]|\\.)*)"|'(?P<other>(?:[^'\\\n]|\\.)*)')"""
    r"(?P<after>\s*\+)?"
)
_TARGET_KEYS = ("id", "parentId", "container", "parent", "elem", "target")
_LEGACY_VARIABLE = re.compile(r"""addVariable\(\s*["'](\w+)["']\s*,\s*["']([^"']+)["']\s*\)""")
_LEGACY_PARAMETER = re.compile(r"""["']flashvars["']\s*,\s*["']([^"']+)["']""", re.IGNORECASE)
_LEGACY_TARGET = re.compile(r"""\.write\(\s*["']([\w:-]+)["']\s*\)""")


def clips_of_script(text: str) -> Iterator[tuple[str | None, list[Clip]]]:
    """(id of the element, recordings) of each player that a script sets up."""
    if len(text) > _MAX_SCRIPT_CHARS or not _MAY_SET_UP.search(text):
        return
    calls = list(_CALL.finditer(text))
    for number, call in enumerate(calls):
        end = calls[number + 1].start() if number + 1 < len(calls) else len(text)
        before, arguments = text[: call.start()], text[call.end() : end]
        target, clips = _of_call(before, arguments)
        if clips:
            yield target, clips
    if not calls:
        yield from _legacy(text)


def _of_call(before: str, arguments: str) -> tuple[str | None, list[Clip]]:
    opening = re.search(r"[{\[]", arguments)
    head = arguments[: opening.start()] if opening else arguments
    jquery = _JQUERY_TARGET.search(before)
    named = _TARGET.search(head)
    target = jquery[1] if jquery else named[1].lstrip("#.") if named else None
    config = literal_of(arguments[opening.start() :]) if opening else None
    clips = clips_of(config)
    if config is None:  # src("/x.mp4"), loadSource("/x.m3u8"), or a literal that cannot be parsed
        clip = Clip()
        for match in _STRING.finditer(arguments):
            if not (match["before"] or match["after"]):
                clip.add_file((match["one"] or match["other"] or "").replace("\\/", "/"))
        clips = [clip] if clip.files else []
    if target is None and isinstance(config, dict):
        target = _target_in(config)
    return target, clips


def _target_in(config: dict[str, object]) -> str | None:
    for key in _TARGET_KEYS:
        value = config.get(key)
        if isinstance(value, str):
            quoted = _TARGET.search(value)
            return (quoted[1] if quoted else value).lstrip("#.")
    return None


def _legacy(text: str) -> Iterator[tuple[str | None, list[Clip]]]:
    """SWFObject, which put Flash players into pages until about 2015."""
    config: object = dict(_LEGACY_VARIABLE.findall(text))
    parameter = _LEGACY_PARAMETER.search(text)
    if parameter and not config:
        config = flash_variables(parameter[1])
    clips = clips_of(config)
    if clips:
        target = _LEGACY_TARGET.search(text)
        yield target[1] if target else None, clips
