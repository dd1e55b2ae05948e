"""Any number of snapshots, in any form and mix -> what they tell in the order of time, in one pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from k8snetviz.analysis.timeline import History, history_of
from k8snetviz.analysis.timeline_pass import Pass, Told
from k8snetviz.collect.batches import Limits
from k8snetviz.collect.load import load
from k8snetviz.collect.sample import SAMPLES, sample
from k8snetviz.collect.series import one_by_one
from k8snetviz.collect.taken import taken
from k8snetviz.errors import InputError, UsageError
from k8snetviz.model.snapshot import Snapshot

Moment = Snapshot | str | Path | bytes | Mapping[str, Any]
_SAMPLE = "sample:"


def timeline(*moments: Moment | Sequence[Moment] | History, limits: Limits | None = None) -> pd.DataFrame:
    """Return TIMELINE: state and backends of every Service in every snapshot, in the order of time.

    Parameters
    ----------
    moments : snapshots, files, directories of a recorded series, archives, bundles, ``sample:before``, in any mix and order, each
        alone or in a sequence; or the History of them, which has the further tables too
    limits : bounds on what is read, for each snapshot.

    Notes
    -----
    A Service that a snapshot does not have has no `state` there; where Services of its namespace were not read, it is ``unknown``.
    Snapshots without a time stand behind those that have one, by name; the same snapshot given twice counts once.

    Raises
    ------
    UsageError : nothing was given.
    InputError : one of them cannot be read, or holds nothing of ours.
    """
    if len(moments) == 1 and isinstance(moments[0], History):
        return moments[0].timeline
    return history(*moments, limits=limits).timeline  # type: ignore[arg-type]  # a History among others is refused there


def history(*moments: Moment | Sequence[Moment], limits: Limits | None = None) -> History:
    """Return the History of several snapshots: TIMELINE, and with it reasons, flaps, Events and restarts, from one pass over them.

    One snapshot at a time is in memory; parameters and errors are those of `timeline`.
    """
    passed = Pass()
    for snapshot in opened(*moments, limits=limits):
        passed.add(snapshot, Told(*taken(snapshot, limits)))
        del snapshot
    if not passed.moments:
        raise UsageError("wanted snapshots for a timeline, found none: name files, directories of a series, or Snapshots")
    return history_of(passed)


def opened(*moments: Moment | Sequence[Moment], limits: Limits | None = None) -> Iterator[Snapshot]:
    """Yield the snapshots of `moments` one after another, none twice; they come in no order of time.

    Raises
    ------
    UsageError : something that is no snapshot.
    InputError : one of them cannot be read, or holds nothing of ours.
    """
    seen: set[Any] = set()
    for moment in _flat(moments):
        if isinstance(moment, Snapshot):
            if id(moment) not in seen:
                seen.add(id(moment))
                yield moment
        elif isinstance(moment, (bytes, Mapping)):
            yield load(moment, limits=limits)
        elif str(moment).startswith(_SAMPLE) and not Path(moment).exists():
            if moment not in seen:
                seen.add(moment)
                yield sample(str(moment).removeprefix(_SAMPLE))
        else:
            yield from _of_place(moment, seen, limits)


def _of_place(place: str | Path, seen: set[Any], limits: Limits | None) -> Iterator[Snapshot]:
    """Yield the snapshots of a path; those whose files were all met before are left out."""
    if str(place) != "-" and not Path(place).exists():
        raise InputError(f"wanted a snapshot at {place}, found nothing there; or {' or '.join(_SAMPLE + name for name in SAMPLES)}")
    for snapshot in one_by_one(place, limits=limits):
        files = tuple(sorted((str(file.path.resolve()), snapshot.provenance.name) for file in snapshot.provenance.files))
        alone = (files[0][0],) if len(files) == 1 and Path(files[0][0]).suffix == ".k8snet" else files
        if not alone or alone not in seen:
            seen.add(alone)
            yield snapshot


def _flat(moments: Sequence[Any]) -> Iterator[Any]:
    for moment in moments:
        if isinstance(moment, (Snapshot, str, Path, bytes, Mapping)):
            yield moment
        elif isinstance(moment, Sequence):
            yield from _flat(moment)
        else:
            raise UsageError(f"wanted snapshots, paths or API-shaped dicts for a timeline, found {type(moment).__name__}")
