"""Several snapshots in one place -> a list of Snapshot in the order of time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from k8snetviz.collect.batches import Limits
from k8snetviz.collect.load import load, provenance
from k8snetviz.collect.reader import InputReader
from k8snetviz.collect.several import MomentSink
from k8snetviz.collect.store import ObjectStore
from k8snetviz.model.snapshot import Snapshot

Order = tuple[str, list[tuple[int, str]]]
_NUMBER = re.compile(r"(\d+)")


def load_series(path: str | Path | Sequence[str | Path], *, limits: Limits | None = None) -> list[Snapshot]:
    """Return the snapshots that `path` holds, in the order of time.

    Parameters
    ----------
    path : folder or archive with several snapshots in it (see collect/several.py for how they are told apart), or
        a sequence of paths, each of one snapshot. A place with one snapshot gives a list of one.
    limits : bounds on what is read, for each snapshot.

    Time is what the bundle tells of its collection, else the newest time that its objects name, else the
    order of names.

    Raises
    ------
    InputError : `path` cannot be read, or holds nothing of ours.
    """
    bounds = limits or Limits()
    if not isinstance(path, str | Path):
        return _in_order([_timed(load(part, limits=bounds), part, bounds) for part in path])
    if str(path) == "-":
        return [load(path, limits=bounds)]
    reader = InputReader(path, MomentSink(), bounds)
    found = reader.units()
    if len(found) < 2:
        return [load(path, limits=bounds)]
    return _in_order([_unit(path, unit, bounds) for unit in found])


def _in_order(timed: list[tuple[Order, Snapshot]]) -> list[Snapshot]:
    return [snapshot for _, snapshot in sorted(timed, key=lambda pair: pair[0])]


def _unit(path: str | Path, unit: str, limits: Limits) -> tuple[Order, Snapshot]:
    """Return one snapshot of several, and when it was taken."""
    store = ObjectStore()
    InputReader(path, store, limits, only=unit).read()
    store.finish()
    return _timed(Snapshot(store, provenance(store, unit, [path])), path, limits, only=unit)


def _timed(snapshot: Snapshot, path: str | Path, limits: Limits, *, only: str | None = None) -> tuple[Order, Snapshot]:
    """Return `snapshot` with its time: told by the bundle, else the newest one that its objects name."""
    when = snapshot.provenance.finished or snapshot.provenance.started
    time = _moment(when.isoformat()) if when else ""
    if not time and str(path) != "-":
        sink = MomentSink()
        InputReader(path, sink, limits, only=only).read()
        time = max((moment for member in sink.members for moment in member.newest), default="")
    if not time:
        created = snapshot.objects["created"].max()
        time = "" if pd.isna(created) else created.isoformat()[:19]
    return (time, _natural(snapshot.provenance.name)), snapshot


def _moment(text: str) -> str:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return when.astimezone(UTC).isoformat()[:19] if when.tzinfo else when.isoformat()[:19]


def _natural(name: str) -> list[tuple[int, str]]:
    """Return a key that puts ``t2`` before ``t10``."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in _NUMBER.split(name)]
