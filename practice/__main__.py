"""``python -m practice``: the practice newspaper as its own process."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import logging
import sys
from dataclasses import asdict
from pathlib import Path

from practice.config import TEMPLATES, VALIDATORS, PracticeConfig, Ready, parse_instant
from practice.errors import PracticeError
from practice.redesign import Redesign
from practice.service import serve

_USAGE_ERROR = 2


def main(arguments: list[str] | None = None) -> int:
    """Serve until told to stop; 0 after a clean stop, 2 when it cannot be started so."""
    logging.basicConfig(level=logging.WARNING, format="practice: %(message)s")
    options = vars(_parser().parse_args(arguments))
    ready_file, with_stdin = options.pop("ready_file"), options.pop("stop_with_stdin")
    try:
        options["faults"] = tuple(options["faults"].split(",")) if options["faults"] else ()
        options["redesign"] = Redesign.of(json.loads(options["redesign"]))
        serve(
            PracticeConfig(**options),
            on_ready=lambda ready: _announce(ready, ready_file),
            stop_with_stdin=with_stdin,
        )
    except (PracticeError, ValueError) as error:
        sys.stderr.write(f"practice: {error}\n")
        return _USAGE_ERROR
    return 0


def _announce(ready: Ready, ready_file: Path | None) -> None:
    line = json.dumps(asdict(ready)) + "\n"
    if ready_file:
        unfinished = ready_file.with_name(ready_file.name + ".part")
        unfinished.write_text(line, encoding="utf-8")
        unfinished.replace(ready_file)
    sys.stdout.write(line)
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    defaults = PracticeConfig()
    parser = argparse.ArgumentParser(
        prog="python -m practice",
        description="Serve the practice newspaper until Ctrl-C; see docs/practice.md.",
        allow_abbrev=False,
    )
    parser.add_argument("--articles", type=int, default=defaults.articles)
    parser.add_argument("--seed", type=int, default=defaults.seed)
    parser.add_argument("--template", choices=TEMPLATES, default=defaults.template)
    parser.add_argument("--now", type=parse_instant, metavar="ISO", help="the simulated present")
    parser.add_argument(
        "--holidays",
        type=dt.date.fromisoformat,
        metavar="DATE",
        help="first day of a week with hardly an article",
    )
    parser.add_argument("--bind", default=defaults.bind, help="address to listen on")
    parser.add_argument("--port", type=int, default=0, help="HTTP; 0 takes any free port")
    parser.add_argument("--tls-port", type=int, default=0, help="HTTPS")
    parser.add_argument("--control-port", type=int, default=0, help="truth, clock, faults, log")
    parser.add_argument("--faults", default="", metavar="NAMES", help="comma list, or a group")
    parser.add_argument("--fault-share", type=float, default=defaults.fault_share)
    parser.add_argument("--fault-seconds", type=float, default=defaults.fault_seconds)
    parser.add_argument("--no-log", dest="log", action="store_false", help="log no exchanges")
    parser.add_argument("--log-dir", type=Path, help="keep the log and the CA certificate here")
    parser.add_argument("--no-https-redirect", dest="redirect_to_https", action="store_false")
    parser.add_argument("--validators", choices=VALIDATORS, default=defaults.validators)
    parser.add_argument("--no-compression", dest="compression", action="store_false")
    parser.add_argument("--redesign", default="{}", metavar="JSON", help="see POST /redesign")
    parser.add_argument("--ready-file", type=Path, help="also write the ready line here")
    parser.add_argument("--stop-with-stdin", action="store_true", help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
