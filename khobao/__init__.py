"""khobao as a library: ``open_archive``, ``read_page``, ``connect`` (see :mod:`khobao.api`)."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from khobao.api import ArchiveReader, connect, open_archive, read_page

__all__ = ["ArchiveReader", "connect", "open_archive", "read_page"]


def __getattr__(name: str) -> Any:
    """Imported when asked for: the command's help needs none of it."""
    if name not in __all__:
        raise AttributeError(f"module 'khobao' has no attribute {name!r}")
    from khobao import api  # noqa: PLC0415

    return getattr(api, name)
