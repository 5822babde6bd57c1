from __future__ import annotations

from pathlib import Path

import pytest

from archive import errors
from crawler.errors import ExitCode, KhobaoError, UsageError
from crawler.middlewares.backoff import BlockedError
from crawler.session.crawl_session import ArchiveFailedError
from crawler.session.exit_codes import exit_code_of
from pipelines.mongodb.errors import DatabaseUnreachableError

PATH = Path("home/warc/a.warc.gz")


class _NewArchiveError(errors.RecordTooLargeError):
    """Of a kind that the map does not name."""


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KhobaoError("…"), ExitCode.SOME_FAILED),
        (UsageError("…"), ExitCode.USAGE),
        (BlockedError("…"), ExitCode.BLOCKED),
        (ArchiveFailedError("…"), ExitCode.ARCHIVE_FAILED),
        (DatabaseUnreachableError("…"), ExitCode.DATABASE_UNREACHABLE),
        (errors.ArchiveError("…"), ExitCode.ARCHIVE_FAILED),
        (errors.WarcWriteError(PATH, "…"), ExitCode.ARCHIVE_FAILED),
        (errors.NoSpaceError(PATH, "…"), ExitCode.NO_SPACE),
        (errors.ArchiveLockedError(PATH, "pid 1"), ExitCode.LOCKED),
        (errors.JournalError(PATH, 0, "…"), ExitCode.VERIFICATION_FAILED),
        (errors.CopyContradictionError("/mnt/b", "…"), ExitCode.VERIFICATION_FAILED),
        (errors.InvalidRecordError(PATH, 0, "…"), ExitCode.VERIFICATION_FAILED),
        (errors.RecordNotFoundError("…"), ExitCode.SOME_FAILED),
        (errors.UnresolvedRevisitError("…"), ExitCode.SOME_FAILED),
        (errors.TimestampError("…", "…"), ExitCode.USAGE),
        (errors.CopyError("…", "…"), ExitCode.ARCHIVE_FAILED),
        (_NewArchiveError("…"), ExitCode.ARCHIVE_FAILED),
        (OSError("…"), None),
        (ValueError("…"), None),
    ],
)
def test_each_error_has_its_code(error: Exception, code: ExitCode | None) -> None:
    assert exit_code_of(error) is code


def test_every_error_of_the_archive_has_one() -> None:
    kinds = [each for each in vars(errors).values() if isinstance(each, type)]
    archive_errors = [each for each in kinds if issubclass(each, errors.ArchiveError)]

    assert len(archive_errors) > 10
    for kind in archive_errors:
        assert exit_code_of(kind.__new__(kind)) is not None
