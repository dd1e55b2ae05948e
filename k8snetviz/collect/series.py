"""Several snapshots in one place -> a list of Snapshot in the order of time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from k8snetviz.collect.batches import Limits
from k8snetviz.collect.load import load, provenance
from k8snetviz.collect.reader import InputReader
from k8snetviz.collect.several import MomentSink
from k8snetviz.collect.store import ObjectStore
from k8snetviz.collect.taken import taken
from k8snetviz.errors import InputError
from k8snetviz.model.natural import natural
from k8snetviz.model.snapshot import Snapshot

Order = tuple[bool, datetime, list[tuple[int, str]]]
_UNTOLD = datetime.max.replace(tzinfo=UTC)


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
    found = list(one_by_one(path, limits=bounds)) if isinstance(path, str | Path) else [load(part, limits=bounds) for part in path]
    return sorted(found, key=lambda snapshot: _order(snapshot, bounds)) if len(found) > 1 else found


def one_by_one(path: str | Path, *, limits: Limits | None = None) -> Iterator[Snapshot]:
    """Yield the snapshots that `path` holds, in the order of names; each can be let go before the next one is read.

    Raises
    ------
    InputError : `path` cannot be read, or holds nothing of ours.
    """
    bounds = limits or Limits()
    recorded = _recorded(Path(path)) if str(path) != "-" else []
    if recorded:
        yield from (load(file, limits=bounds) for file in recorded)
        return
    found = [] if str(path) == "-" else InputReader(path, MomentSink(), bounds).units()
    if len(found) < 2:
        yield load(path, limits=bounds)
        return
    yield from (_unit(path, unit, bounds) for unit in sorted(found, key=natural))


def _recorded(place: Path) -> list[Path]:
    """Return the files of a folder in which every file is a snapshot file of ours, as `collect --every` writes it."""
    try:
        files = [file for file in place.iterdir() if not file.name.startswith(".")] if place.is_dir() else []
    except OSError as error:
        raise InputError(f"wanted a folder of snapshots, found {place}: {error.strerror or error}") from error
    ours = [file for file in files if file.suffix == ".k8snet" and file.is_file()]
    return sorted(ours, key=lambda file: natural(file.name)) if len(ours) == len(files) > 1 else []


def _unit(path: str | Path, unit: str, limits: Limits) -> Snapshot:
    """Return one snapshot of several."""
    store = ObjectStore()
    InputReader(path, store, limits, only=unit).read()
    store.finish()
    return Snapshot(store, provenance(store, unit, [path]))


def _order(snapshot: Snapshot, limits: Limits) -> Order:
    """Return what puts snapshots in the order of time; those without one come last, by name."""
    time, _ = taken(snapshot, limits)
    return time is None, time or _UNTOLD, natural(snapshot.provenance.name)
