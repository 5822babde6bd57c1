"""Which error ends a command or a crawl with which exit code: the one map for both."""

from __future__ import annotations

from crawler.errors import ExitCode, KhobaoError

_ARCHIVE_ERRORS = "archive.errors"
# By name: `archive` knows no exit codes, and is not worth importing for a command's help.
_OF_ARCHIVE_ERRORS = {
    "ArchiveLockedError": ExitCode.LOCKED,
    "NoSpaceError": ExitCode.NO_SPACE,
    "RecordNotFoundError": ExitCode.SOME_FAILED,
    "InvalidRecordError": ExitCode.VERIFICATION_FAILED,
    "JournalError": ExitCode.VERIFICATION_FAILED,
    "TimestampError": ExitCode.USAGE,  # its certificates; a service away is a warning
    "CopyContradictionError": ExitCode.VERIFICATION_FAILED,
    "ArchiveError": ExitCode.ARCHIVE_FAILED,
}


def exit_code_of(error: BaseException) -> ExitCode | None:
    """None: it is no error that a person was told of, but a fault of khobao."""
    if isinstance(error, KhobaoError):
        return error.exit_code
    names = (each.__name__ for each in type(error).__mro__ if each.__module__ == _ARCHIVE_ERRORS)
    return next((_OF_ARCHIVE_ERRORS[name] for name in names if name in _OF_ARCHIVE_ERRORS), None)
