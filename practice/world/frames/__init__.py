"""The fixed parts of the pages, as files. Broken markup in them is meant to be broken."""

from __future__ import annotations

from importlib import resources

__all__ = ["frame", "frame_text", "query_script"]


def frame_text(name: str) -> str:
    """A frame, with its editor's line ends, CRLF; the editor of the texts writes LF."""
    markup = resources.files(__name__).joinpath(f"{name}.html").read_text("utf-8")
    return markup.replace("\n", "\r\n")


def frame(name: str) -> bytes:
    return frame_text(name).encode()


def query_script() -> str:
    return resources.files(__name__).joinpath("mini_query.js").read_text("utf-8")
