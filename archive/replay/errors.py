"""Errors of replay."""

__all__ = ["ReplayError"]


class ReplayError(Exception):
    """The archive is well, but cannot be shown; the message says what to do."""
