"""The frozen bundle: declared tables of one moment of a cluster, expanded on first use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

import pandas as pd

from k8snetviz.errors import UsageError
from k8snetviz.model.coded import CodedTable, coded_frame
from k8snetviz.model.kinds import Kind
from k8snetviz.model.schema import Table
from k8snetviz.model.tables import ANSWER_TABLES, SNAPSHOT_TABLES

_OF_THE_WHOLE = ("coverage", "sources")
_TABLES = {table.name: table for table in SNAPSHOT_TABLES}
_ANSWERS = {table.name: table for table in ANSWER_TABLES}
Made = pd.DataFrame | CodedTable


class Store(Protocol):
    """What stands behind a Snapshot: decoded objects that expand into tables and can be written."""

    def expand(self, table: str) -> Made:
        """Return the declared `table`, checked, as a frame or on codes: whichever is made with less work."""
        ...

    def write(self, path: Path) -> None:
        """Write a ``.k8snet`` file."""
        ...


@dataclass(frozen=True)
class InputFile:
    """A file that a snapshot was read from, as it was then; its content can be compared as long as it stands there."""

    name: str  # as SOURCES names it: path below the input; of an archive that of the archive
    path: Path
    bytes: int  # size on disk
    modified_ns: int


@dataclass(frozen=True)
class Provenance:
    """Where a snapshot comes from. Everything that the input does not tell is None."""

    name: str  # what a person calls it: file name, context
    cluster: str | None = None  # identity of the cluster: uid of the Namespace kube-system
    server_version: str | None = None
    started: datetime | None = None  # collection window
    finished: datetime | None = None
    toolkit_version: str | None = None  # the version that wrote the .k8snet file
    proxy_mode: str | None = None  # of kube-proxy, where its configuration was asked for
    counts: Mapping[str, int] = field(default_factory=dict)  # objects per kind, after dropping copies
    files: tuple[InputFile, ...] = field(default=(), repr=False, compare=False)  # none for stdin, bytes and objects in memory


class FrameStore:
    """A Store over given frames; tables that are not given are empty. Cannot be written."""

    def __init__(self, frames: Mapping[str, pd.DataFrame]) -> None:
        self._frames = frames

    def expand(self, table: str) -> pd.DataFrame:
        """Return the given frame, checked, or the empty table."""
        declared = _TABLES[table]
        return declared.check(self._frames[table]) if table in self._frames else declared.empty()

    def write(self, path: Path) -> None:
        """Refuse: frames no longer hold the objects."""
        raise UsageError(f"cannot write {path.name}: this snapshot was made from frames, not from API objects")


class _Forms:
    """One table in the forms asked for so far."""

    def __init__(self, made: Made) -> None:
        self._coded = made if isinstance(made, CodedTable) else None
        self._frame = None if isinstance(made, CodedTable) else made

    def frame(self) -> pd.DataFrame:
        """Return the frame; a shallow copy, so that nobody changes the one that is kept."""
        if self._frame is None:
            assert self._coded is not None
            self._frame = self._coded.frame()
        return self._frame.copy(deep=False)

    def coded(self, table: Table) -> CodedTable:
        """Return the table on codes."""
        if self._coded is None:
            self._coded = coded_frame(table, self.frame())
        return self._coded


class _Part:
    """A store of some of the objects of a snapshot; what says how much is known is told by the whole."""

    def __init__(self, store: Store, whole: Snapshot) -> None:
        self._store, self._whole = store, whole
        self.labels_of = getattr(store, "labels_of")  # noqa: B009 - only stores of objects are narrowed, and those have it

    def expand(self, table: str) -> Made:
        """Return the table of the part, or of the whole."""
        return self._whole.table(table) if table in _OF_THE_WHOLE else self._store.expand(table)

    def write(self, path: Path) -> None:
        """Refuse: a part is no snapshot of anything."""
        raise UsageError(f"cannot write {path.name}: this is a part of a snapshot, kept for a comparison")


class Snapshot:
    """Declared tables of one moment, as attributes: ``snap.pods``, ``snap.services``, ``snap.gaps``, ...

    A table is expanded on first use and kept, as a frame, on codes (`coded`), or both, as was asked. Frames given out are
    shallow copies: assigning a column to one does not change the snapshot.
    """

    __slots__ = ("_answers", "_expanded", "_read", "_store", "provenance")

    def __init__(self, store: Store, provenance: Provenance) -> None:
        self._store = store
        self._expanded: dict[str, _Forms] = {}
        self._answers: dict[str, _Forms] = {}
        self._read: set[tuple[str, str | None]] | None = None  # kinds and namespaces that were read whole
        self.provenance = provenance

    def table(self, name: str) -> pd.DataFrame:
        """Return the declared table `name`; UsageError names the tables there are."""
        return self._forms(name).frame()

    def coded(self, name: str) -> CodedTable:
        """Return the declared table `name` on codes, the rows of ``table(name)`` in their order; no text is spelled out for it."""
        return self._forms(name).coded(_TABLES[name])

    def _forms(self, name: str) -> _Forms:
        if name not in _TABLES:
            raise UsageError(f"wanted a table of the snapshot, found {name!r}; there are: {', '.join(_TABLES)}")
        if name not in self._expanded:
            self._expanded[name] = _Forms(self._store.expand(name))
        return self._expanded[name]

    def answer(self, name: str, compute: Callable[[], Made]) -> pd.DataFrame:
        """Return the answer table `name` of the whole snapshot; `compute` makes it the first time, since a snapshot never changes."""
        return self._answer(name, compute).frame()

    def coded_answer(self, name: str, compute: Callable[[], Made]) -> CodedTable:
        """Return the answer table `name`, which is a declared one, on codes."""
        return self._answer(name, compute).coded(_ANSWERS[name])

    def _answer(self, name: str, compute: Callable[[], Made]) -> _Forms:
        if name not in self._answers:
            self._answers[name] = _Forms(compute())
        return self._answers[name]

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name in _TABLES:
            return self.table(name)
        raise AttributeError(f"Snapshot has no table {name!r}; there are: {', '.join(_TABLES)}")

    def __dir__(self) -> list[str]:
        return [*object.__dir__(self), *_TABLES]

    def knows(self, kind: Kind, namespace: str | None = None) -> bool:
        """Tell whether absence of `kind` (in `namespace`) means "none": it was read there, and whole."""
        if self._read is None:
            coverage = self.table("coverage")
            rows = coverage.loc[coverage["complete"], ["kind", "namespace"]]
            spaces = (None if pd.isna(namespace) else namespace for namespace in rows["namespace"])
            self._read = set(zip(rows["kind"], spaces, strict=True))
        return (kind.value, None) in self._read or (kind.value, namespace) in self._read

    def of_pod(self, name: str, namespace: str, pod: str) -> pd.DataFrame:
        """Return the rows of table `name` (it has columns `namespace` and `pod`) of one pod; those of others are not expanded for it."""
        narrow = getattr(self._store, "of_pod", None)
        if narrow is not None and name not in self._expanded:
            found: pd.DataFrame = narrow(name, namespace, pod)
            return found
        frame = self.table(name)
        return frame[frame["namespace"].eq(namespace) & frame["pod"].eq(pod)].reset_index(drop=True)

    def labels_of(self, kinds: Iterable[Kind]) -> pd.DataFrame:
        """Return the LABELS of objects of `kinds`; those of pods are not expanded for it."""
        values = sorted(kind.value for kind in kinds)
        narrow = getattr(self._store, "labels_of", None)
        if narrow is not None and "labels" not in self._expanded:
            return self.answer(f"labels of {', '.join(values)}", lambda: narrow(values))
        labels = self.table("labels")
        return labels[labels["kind"].isin(values)].reset_index(drop=True)

    def beside(self, other: Snapshot) -> tuple[Snapshot, Snapshot]:
        """Return this snapshot and `other`, narrowed to the objects from which a difference between their answers can follow.

        What they cover stays as it is, and so do gaps, except those of addresses that are left out. Both come back whole where
        their stores cannot tell.
        """
        narrow = getattr(self._store, "beside", None)
        found = narrow(other._store) if narrow is not None and type(self._store) is type(other._store) else None
        if found is None:
            return self, other
        first, second = (Snapshot(_Part(store, whole), whole.provenance) for store, whole in zip(found, (self, other), strict=True))
        return first, second

    def save(self, path: str | Path) -> Path:
        """Write the snapshot as a ``.k8snet`` file (design section 5) and return its path."""
        target = Path(path)
        self._store.write(target)
        return target

    def __repr__(self) -> str:
        counts = self.provenance.counts
        listed = ", ".join(
            f"{counts[kind]} {kind}" for kind in ("Service", "Pod", "EndpointSlice", "Endpoints", "Node") if counts.get(kind)
        )
        return f"<Snapshot {self.provenance.name}: {listed or 'nothing'}; {len(self.table('gaps'))} gaps>"

    def _repr_html_(self) -> str:
        from k8snetviz.model.card import summary_card

        return summary_card(self)
