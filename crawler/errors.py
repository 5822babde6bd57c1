"""The exit codes of every command: one table, and it stays (see README, "Exit codes")."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    COMPLETE = 0
    """Complete."""

    SOME_FAILED = 1
    """Finished, but some addresses failed; of a survey: something differs or is not known."""

    USAGE = 2
    """Wrong usage."""

    NOTHING_NEW = 3
    """Nothing new although the newspaper announced some."""

    BLOCKED = 4
    """Blocked or rate-limited."""

    ARCHIVE_FAILED = 5
    """The archive could not be written."""

    DATABASE_UNREACHABLE = 6
    """The database could not be reached."""

    VERIFICATION_FAILED = 7
    """Verification failed."""

    NO_SPACE = 8
    """Not enough disk."""

    LOCKED = 9
    """Another run holds the lock."""

    EXTRACTION_ALARM = 10
    """Extraction alarm: the newspaper's pages have changed."""

    INTERRUPTED = 130
    """Interrupted; can be resumed."""


class KhobaoError(Exception):
    """Something a person can mend: the message says what, where, and what to do next.

    The command line prints the message as one line and ends with :attr:`exit_code`.
    """

    exit_code: ExitCode = ExitCode.SOME_FAILED


class UsageError(KhobaoError):
    """The words of the command are off."""

    exit_code = ExitCode.USAGE
