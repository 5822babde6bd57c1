"""The fixed parts of the pages, as files. Broken markup in them is meant to be broken."""

from __future__ import annotations

from importlib import resources

__all__ = ["frame", "frame_text"]


def frame_text(name: str) -> str:
    """A frame with the line ends of the frames' editor, CRLF; the texts' editor writes LF."""
    markup = resources.files(__name__).joinpath(f"{name}.html").read_text("utf-8")
    return markup.replace("\n", "\r\n")


def frame(name: str) -> bytes:
    return frame_text(name).encode()
