"""Anything that holds API objects -> Snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from k8snetviz.collect.batches import Limits
from k8snetviz.collect.input_files import input_files
from k8snetviz.collect.memory import read_objects
from k8snetviz.collect.reader import read_input
from k8snetviz.collect.registry import builders
from k8snetviz.collect.snapshot_file import config_of
from k8snetviz.collect.store import ObjectStore
from k8snetviz.errors import InputError, UsageError
from k8snetviz.model.kinds import GapReason, Kind
from k8snetviz.model.pauses import no_collection
from k8snetviz.model.snapshot import Provenance, Snapshot

Part = str | Path | bytes | Mapping[str, Any]
Source = Part | Sequence[Part]
builders()  # imports every module of tables now, so that the first load does not pay for it


def load(source: Source, *, limits: Limits | None = None) -> Snapshot:
    """Return the Snapshot of `source`.

    Parameters
    ----------
    source : path of a file, directory or archive, "-" for stdin, JSON or YAML as bytes, an API-shaped
        dict or a list of them, or a sequence of any of these, which together make one snapshot.
    limits : bounds that keep hostile input from eating the machine.

    Raises
    ------
    InputError : `source` cannot be read, or holds nothing of ours.
    """
    bounds = limits or Limits()
    store = ObjectStore()
    with no_collection():
        for part in _parts(source):
            if isinstance(part, list):
                read_objects(part, store)
            elif isinstance(part, Mapping):
                read_objects(dict(part), store)
            else:
                read_input([part], store, bounds)
        store.finish()
    if not any(read.objects for read in store.sources) and not store.coverage.any():
        why = next((f"; {gap.detail}" for gap in store.gaps if gap.reason is not GapReason.NOT_COLLECTED), "")
        raise InputError(f"wanted Kubernetes objects, found none in {_name(source)}{why}")
    paths = [part for part in _parts(source) if isinstance(part, (str, Path))]
    return Snapshot(store, provenance(store, _name(source), paths))


def provenance(store: ObjectStore, name: str, paths: Sequence[str | Path]) -> Provenance:
    """Return what is told of the origin of `store`, which was read from `paths`."""
    hints = store.hints
    system = [item for item in store.objects(Kind.NAMESPACE) if item.metadata.name == "kube-system"]
    config = config_of(hints)
    return Provenance(
        name=name,
        cluster=(system[0].metadata.uid if system else None) or hints.get("cluster"),
        server_version=hints.get("server_version"),
        started=_moment(hints.get("started")),
        finished=_moment(hints.get("finished")),
        toolkit_version=hints.get("toolkit_version"),
        proxy_mode=config.proxy_mode if config else None,
        counts=store.counts(),
        files=input_files(paths, (read.name for read in store.sources)),
    )


def _parts(source: Source) -> list[Any]:
    """Return the parts of `source`; dicts of a sequence stay together, as one list."""
    if isinstance(source, (str, Path, bytes, Mapping)):
        return [source]
    if not isinstance(source, Sequence):
        raise UsageError(f"wanted a path, bytes, API-shaped dicts or a sequence of these, found {type(source).__name__}")
    parts: list[Any] = [part for part in source if not isinstance(part, Mapping)]
    dicts = [dict(part) for part in source if isinstance(part, Mapping)]
    return parts + ([dicts] if dicts else [])


def _name(source: Source) -> str:
    if isinstance(source, (str, Path)):
        return "stdin" if source == "-" else Path(source).name or str(source)
    if isinstance(source, Sequence) and not isinstance(source, bytes):
        names = [_name(part) for part in source if isinstance(part, (str, Path))]
        return ", ".join(names) or "memory"
    return "memory"


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
