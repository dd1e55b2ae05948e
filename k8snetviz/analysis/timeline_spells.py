"""TIMELINE -> when each reason was true, and who flapped. A snapshot that does not tell is no change, and ends nothing."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from k8snetviz.analysis.columns import Bools, Ints, changes, codes_in, equals, numbers, plain, text_array, texts
from k8snetviz.model.kinds import BROKEN_FIRST, Reason, ServiceState
from k8snetviz.model.tables.timelines import TIMELINE_FLAPS, TIMELINE_REASONS

ABSENT = "absent"  # how a Service that was not there is written in `states`
_FAILED = (ServiceState.DOWN, ServiceState.DEGRADED, ServiceState.EMPTY)
_WORDS = np.array([*(state.value for state in BROKEN_FIRST), ABSENT], dtype=object)


class _Rows(NamedTuple):
    """TIMELINE by Service, then by moment."""

    frame: pd.DataFrame
    service: Ints  # number of the Service
    state: Ints  # place in `_WORDS`
    known: Bools  # the snapshot tells the state, or that there was no such Service


def timeline_reasons(timeline: pd.DataFrame) -> pd.DataFrame:
    """Return TIMELINE_REASONS of TIMELINE, or of some Services or snapshots of it.

    A spell goes on over snapshots that do not tell the state; they are counted in `not_known`. That a Service could not be
    judged is no reason of its own here.
    """
    rows = _by_service(timeline)
    told = np.flatnonzero(rows.known)
    reason = codes_in(np.array([*Reason], dtype=object), plain(rows.frame["reason"]))[told]
    service = rows.service[told]
    begin = np.flatnonzero(changes(service, reason)) if len(told) else told
    end = np.append(begin[1:], len(told))
    true = reason[begin] >= 0
    begin, end = begin[true], end[true]
    first, last = told[begin], told[end - 1]
    frame, time = rows.frame, rows.frame["time"].to_numpy(dtype="datetime64[us]")
    group = pd.DataFrame({"service": service[begin], "reason": reason[begin]}).groupby(["service", "reason"])["reason"]
    previous = np.where((begin > 0) & (service[begin - 1] == service[begin]), begin - 1, -1)
    following = np.where((end < len(told)) & (service[np.minimum(end, len(told) - 1)] == service[begin]), end, -1)
    moment = numbers(frame["moment"])
    return TIMELINE_REASONS.from_columns(
        {
            "namespace": frame["namespace"].array.take(first),
            "service": frame["service"].array.take(first),
            "reason": frame["reason"].array.take(first),
            "state": text_array(_WORDS[_worst(rows.state[told], begin, end)]),
            "spell": group.cumcount().to_numpy() + 1,
            "spells": group.transform("size").to_numpy(),
            "first": time[first],
            "last": time[last],
            "after": _at(time, told, previous),
            "before": _at(time, told, following),
            "moments": end - begin,
            "not_known": last - first + 1 - (end - begin),
            "first_moment": moment[first],
            "last_moment": moment[last],
            "detail": frame["detail"].array.take(last),
        },
        ordered=False,
    )


def timeline_flaps(timeline: pd.DataFrame) -> pd.DataFrame:
    """Return TIMELINE_FLAPS of TIMELINE, or of some Services or snapshots of it."""
    rows = _by_service(timeline)
    count = int(rows.service[-1]) + 1 if len(rows.service) else 0
    told = np.flatnonzero(rows.known)
    service, state = rows.service[told], rows.state[told]
    fresh = changes(service) if len(told) else np.zeros(0, bool)
    changed = changes(service, state) & ~fresh if len(told) else fresh
    again = changed & pd.DataFrame({"service": service, "state": state}).duplicated().to_numpy()
    at = np.flatnonzero(changed)
    first, last = np.full(count, -1), np.full(count, -1)
    first[service[at[::-1]]], last[service[at]] = at[::-1], at
    head = np.flatnonzero(changes(rows.service)) if count else np.zeros(0, np.int64)
    time = rows.frame["time"].to_numpy(dtype="datetime64[us]")
    return TIMELINE_FLAPS.from_columns(
        {
            "namespace": rows.frame["namespace"].array.take(head),
            "service": rows.frame["service"].array.take(head),
            "changes": np.bincount(service[changed], minlength=count),
            "returns": np.bincount(service[again], minlength=count),
            "first": _at(time, told, first),
            "last": _at(time, told, last),
            "states": text_array(_sequences(count, service[fresh | changed], state[fresh | changed])),
            "failed": np.bincount(service[np.isin(state, [BROKEN_FIRST.index(word) for word in _FAILED])], minlength=count),
            "known": np.bincount(service, minlength=count),
            "not_known": np.bincount(rows.service[~rows.known], minlength=count),
        }
    )


def _by_service(timeline: pd.DataFrame) -> _Rows:
    frame = timeline.sort_values(["namespace", "service", "moment"], kind="stable", ignore_index=True)
    state = codes_in(_WORDS, plain(frame["state"].fillna(ABSENT)))
    service = np.cumsum(changes(texts(frame["namespace"]), texts(frame["service"]))) - 1 if len(frame) else np.zeros(0, np.int64)
    return _Rows(frame, service, state, ~equals(frame["state"], ServiceState.UNKNOWN.value))


def _worst(state: Ints, begin: Ints, end: Ints) -> Ints:
    """Return the worst state of each stretch, which lies between `begin` and `end`."""
    if not len(begin):
        return np.zeros(0, np.int64)
    found: Ints = np.minimum.reduceat(np.append(state, len(_WORDS)), np.stack((begin, end), axis=1).reshape(-1))[::2]
    return found


def _at(time: np.ndarray[Any, Any], told: Ints, places: Ints) -> np.ndarray[Any, Any]:
    """Return the times of the rows at `places` of `told`; missing where the place is -1."""
    if not len(told):
        return np.full(len(places), np.datetime64("NaT"), dtype="datetime64[us]")
    return np.where(places >= 0, time[told[places]], np.datetime64("NaT"))


def _sequences(count: int, service: Ints, state: Ints) -> list[str | None]:
    """Return per Service its states one after another; None where no snapshot tells one."""
    found: list[list[str]] = [[] for _ in range(count)]
    for place, word in zip(service.tolist(), _WORDS[state].tolist(), strict=True):
        found[place].append(word)
    return [" → ".join(words) or None for words in found]
