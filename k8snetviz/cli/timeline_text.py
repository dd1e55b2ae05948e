"""A timeline for a terminal: one line for each Service that ever failed, its states as glyphs."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import pandas as pd

from k8snetviz.cli.output import as_table
from k8snetviz.model.kinds import BROKEN_FIRST, GLYPHS

if TYPE_CHECKING:
    from k8snetviz.analysis.timeline import History

ABSENT = "·"
_WIDE = 40  # snapshots; of more, equal glyphs that follow each other are counted
_NOTES = 10
_RANKS = {state.value: place for place, state in enumerate(BROKEN_FIRST)}


def in_short(history: History) -> str:
    """Return who failed when, what is broken at the end first; then how many never did, and what is to be said of the snapshots."""
    failed = _failed(history)
    lines = [_span(history.moments), ""]
    lines.append(as_table(failed).rstrip("\n") if len(failed) else "no Service is known to have failed")
    others = len(history.flaps) - len(failed)
    unknown = int(history.flaps["known"].eq(0).sum())
    more = f"{others} {'Service' if others == 1 else 'Services'} more without a failure"
    lines += ["", more + (f", {unknown} of them never known" if unknown else "")]
    lines.append(f"{', '.join(f'{glyph} {state.value}' for state, glyph in GLYPHS.items())}, {ABSENT} no such Service")
    lines += _notes(history.moments)
    return "\n".join(lines) + "\n"


def _notes(moments: pd.DataFrame) -> list[str]:
    """Return what is to be said of the snapshots; what is said of several is one line."""
    noted = moments[moments["note"].notna()]
    lines = []
    for note, own in noted.groupby("note", sort=False):
        names = ", ".join(own["snapshot"].head(3)) + (f" and {len(own) - 3} more" if len(own) > 3 else "")
        lines.append(f"{names}: {note}")
    return [*lines[:_NOTES], *([f"... and {len(lines) - _NOTES} more: --table moments"] if len(lines) > _NOTES else [])]


def _failed(history: History) -> pd.DataFrame:
    """Return one row for each Service that failed in any snapshot."""
    timeline, spells = history.timeline, history.reasons
    states = {name: own["state"].tolist() for name, own in timeline.groupby(["namespace", "service"], sort=False)}
    restarts = history.restarts.groupby(["namespace", "service"])["restarts"].sum().to_dict()
    told: dict[Any, list[Any]] = {}
    for spell in spells.itertuples(index=False):
        told.setdefault((spell.namespace, spell.service), []).append(spell)
    rows = []
    for flap in history.flaps[history.flaps["failed"] > 0].itertuples(index=False):
        name: Any = (flap.namespace, flap.service)
        own = told.get(name, [])
        rows.append(
            {
                "states": glyphs(states[name]),
                "service": "/".join(name),
                "changes": flap.changes,
                "restarts": restarts.get(name, 0),
                "first": _when([spell.first for spell in own], last=False),
                "last": _when([spell.last for spell in own], last=True),
                "reason": ", ".join(dict.fromkeys(spell.reason for spell in own)),
                "detail": own[-1].detail if own else None,
                "rank": _RANKS.get(states[name][-1], len(_RANKS)),
            }
        )
    frame = pd.DataFrame(rows, columns=["states", "service", "changes", "restarts", "first", "last", "reason", "detail", "rank"])
    frame = frame.sort_values(["rank", "service"], kind="stable", ignore_index=True).drop(columns="rank")
    return frame.astype({"changes": "Int64", "restarts": "Int64"})


def glyphs(states: list[Any]) -> str:
    """Return one glyph a state; where there are many, each with the number of times that it follows itself."""
    marks = [ABSENT if pd.isna(state) else GLYPHS[state] for state in states]
    if len(marks) <= _WIDE:
        return "".join(marks)
    runs = [(mark, len(list(run))) for mark, run in groupby(marks)]
    return " ".join(f"{mark}{number}" for mark, number in runs[:_WIDE]) + (" …" if len(runs) > _WIDE else "")


def _when(times: list[Any], *, last: bool) -> str | None:
    known = [time for time in times if not pd.isna(time)]
    return f"{max(known) if last else min(known):%Y-%m-%d %H:%M:%S}" if known else None


def _span(moments: pd.DataFrame) -> str:
    times = moments["time"].dropna()
    count = f"{len(moments)} {'snapshot' if len(moments) == 1 else 'snapshots'}"
    if times.empty:
        return f"{count}, none of which tells its time"
    if times.min() == times.max():
        return f"{count} of {times.min():%Y-%m-%d %H:%M:%S} UTC"
    return f"{count} from {times.min():%Y-%m-%d %H:%M:%S} to {times.max():%Y-%m-%d %H:%M:%S} UTC"
