"""Which Services a timeline shows, where its moments stand, and into which stretches the states of a lane fall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from k8snetviz.model.kinds import ServiceState
from k8snetviz.views.rows import each, keys
from k8snetviz.views.theme import RANKS

SERVICE = ["namespace", "service"]
ABSENT = None  # the state of a Service that was not there
_CLOSEST = 5.0  # pixels between two moments, where there is room for all
_UNTIMED = 44.0  # pixels between moments without a time
_TAIL = 44.0  # pixels behind the last moment, for the state that it shows
_WIDTHS = (20, 32, 48, 72, 110, 170)  # pixels below which stretches are folded
_PIECES = 1100  # marks that all stretches together may have
_BROKEN = (ServiceState.DOWN.value, ServiceState.DEGRADED.value)


class Stretch(NamedTuple):
    """Moments one after another in which a Service looked the same; or, folded, several such ones."""

    first: int  # place of the first moment
    last: int
    state: str | None  # of a folded one the worst
    ready: int | None
    selected: int | None
    reason: str | None
    detail: str | None
    folded: int = 1  # stretches in it


@dataclass(frozen=True)
class Lane:
    """One Service."""

    namespace: str
    service: str
    changes: int
    returns: int
    known: int  # moments that tell its state, or that it was not there
    state: str | None  # in the last moment that tells it
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True)
class Course:
    """What is drawn."""

    moments: pd.DataFrame
    places: tuple[float, ...]  # of the moments, from left to right, in pixels
    right: float  # where the state of the last moment ends
    lanes: tuple[Lane, ...]
    folded: pd.DataFrame  # the Services that are not drawn: rows of TIMELINE_FLAPS with `end`, their last known state

    def edges(self, stretch: Stretch) -> tuple[float, float]:
        """Return where a stretch begins and ends: it holds until the next moment tells otherwise."""
        end = self.places[stretch.last + 1] if stretch.last + 1 < len(self.places) else self.right
        return self.places[stretch.first], end

    def at(self, times: pd.Series[Any]) -> np.ndarray[Any, Any]:
        """Return where times stand; those before the first moment stand at its edge, NaN where nothing tells."""
        known = self.moments["time"].notna().to_numpy()
        if not known.any():
            return np.full(len(times), np.nan)
        stamps = _micros(self.moments["time"][known])
        places = np.array(self.places)[known]
        found = np.interp(_micros(times).astype(float), stamps.astype(float), places)
        return np.where(times.isna().to_numpy(), np.nan, found)


def course(timeline: pd.DataFrame, moments: pd.DataFrame, flaps: pd.DataFrame, *, limit: int, left: float, right: float) -> Course:
    """Return what is drawn between the edges `left` and `right`: at most `limit` Services, what is broken or flapped first."""
    places = _places(moments["time"], left, right - _TAIL)
    ranked = _ranked(timeline, flaps)
    shown = ranked.head(limit)
    own = timeline.merge(shown[SERVICE], how="inner", on=SERVICE).sort_values([*SERVICE, "moment"], kind="stable")
    rows = dict(list(own.groupby(SERVICE, sort=False)))
    stretches = [_stretches(rows[name]) for name in keys(shown, SERVICE)]
    bare = Course(moments, places, right, (), ranked.iloc[limit:])
    narrow = next((width for width in _WIDTHS if _pieces(bare, stretches, width) <= _PIECES), _WIDTHS[-1])
    lanes = [
        Lane(
            row.namespace,
            row.service,
            int(row.changes),
            int(row.returns),
            int(row.known),
            None if pd.isna(row.end) else row.end,
            tuple(_folded(bare, each_of, narrow)),
        )
        for row, each_of in zip(each(shown), stretches, strict=True)
    ]
    return Course(moments, places, right, tuple(lanes), bare.folded)


def _ranked(timeline: pd.DataFrame, flaps: pd.DataFrame) -> pd.DataFrame:
    """Return the Services: those broken at the end, then those that flapped or failed, then what is not known, then the others."""
    known = timeline[timeline["state"].ne(ServiceState.UNKNOWN.value).fillna(True)]
    ends = known.groupby(SERVICE, sort=False).tail(1)[[*SERVICE, "state"]].rename(columns={"state": "end"})
    ranked = flaps.merge(ends, how="left", on=SERVICE)
    state = ranked["end"].map(RANKS).fillna(len(RANKS)).astype("int64")
    broken = ranked["end"].isin(_BROKEN)
    suffered = ranked["changes"].gt(0) | ranked["failed"].gt(0)
    kind = np.select([broken, suffered, ranked["not_known"].gt(0)], [0, 1, 2], default=3)
    ranked = ranked.assign(kind=kind, order=np.where(broken, state, 0), less=-ranked["returns"], fewer=-ranked["changes"])
    return ranked.sort_values(["kind", "order", "less", "fewer", *SERVICE], kind="stable", ignore_index=True)


def _places(times: pd.Series[Any], left: float, right: float) -> tuple[float, ...]:
    """Return where the moments stand: by their time, none closer than can be seen; those without a time behind, one after another."""
    known = times[times.notna()]
    untimed = len(times) - len(known)
    step = min(_UNTIMED, (right - left) / (2 * max(untimed, 1))) if len(known) else (right - left) / max(len(times) - 1, 1)
    end = right - step * untimed if len(known) else left - step
    return (*_by_time(_micros(known), left, end), *(end + step * (number + 1) for number in range(untimed)))


def _by_time(stamps: np.ndarray[Any, Any], left: float, right: float) -> list[float]:
    if not len(stamps):
        return []
    gaps = np.diff(stamps).astype(float)
    closest = min(_CLOSEST, (right - left) / (2 * max(len(gaps), 1)))
    room = right - left - closest * len(gaps)
    shares = gaps / gaps.sum() * room if gaps.sum() else np.full(len(gaps), room / max(len(gaps), 1))
    return [left, *(left + np.cumsum(shares + closest)).tolist()]


def _stretches(rows: pd.DataFrame) -> list[Stretch]:
    """Return the stretches of one Service: moments that follow each other with the same state, backends and reason."""
    found: list[Stretch] = []
    names = ("state", "ready", "selected", "reason", "detail")
    cells = zip(
        rows["moment"].tolist(), *(rows[name].astype(object).where(rows[name].notna(), None).tolist() for name in names), strict=True
    )
    for place, *told in cells:
        if found and list(found[-1][2:6]) == told[:4]:
            found[-1] = found[-1]._replace(last=place, detail=told[4])
        else:
            found.append(Stretch(place, place, *told))
    return found


def _folded(plan: Course, stretches: list[Stretch], narrow: float) -> list[Stretch]:
    """Return `stretches` with neighbours that are narrower than `narrow` pixels put together."""
    found: list[Stretch] = []
    open_since: float | None = None
    for stretch in stretches:
        start, end = plan.edges(stretch)
        if end - start >= narrow:
            found.append(stretch)
            open_since = None
        elif open_since is None or start - open_since >= narrow:
            found.append(stretch)
            open_since = start
        else:
            found[-1] = _joined(found[-1], stretch)
    return found


def _joined(one: Stretch, other: Stretch) -> Stretch:
    worse = min((one, other), key=lambda stretch: RANKS.get(stretch.state or "", len(RANKS)))
    return worse._replace(first=one.first, last=other.last, folded=one.folded + other.folded)


def _pieces(plan: Course, lanes: list[list[Stretch]], narrow: float) -> int:
    return sum(4 * len(_folded(plan, stretches, narrow)) for stretches in lanes)


def _micros(times: pd.Series[Any]) -> np.ndarray[Any, Any]:
    stamps: np.ndarray[Any, Any] = times.to_numpy(dtype="datetime64[us]").astype("int64")
    return stamps
