"""What was measured, in words: the table for people, and what to do about what fell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .floors import KINDS, Fall, Record, is_below, percent
from .measure import Measured, Miss

__all__ = ["complaints", "new_names", "table"]

_SNIPPET = 70
_BEFORE = 12


def table(record: Record, measured: Measured) -> str:
    """Every measure with its floor; those at 100 % of distortions in one line."""
    readings = sum(page["readings"] for page in measured.pages.values())
    head = (
        f"{len(measured.pages)} pages, {len(measured.distortions)} distortions, "
        f"{readings} readings, {len(measured.misses)} fields wrong; "
        f"words of articleBody: F1 {measured.body_overlap:.4f}"
    )
    out = [head]
    for kind in KINDS:
        scores = getattr(measured, kind)
        shown = {
            name: score
            for name, score in scores.items()
            if kind != "distortions" or score.right < score.of or name not in record[kind]
        }
        out += [
            "",
            f"{kind.removesuffix('s'):32}{'right':>7}{'of':>7}{'measured':>11}{'floor':>11}",
        ]
        for name, score in sorted(shown.items()):
            floor = record[kind].get(name)
            mark = "  FELL" if is_below(score, 1.0 if floor is None else floor) else ""
            known = "none yet" if floor is None else percent(floor)
            out.append(
                f"{name:32}{score.right:7}{score.of:7}{percent(score.share):>11}{known:>11}{mark}"
            )
        if len(shown) < len(scores):
            out.append(f"the other {len(scores) - len(shown)}: 100.00 %")
    return "\n".join(out)


def new_names(record: Record, measured: Measured) -> list[str]:
    """What has no floor yet."""
    names = [name for kind in KINDS for name in getattr(measured, kind) if name not in record[kind]]
    return sorted([*names, *(measured.pages.keys() - record["pages"].keys())])


def complaints(fallen: Iterable[Fall]) -> str:
    """One paragraph for each fall: what, how much, where, and what to do."""
    return "\n\n".join(map(_complaint, fallen))


def _complaint(fall: Fall) -> str:
    allow = f'make eval ARGS="--allow-regression {fall.name} --because …"'
    if fall.reason:
        return f"{fall.what} {fall.name}: {fall.reason}. Put it back, or say why: {allow}"
    floor = "no floor is recorded yet, so it is 100 %" if fall.is_new else percent(fall.floor)
    advice = "make eval ARGS=--raise records the first floor" if fall.is_new else allow
    lines = [f"{fall.what} {fall.name}: measured {percent(fall.measured)}, floor: {floor}"]
    for miss in fall.examples:
        expected, actual = snippets(miss)
        lines += [
            f"  {miss.page} × {miss.distortion}: {miss.field}",
            f"    expected {expected}",
            f"    actual   {actual}",
        ]
    lines.append(f"  Mend the reader; if it cannot be helped: {advice}")
    return "\n".join(lines)


def snippets(miss: Miss) -> tuple[str, str]:
    """Both values from shortly before the place where they part."""
    expected, actual = _flat(miss.expected), _flat(miss.actual)
    same = next(
        (n for n, (a, b) in enumerate(zip(expected, actual, strict=False)) if a != b),
        min(len(expected), len(actual)),
    )
    start = max(same - _BEFORE, 0)
    return _cut(expected, start), _cut(actual, start)


def _flat(value: Any) -> str:
    """Lists and dicts in one order, without what is empty."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {_flat(v)}" for k, v in sorted(value.items()) if v) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flat, value)) + "]"
    return repr(value)


def _cut(text: str, start: int) -> str:
    end = start + _SNIPPET
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
