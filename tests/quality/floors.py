"""The recorded floors: the file, what fell below them, and the only ways to change them."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from pathlib import Path
from typing import Any

from .measure import Measured, Miss, Score

__all__ = ["FLOORS", "Fall", "FloorsError", "falls", "is_below", "load", "lower", "raised", "save"]

FLOORS = Path(__file__).with_name("floors.json")
KINDS = ("fields", "distortions", "groups")
"""What has floors: fields, distortions, and groups of a template and kind."""

_DIGITS = 6
_EXAMPLES = 3

Record = dict[str, Any]


class FloorsError(Exception):
    """The file of the floors is not as the command wrote it."""


@dataclasses.dataclass(frozen=True)
class Fall:
    """Something that is worse than recorded."""

    name: str
    what: str
    """``field``, ``distortion``, ``group``, or ``page`` for what the corpus has lost."""

    measured: float
    """A share, or a count for the corpus."""

    floor: float
    examples: tuple[Miss, ...] = ()
    is_new: bool = False
    """Nothing is recorded of it yet, so that its floor is the highest there is."""

    reason: str = ""


def empty() -> Record:
    """A record of nothing."""
    return {"fields": {}, "distortions": {}, "groups": {}, "pages": {}, "lowered": []}


def digest(record: Record) -> str:
    """Of everything but itself."""
    rest = {name: value for name, value in record.items() if name != "digest"}
    canonical = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


def load(path: Path = FLOORS) -> Record:
    """The record, if it is as :func:`save` wrote it."""
    try:
        record: Record = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise FloorsError(f"{path.name} is missing: take it from the repository") from None
    except ValueError as exc:
        raise FloorsError(f"{path.name} is no JSON ({exc}): take it from the repository") from None
    if record.get("digest") != digest(record):
        raise FloorsError(
            f"{path.name} was changed by hand, its digest does not fit: take it from the "
            "repository, and use --raise or --allow-regression"
        )
    return record


def save(record: Record, path: Path = FLOORS) -> None:
    record = {**record, "digest": digest(record)}
    path.write_text(
        json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8"
    )


def _floor(score: Score) -> float:
    """The share, rounded down."""
    return math.floor(score.share * 10**_DIGITS) / 10**_DIGITS


def is_below(score: Score, floor: float) -> bool:
    return _floor(score) < floor


def _scores(measured: Measured, kind: str) -> dict[str, Score]:
    scores: dict[str, Score] = getattr(measured, kind)
    return scores


def falls(record: Record, measured: Measured) -> list[Fall]:
    """Everything below its floor, and everything the corpus has lost; fields first."""
    found: list[Fall] = []
    for kind in KINDS:
        what, floors = kind.removesuffix("s"), record[kind]
        for name, score in sorted(_scores(measured, kind).items()):
            floor = floors.get(name, 1.0)
            if is_below(score, floor):
                examples = _examples(measured, what, name)
                found.append(Fall(name, what, score.share, floor, examples, name not in floors))
        found += [
            Fall(name, what, 0, floors[name], reason="nothing of the corpus measures it any more")
            for name in sorted(floors.keys() - _scores(measured, kind).keys())
        ]
    return found + _shrunk(record, measured)


def _examples(measured: Measured, what: str, name: str) -> tuple[Miss, ...]:
    """A few misses, of different pages as far as possible."""
    misses = [miss for miss in measured.misses if getattr(miss, what) == name]
    by_page = {miss.page: miss for miss in reversed(misses)}
    first = list(reversed(by_page.values()))
    rest = [miss for miss in misses if miss not in first]
    return tuple([*first, *rest][:_EXAMPLES])


def _shrunk(record: Record, measured: Measured) -> list[Fall]:
    """Pages that are gone, or are read less often, or for fewer fields."""
    found: list[Fall] = []
    has_lost_distortion = bool(record["distortions"].keys() - measured.distortions.keys())
    for name, then in sorted(record["pages"].items()):
        now = measured.pages.get(name)
        if now is None:
            reason = "the page is not in the corpus any more"
            found.append(Fall(name, "page", 0, then["readings"], reason=reason))
            continue
        if now["fields"] < then["fields"]:
            reason = f"{now['fields']} fields have an expected value, there were {then['fields']}"
            found.append(Fall(name, "page", now["fields"], then["fields"], reason=reason))
        elif now["readings"] < then["readings"] and not has_lost_distortion:
            reason = f"{now['readings']} distortions apply to it, there were {then['readings']}"
            found.append(Fall(name, "page", now["readings"], then["readings"], reason=reason))
    return found


# ---- changing the record


def raised(record: Record, measured: Measured) -> Record:
    """The record with every floor as high as was measured, and with what is new in it.

    It never lowers anything: what is measured below its floor keeps the floor.
    """
    new = {**record, "pages": dict(record["pages"])}
    for kind in KINDS:
        new[kind] = dict(record[kind])
        for name, score in _scores(measured, kind).items():
            new[kind][name] = max(_floor(score), record[kind].get(name, 0.0))
    for name, now in measured.pages.items():
        then = record["pages"].get(name, now)
        new["pages"][name] = {count: max(then[count], now[count]) for count in now}
    return new


def lower(record: Record, measured: Measured, name: str, because: str) -> tuple[Record, str]:
    """The record with ``name`` as low as measured, and the line that the changelog must have."""
    fallen = [fall for fall in falls(record, measured) if fall.name == name]
    if not fallen:
        raise FloorsError(f"{name} is not below its floor: there is nothing to allow")
    if not because.strip():
        raise FloorsError("a floor is lowered for a reason: --because TEXT")
    new = {**record, **{kind: dict(record[kind]) for kind in (*KINDS, "pages")}}
    kinds = [kind for kind in KINDS if name in record[kind] or name in _scores(measured, kind)]
    for kind in kinds:
        score = _scores(measured, kind).get(name)
        new[kind].pop(name, None)
        if score is not None:
            new[kind][name] = _floor(score)
    if not kinds:
        new["pages"].pop(name, None)
        if name in measured.pages:
            new["pages"][name] = measured.pages[name]
    if kinds == ["distortions"] and name not in measured.distortions:
        # Every page that it applied to is read less often now, and that is what was allowed.
        new["pages"] = {
            page: min(then, measured.pages.get(page, then), key=lambda count: count["readings"])
            for page, then in new["pages"].items()
        }
    line = changelog_line(fallen[0], because)
    new["lowered"] = [*record["lowered"], {"name": name, "line": line}]
    return new, line


def changelog_line(fall: Fall, because: str) -> str:
    because = " ".join(because.split())
    if fall.reason:
        return f"Quality corpus without {fall.what} `{fall.name}` ({fall.reason}): {because}"
    before, after = percent(fall.floor), percent(fall.measured)
    return f"Quality floor of `{fall.name}` lowered from {before} to {after}: {because}"


def percent(share: float) -> str:
    """Rounded down: 99.996 is not 100."""
    return f"{math.floor(share * 10_000) / 100:.2f} %"
