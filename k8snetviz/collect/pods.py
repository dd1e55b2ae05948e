"""Pods of a finished store: in order, without copies, with label sets and container lists numbered by content."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from k8snetviz.collect.duplicates import Copy
from k8snetviz.collect.interning import ContainerSet, Labels
from k8snetviz.model.kinds import Kind

if TYPE_CHECKING:
    from k8snetviz.collect.store import ObjectStore

Numbers = np.ndarray[tuple[int], np.dtype[Any]]


class Pods:
    """Views of PodColumns in the order of namespace and name."""

    def __init__(self, store: ObjectStore) -> None:
        self.store = store
        self.columns = store.columns
        self.rows = self._kept_rows()
        self._label_rank = _ranks(store.label_sets.sets.values, key=None)
        self._container_rank = _ranks(store.container_sets.values, key=repr)

    def __len__(self) -> int:
        return len(self.rows)

    def numbers(self, name: str) -> Numbers:
        """Return the numbers of a column in order."""
        return self.columns.column(name)[self.rows]

    def texts(self, name: str) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
        """Return the texts of a column in order."""
        return _objects(getattr(self.columns, name))[self.rows]

    def label_number(self, met: int) -> int:
        """Return the number of a label set by content, from the number it was given when it was met."""
        return int(self._label_rank[met])

    def container_number(self, met: int) -> int:
        """Return the number of a container list by content."""
        return int(self._container_rank[met])

    @cached_property
    def label_set(self) -> Numbers:
        """Number of the label set per pod."""
        return self._label_rank[self.numbers("label_set")]

    @cached_property
    def container_set(self) -> Numbers:
        """Number of the container list per pod."""
        return self._container_rank[self.numbers("container_set")]

    @cached_property
    def label_sets(self) -> list[Labels]:
        """Label sets by number."""
        return sorted(self.store.label_sets.sets.values)

    @cached_property
    def container_sets(self) -> list[ContainerSet]:
        """Container lists by number."""
        return sorted(self.store.container_sets.values, key=repr)

    @cached_property
    def condition_start(self) -> Numbers:
        """Place of the first condition of every pod in `condition_times`."""
        sizes = np.asarray([len(s.conditions) for s in self.columns.situations.values] + [0])[self.columns.column("situation")]
        return (np.cumsum(sizes) - sizes)[self.rows]

    def _kept_rows(self) -> Numbers:
        columns = self.columns
        if not len(columns):
            return np.zeros(0, dtype=np.int64)
        spaces = columns.namespaces.values
        rank = _ranks(spaces, key=None)[columns.column("namespace")]
        names = columns.names
        order = np.asarray(sorted(range(len(names)), key=names.__getitem__))
        order = order[np.argsort(rank[order], kind="stable")]
        sorted_names = _objects(names)[order]
        same = (sorted_names[1:] == sorted_names[:-1]) & (rank[order][1:] == rank[order][:-1])
        if not same.any():
            return order
        starts = np.flatnonzero(np.concatenate(([True], ~same.astype(bool))))
        return np.asarray([self._choose(order[a:b]) for a, b in zip(starts, [*starts[1:], len(order)], strict=True)])

    def _choose(self, rows: Numbers) -> int:
        if len(rows) == 1:
            return int(rows[0])
        columns = self.columns
        copies = [Copy(columns.uids[row], columns.versions[row], columns.created[row]) for row in rows]
        first = int(rows[0])
        space = columns.namespaces.values[columns.namespace[first]]
        pairs = [(int(row), columns.source[row]) for row in rows]
        return self.store.choose(Kind.POD, space, columns.names[first], copies, pairs)


def _objects(values: list[Any]) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


def _ranks(values: list[Any], key: Any) -> Numbers:
    """Return the place of every value in the sorted order of all."""
    out = np.empty(len(values), dtype=np.int64)
    out[sorted(range(len(values)), key=(lambda i: values[i]) if key is None else lambda i: key(values[i]))] = np.arange(len(values))
    return out
