"""The wire self-test: silent when the tee works, loud when it does not."""

from __future__ import annotations

import subprocess
import sys

from crawler.capture.self_test import run_self_test
from crawler.capture.self_test_server import CASES

TEE_OFF = """
import sys
from crawler.capture import exchange
from crawler.capture import self_test as selftest

exchange.Exchange.record_sent = lambda self, data: None
exchange.Exchange.record_received = lambda self, data: True
sys.exit(selftest._main())
"""

ONE_BYTE_LOST = """
import sys
from crawler.capture import exchange
from crawler.capture import self_test as selftest

original = exchange.Exchange.record_received
def lossy(self, data):
    return original(self, data.replace(b"caf\\xe9", b"caf?"))
exchange.Exchange.record_received = lossy
sys.exit(selftest._main())
"""


def test_all_directions_of_all_cases_are_identical() -> None:
    assert run_self_test() == []


def test_it_fails_when_the_tee_is_off() -> None:
    done = _run(TEE_OFF)
    assert done.returncode == 5, done.stderr
    # Nothing is recorded then, in either direction, plain or over TLS.
    assert 2 * len(CASES) <= len(done.stdout.splitlines())


def test_it_sees_a_single_altered_byte() -> None:
    done = _run(ONE_BYTE_LOST)
    assert 5 == done.returncode, done.stderr
    assert [
        "http latin-1-header: the response differs in content",
        "https latin-1-header: the response differs in content",
    ] == done.stdout.splitlines()


def _run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
