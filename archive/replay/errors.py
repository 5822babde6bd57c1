"""Errors of replay."""


class ReplayError(Exception):
    """The archive is well, but cannot be shown; the message says what to do."""
