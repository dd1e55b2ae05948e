"""Many snapshots in the order of time: TIMELINE, and what follows from the same pass over them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from k8snetviz.analysis.columns import Ints, text_array
from k8snetviz.analysis.coverage import gap_text
from k8snetviz.analysis.timeline_beside import timeline_events, timeline_restarts
from k8snetviz.analysis.timeline_pass import ANSWER, Moment, Pass
from k8snetviz.analysis.timeline_spells import timeline_flaps, timeline_reasons
from k8snetviz.model.kinds import Kind, Reason, ServiceState
from k8snetviz.model.tables.timelines import TIMELINE, TIMELINE_EVENTS, TIMELINE_MOMENTS, TIMELINE_RESTARTS, TimeFrom

_ABSENT = (None,) * len(ANSWER)
_UNREAD = "SN-26"


@dataclass(frozen=True)
class History:
    """What one pass over several snapshots tells, as declared tables."""

    moments: pd.DataFrame  # TIMELINE_MOMENTS
    timeline: pd.DataFrame  # TIMELINE
    reasons: pd.DataFrame  # TIMELINE_REASONS
    flaps: pd.DataFrame  # TIMELINE_FLAPS
    events: pd.DataFrame  # TIMELINE_EVENTS
    restarts: pd.DataFrame  # TIMELINE_RESTARTS

    def __repr__(self) -> str:
        flapped = int((self.flaps["returns"] > 0).sum())
        return f"<History of {len(self.moments)} snapshots, {len(self.flaps)} Services; {flapped} flapped>"

    def _repr_html_(self) -> str:
        return str(self.timeline.to_html(max_rows=20, notebook=True))


def history_of(passed: Pass) -> History:
    """Return the tables that `passed` makes up."""
    order = sorted(range(len(passed.moments)), key=lambda number: passed.moments[number].order)
    timeline = _timeline(passed, order)
    return History(
        moments=_moments(passed, order),
        timeline=timeline,
        reasons=timeline_reasons(timeline),
        flaps=timeline_flaps(timeline),
        events=timeline_events(passed),
        restarts=timeline_restarts(passed, order),
    )


def history_of_rows(timeline: pd.DataFrame) -> History:
    """Return the History that TIMELINE, or a part of it, tells alone: without Events and restarts, and without what only files tell."""
    TIMELINE.check(timeline)
    rows: Any = timeline.drop_duplicates("moment").sort_values("moment", kind="stable")
    there = timeline["state"].notna() & timeline["rule"].ne(_UNREAD).fillna(True)
    counts = timeline[there].groupby("moment").size()
    told: dict[str, Any] = dict.fromkeys(TIMELINE_MOMENTS.names)
    moments = [
        told
        | {
            "moment": place,
            "time": None if pd.isna(row.time) else row.time,
            "snapshot": row.snapshot,
            "services": int(counts.get(row.moment, 0)),
        }
        | {"gaps": 0, "complete": False, "copies": 0}
        for place, row in enumerate(rows.itertuples(index=False))
    ]
    places = {moment: place for place, moment in enumerate(rows["moment"].tolist())}
    timeline = timeline.assign(moment=timeline["moment"].map(places).astype("Int64"))
    return History(
        moments=TIMELINE_MOMENTS.from_rows(moments),
        timeline=timeline,
        reasons=timeline_reasons(timeline),
        flaps=timeline_flaps(timeline),
        events=TIMELINE_EVENTS.empty(),
        restarts=TIMELINE_RESTARTS.empty(),
    )


def _timeline(passed: Pass, order: list[int]) -> pd.DataFrame:
    """Return TIMELINE: every Service that any snapshot has, in each of them."""
    answers = list(passed.answers)
    places = {pair: place for place, pair in enumerate(sorted({row[:2] for row in answers}))}
    services, moments = list(places), [passed.moments[number] for number in order]
    place_of = np.fromiter((places[row[:2]] for row in answers), dtype=np.int64, count=len(answers))
    grid = np.empty((len(moments), len(services)), dtype=np.int64)
    spaces: dict[str, list[int]] = {}
    for (space, _), place in places.items():
        spaces.setdefault(space, []).append(place)
    rows = [*answers, _ABSENT]
    further: dict[tuple[Any, ...], int] = {_ABSENT: len(answers)}
    for line, moment in zip(grid, moments, strict=True):
        _fill_absent(line, moment, spaces, further)
        line[place_of[moment.answers]] = moment.answers
    rows += list(further)[1:]
    return _frame(moments, services, grid, rows)


def _fill_absent(line: Ints, moment: Moment, spaces: dict[str, list[int]], further: dict[tuple[Any, ...], int]) -> None:
    """Fill `line` with what holds of Services that the snapshot does not have: there are none of it, or it is not known."""
    absent = further[_ABSENT]
    line.fill(absent)
    if None in moment.read:
        return
    why = {Kind.SERVICE: dict(moment.unread)}
    for space, places in spaces.items():
        if space not in moment.read:
            sentence = gap_text(why, [Kind.SERVICE], space) + "."
            row = (None, None, None, ServiceState.UNKNOWN.value, None, None, Reason.NOT_COLLECTED.value, sentence, _UNREAD)
            line[places] = further.setdefault(row, absent + len(further))


def _frame(moments: list[Moment], services: list[Any], grid: Ints, rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    taken, repeated = grid.reshape(-1), len(services)
    parts = dict(zip(ANSWER, zip(*rows, strict=True), strict=True))
    texts: dict[str, Any] = {name: text_array(list(parts[name])).take(taken) for name in ("type", "state", "reason", "detail", "rule")}
    numbers: dict[str, Any] = {name: pd.array(list(parts[name]), dtype="Int64").take(taken) for name in ("ready", "selected")}
    place = np.tile(np.arange(len(services)), len(moments))
    spaces, names = (text_array([pair[part] for pair in services]) for part in (0, 1))
    times = pd.Series([moment.told.time for moment in moments], dtype="datetime64[us, UTC]")
    return TIMELINE.from_columns(
        {
            "time": times.to_numpy(dtype="datetime64[us]").repeat(repeated),
            "namespace": spaces.take(place),
            "service": names.take(place),
            **texts,
            **numbers,
            "snapshot": text_array([moment.name for moment in moments]).repeat(repeated),
            "moment": np.arange(len(moments)).repeat(repeated),
        }
    )


def _moments(passed: Pass, order: list[int]) -> pd.DataFrame:
    moments = [passed.moments[number] for number in order]
    clusters = [moment.cluster for moment in moments if moment.cluster]
    usual = max(dict.fromkeys(clusters), key=clusters.count, default=None)
    others = "most of the others" if 2 * clusters.count(usual or "") > len(clusters) else "the first that tells its own"
    rows = []
    before: Moment | None = None
    for place, (number, moment) in enumerate(zip(order, moments, strict=True)):
        rows.append(
            {
                "moment": place,
                "time": moment.told.time and pd.Timestamp(moment.told.time),
                "time_from": moment.told.source and moment.told.source.value,
                "started": moment.started and pd.Timestamp(moment.started),
                "snapshot": moment.name,
                "cluster": moment.cluster,
                "services": moment.services,
                "gaps": moment.gaps,
                "complete": None in moment.read,
                "copies": passed.copies[number],
                "note": _note(moment, before, usual, others),
            }
        )
        before = moment
    return TIMELINE_MOMENTS.from_rows(rows)


def _note(moment: Moment, before: Moment | None, usual: str | None, others: str) -> str | None:
    """Return what is to be said of the place, the time and the cluster of a snapshot."""
    said = []
    if moment.told.time is None:
        said.append("Nothing tells when it was taken: it stands behind all that do, by its name.")
    elif before is not None and before.told.time == moment.told.time:
        said.append("It has the time of the one before it: they stand in the order of their names.")
    if moment.told.source is TimeFrom.NEWEST:
        said.append("It does not tell when it was taken: the newest time in it stands for that, so it was then or later.")
    if moment.cluster and usual and moment.cluster != usual:
        said.append(f"It is of another cluster than {others}.")
    return " ".join(said) or None
