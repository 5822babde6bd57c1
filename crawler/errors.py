"""The exit codes of every command: one table, and it stays (see README, "Exit codes")."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["ExitCode", "KhobaoError", "UsageError"]


class ExitCode(IntEnum):
    COMPLETE = 0
    SOME_FAILED = 1
    USAGE = 2
    NOTHING_NEW = 3
    BLOCKED = 4
    ARCHIVE_FAILED = 5
    DATABASE_UNREACHABLE = 6
    VERIFICATION_FAILED = 7
    NO_SPACE = 8
    LOCKED = 9
    EXTRACTION_ALARM = 10
    INTERRUPTED = 130


class KhobaoError(Exception):
    """Something a person can mend: the message says what, where, and what to do next.

    The command line prints the message as one line and ends with :attr:`exit_code`.
    """

    exit_code: ExitCode = ExitCode.SOME_FAILED


class UsageError(KhobaoError):
    """The words of the command are off."""

    exit_code = ExitCode.USAGE
