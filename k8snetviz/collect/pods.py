"""Pods of a finished store: in order, without copies, with label sets and container lists numbered by content."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from k8snetviz.collect.addresses import canonical
from k8snetviz.collect.duplicates import Copy
from k8snetviz.collect.interning import NO_LABELS, ContainerSet, Labels
from k8snetviz.model.coded import Text, words_of
from k8snetviz.model.kinds import Kind

if TYPE_CHECKING:
    from k8snetviz.collect.store import ObjectStore

Numbers = np.ndarray[tuple[int], np.dtype[Any]]
Objects = np.ndarray[tuple[int], np.dtype[np.object_]]


class Pods:
    """Views of PodColumns in the order of namespace and name."""

    def __init__(self, store: ObjectStore, template_labels: set[int], template_containers: set[int]) -> None:
        self.columns = store.columns
        self.columns.settle()
        self.rows = self._kept_rows(store)
        self.label_sets: list[Labels]  # by number
        self.container_sets: list[ContainerSet]  # by number
        used = {NO_LABELS} | template_labels | set(self.numbers("label_set").tolist())
        self.label_sets, self._label_rank = _numbered(list(store.label_sets.sets), used, key=tuple)
        used = template_containers | set(self.numbers("container_set").tolist())
        self.container_sets, self._container_rank = _numbered(list(store.container_sets.sets), used, key=repr)

    def __len__(self) -> int:
        return len(self.rows)

    def numbers(self, name: str) -> Numbers:
        """Return the numbers of a column in order."""
        found: Numbers = self.columns.column(name)[self.rows]
        return found

    def texts(self, name: str) -> Objects:
        """Return the texts of a column in order."""
        return object_array(list(getattr(self.columns, name)))[self.rows]

    def text(self, name: str) -> Text:
        """Return a column of texts in order, on codes; the words stand as they were read."""
        return words_of(getattr(self.columns, name)).at(self.rows)

    def place_of(self, namespace: str, name: str) -> int | None:
        """Return where a pod stands in the order of pods."""
        found = np.flatnonzero((self.texts("names") == name) & (self.namespaces == namespace))
        return int(found[0]) if len(found) else None

    def label_number(self, met: int) -> int:
        """Return the number of a label set by content, from the number it was given when it was met."""
        return int(self._label_rank[met])

    def container_number(self, met: int) -> int:
        """Return the number of a container list by content."""
        return int(self._container_rank[met])

    @cached_property
    def namespaces(self) -> Objects:
        """Namespace per pod; the texts are shared."""
        return object_array([*self.columns.namespaces, None])[self.numbers("namespace")]

    @cached_property
    def bad_texts(self) -> set[str | None]:
        """Addresses of pods that do not parse."""
        columns = self.columns
        texts = (text for row in columns.bad for text in (columns.addresses[row], columns.seconds[row], *columns.further.get(row, ())))
        return {text for text in texts if text is not None and canonical(text)[1] is None}

    @cached_property
    def label_set(self) -> Numbers:
        """Number of the label set per pod."""
        return self._label_rank[self.numbers("label_set")]

    @cached_property
    def container_set(self) -> Numbers:
        """Number of the container list per pod."""
        return self._container_rank[self.numbers("container_set")]

    @cached_property
    def condition_start(self) -> Numbers:
        """Place of the first condition of every pod in `condition_times`."""
        sizes = np.asarray([len(s.conditions) for s in self.columns.situations] + [0])[self.columns.column("situation")]
        starts: Numbers = np.cumsum(sizes) - sizes
        return starts[self.rows]

    def _kept_rows(self, store: ObjectStore) -> Numbers:
        columns = self.columns
        if not len(columns):
            return np.zeros(0, dtype=np.int64)
        spaces = list(columns.namespaces)
        _, ranks = _numbered(spaces, set(range(len(spaces))), key=str)
        rank = ranks[columns.column("namespace")]
        names = columns.names
        order = np.asarray(sorted(range(len(names)), key=names.__getitem__))
        order = order[np.argsort(rank[order], kind="stable")]
        sorted_names = object_array(names)[order]
        same = (sorted_names[1:] == sorted_names[:-1]) & (rank[order][1:] == rank[order][:-1])
        if not same.any():
            return order
        starts = np.flatnonzero(np.concatenate(([True], ~same.astype(bool))))
        return np.asarray([self._choose(store, order[a:b]) for a, b in zip(starts, [*starts[1:], len(order)], strict=True)])

    def _choose(self, store: ObjectStore, rows: Numbers) -> int:
        if len(rows) == 1:
            return int(rows[0])
        columns = self.columns
        copies = [Copy(columns.uids[row], columns.versions[row], columns.created[row]) for row in rows]
        first = int(rows[0])
        space = list(columns.namespaces)[columns.namespace[first]]
        pairs = [(int(row), columns.source[row]) for row in rows]
        return store.choose(Kind.POD, space, columns.names[first], copies, pairs)


def object_array(values: Sequence[Any]) -> Objects:
    """Return `values` as an array of objects, whatever they are."""
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


def _numbered(values: list[Any], used: set[int], key: Callable[[Any], Any]) -> tuple[list[Any], Numbers]:
    """Return the used values in order, and for every value its place there; -1 for one that is not used."""
    order = sorted(used, key=lambda number: key(values[number]))
    rank = np.full(len(values), -1, dtype=np.int64)
    rank[order] = np.arange(len(order))
    return [values[number] for number in order], rank
