"""Pods of two stores side by side: which differ, and which stand behind given Services, addresses and workloads."""

from __future__ import annotations

import copy
from collections.abc import Hashable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from k8snetviz.collect.beside_selectors import Selectors, template_of
from k8snetviz.collect.interning import Labels
from k8snetviz.collect.moments import NO_TIME
from k8snetviz.collect.owners import Owners, controller
from k8snetviz.collect.pods import Pods
from k8snetviz.model.kinds import WORKLOADS

if TYPE_CHECKING:
    from k8snetviz.collect.store import ObjectStore

Rows = np.ndarray[tuple[int], np.dtype[Any]]
_CACHED = ("namespaces", "bad_texts", "label_set", "container_set", "condition_start")
Top = tuple[str, str | None, str | None]  # namespace, kind, name


class PodSide:
    """The pods of one store, in order."""

    def __init__(self, store: ObjectStore) -> None:
        self.pods = store.finished_pods()
        self._store = store
        self.columns = self.pods.columns
        self.texts = {name: self.pods.texts(name) for name in ("names", "uids", "addresses", "seconds")} if len(self.pods) else {}
        if not self.texts:
            self.texts = {name: np.empty(0, object) for name in ("names", "uids", "addresses", "seconds")}

    @property
    def spaces(self) -> Rows:
        """Namespace of every pod."""
        found: Rows = self.pods.namespaces
        return found

    @cached_property
    def known(self) -> set[str]:
        """The first two addresses of all pods, in canonical form."""
        return {*self.texts["addresses"], *self.texts["seconds"]} - {None}

    @cached_property
    def space_codes(self) -> tuple[Rows, Rows]:
        """Namespace of every pod as a place in the distinct ones, and these."""
        codes, spaces = pd.factorize(self.spaces)
        return codes, spaces

    @cached_property
    def odd(self) -> Rows:
        """Tell which pods have more than two addresses."""
        return np.isin(self.pods.rows, list(self.columns.further))

    def values(self, name: str) -> tuple[Sequence[Hashable], Rows]:
        """Return the distinct values of a column and their numbers per pod."""
        if name in ("label_set", "container_set"):
            return (self.pods.label_sets if name == "label_set" else self.pods.container_sets), getattr(self.pods, name)
        kept: dict[str, Any] = {"node": self.columns.nodes, "owner": self.columns.owners, "situation": self.columns.situations}
        return list(kept[name]), self.pods.numbers(name)

    def classes(self, rows: Rows) -> set[tuple[str, Labels]]:
        """Return namespaces and label sets of some pods."""
        sets = self.pods.label_sets
        return {(space, sets[number]) for space, number in zip(self.spaces[rows], self.pods.label_set[rows], strict=True)}

    def addresses(self, rows: Rows) -> set[str]:
        """Return the addresses of some pods."""
        found = {text for name in ("addresses", "seconds") for text in self.texts[name][rows] if text is not None}
        further = self.columns.further
        return found.union(*(further.get(row, ()) for row in self.pods.rows[rows].tolist())) if further else found

    def names(self, rows: Rows) -> set[str]:
        """Return the names of some pods."""
        return set(self.texts["names"][rows])

    def nodes(self, rows: Rows) -> set[str | None]:
        """Return the Nodes of some pods."""
        named = list(self.columns.nodes)
        return {named[number] for number in np.unique(self.pods.numbers("node")[rows])}

    def owners(self, rows: Rows) -> set[tuple[str, str | None, str]]:
        """Return kind, namespace and name of the controlling owners of some pods."""
        owners = [controller(references) for references in self.columns.owners]
        pairs = set(zip(self.spaces[rows], self.pods.numbers("owner")[rows].tolist(), strict=True))
        return {(owner.kind, space, owner.name) for space, number in pairs if (owner := owners[number]) is not None}

    @cached_property
    def _tops(self) -> Owners:
        return Owners(self._store)

    def workloads(self, rows: Rows) -> set[Top]:
        """Return the top workloads of some pods."""
        return set(self._top_of(rows).values())

    def _top_of(self, rows: Rows) -> dict[tuple[str, int, int], Top]:
        """Return the top workload of every namespace, owner and label set among some pods."""
        owners = [controller(references) for references in self.columns.owners]
        keys = set(zip(self.spaces[rows], self.pods.numbers("owner")[rows].tolist(), self.pods.label_set[rows].tolist(), strict=True))
        sets = self.pods.label_sets
        return {key: (key[0], *self._tops.top(key[0], owners[key[1]], sets[key[2]])) for key in keys if owners[key[1]] is not None}

    def of_workloads(self, tops: set[Top]) -> Rows:
        """Return the pods whose top workload is among `tops`."""
        spaces = {space for space, _, _ in tops}
        codes, named = self.space_codes
        near = np.flatnonzero(np.array([*(space in spaces for space in named), False])[codes])
        first, group = _groups(codes[near], self.pods.numbers("owner")[near], self.pods.label_set[near])
        wanted = {key for key, top in self._top_of(near[first]).items() if top in tops}
        rows = near[first]
        cells = zip(self.spaces[rows], self.pods.numbers("owner")[rows].tolist(), self.pods.label_set[rows].tolist(), strict=True)
        found: Rows = near[np.fromiter((key in wanted for key in cells), bool, len(rows))[group]]
        return found

    def part(self, store: ObjectStore, rows: Rows) -> Pods:
        """Return some of the pods as those of `store`."""
        small = copy.copy(self.pods)
        for name in _CACHED:
            small.__dict__.pop(name, None)
        small.rows = self.pods.rows[rows]
        used = {"label_set": set(self.pods.label_set[rows].tolist()), "container_set": set(self.pods.container_set[rows].tolist())}
        for kind in WORKLOADS & store.kept.keys():
            for item in store.kept[kind].objects:
                labels, containers = self._store.template_sets(template_of(kind, item))
                used["label_set"].add(labels)
                used["container_set"].add(containers)
        nothing: tuple[Any, ...] = ()
        small.label_sets = [labels if number in used["label_set"] else nothing for number, labels in enumerate(self.pods.label_sets)]
        sets = enumerate(self.pods.container_sets)
        small.container_sets = [found if number in used["container_set"] else nothing for number, found in sets]
        return small


def in_both(kept: tuple[Rows, Rows], at: tuple[Rows, Rows]) -> tuple[Rows, Rows]:
    """Return the pods that are kept on one side and are there on the other, too, on both; `at` are the places of the same pods."""
    ends = [max(rows.max(initial=-1), places.max(initial=-1)) + 1 for rows, places in zip(kept, at, strict=True)]
    masks = [np.zeros(end, bool) for end in ends]
    for mask, rows in zip(masks, kept, strict=True):
        mask[rows] = True
    shared = masks[0][at[0]] | masks[1][at[1]]
    for mask, places in zip(masks, at, strict=True):
        mask[places] = shared
    return np.flatnonzero(masks[0]), np.flatnonzero(masks[1])


def differing_pods(sides: tuple[PodSide, PodSide], at: tuple[Rows, Rows], nodes: set[str]) -> tuple[Rows, Rows]:
    """Return the places of pods that are not equal in both, or whose Node is one of `nodes`, which came or went."""
    one, other = sides
    unlike = one.odd[at[0]] | other.odd[at[1]]
    for name in ("uids", "addresses", "seconds"):
        unlike |= np.asarray(one.texts[name][at[0]] != other.texts[name][at[1]], bool)
    for name in ("node", "owner", "situation", "label_set", "container_set"):
        codes = _joint(one.values(name), other.values(name))
        unlike |= codes[0][at[0]] != codes[1][at[1]]
    unlike |= one.pods.numbers("host_network")[at[0]] != other.pods.numbers("host_network")[at[1]]
    deleted = one.pods.numbers("deleted")[at[0]], other.pods.numbers("deleted")[at[1]]
    unlike |= (deleted[0] != deleted[1]) | ((deleted[0] == NO_TIME) != (deleted[1] == NO_TIME))
    found = []
    for side, rows in zip(sides, at, strict=True):
        mask = np.ones(len(side.pods), bool)
        mask[rows] = unlike
        named = [number for number, node in enumerate(side.columns.nodes) if node in nodes]
        mask |= np.isin(side.pods.numbers("node"), named) if named else False
        found.append(np.flatnonzero(mask))
    return found[0], found[1]


def same_pods(one: PodSide, other: PodSide) -> tuple[Rows, Rows]:
    """Return the places of the pods that both have."""
    names, spaces = (one.texts["names"], other.texts["names"]), (one.spaces, other.spaces)
    if len(names[0]) == len(names[1]) and (names[0] == names[1]).all() and (spaces[0] == spaces[1]).all():
        every = np.arange(len(names[0]))
        return every, every
    space, _ = pd.factorize(np.concatenate(spaces))
    name, words = pd.factorize(np.concatenate(names))
    keys = space.astype(np.int64) * (len(words) + 1) + name
    split = len(names[0])
    found = pd.Index(keys[split:]).get_indexer(pd.Index(keys[:split]))
    there = np.flatnonzero(found >= 0)
    return there, found[there]


def _joint(one: tuple[Sequence[Hashable], Rows], other: tuple[Sequence[Hashable], Rows]) -> tuple[Rows, Rows]:
    """Return two columns of numbers in one vocabulary."""
    numbers: dict[Hashable, int] = {}
    maps = [np.asarray([numbers.setdefault(value, len(numbers)) for value in values] or [0]) for values, _ in (one, other)]
    return maps[0][one[1]], maps[1][other[1]]


def pods_of_workloads(side: PodSide, tops: set[Top]) -> Rows:
    """Return the pods of some top workloads: they tell whether one was rolled out."""
    return side.of_workloads(tops) if tops else np.empty(0, np.int64)


def selected_pods(side: PodSide, selectors: Selectors) -> Rows:
    """Return the pods that one of the Services selects."""
    codes, named = side.space_codes
    near = np.flatnonzero(np.array([*(space in selectors for space in named), False])[codes])
    first, group = _groups(codes[near], side.pods.label_set[near])
    sets, rows = side.pods.label_sets, near[first]
    cells = zip(side.spaces[rows], side.pods.label_set[rows].tolist(), strict=True)
    chosen = np.fromiter((bool(selectors.of_sets([(space, sets[number])])) for space, number in cells), bool, len(rows))
    found: Rows = near[chosen[group]]
    return found


def _groups(*columns: Rows) -> tuple[Rows, Rows]:
    """Return the first place of each distinct combination of numbers, and which of them stands at every place."""
    codes = columns[0].astype(np.int64)
    for column in columns[1:]:
        codes = pd.factorize(codes * (int(column.max(initial=0)) + 2) + column + 1)[0].astype(np.int64)
    _, first, group = np.unique(codes, return_index=True, return_inverse=True)
    return first, group


def holders(side: PodSide, addresses: set[str], names: set[str]) -> Rows:
    """Return the pods that hold one of `addresses` or have one of `names`."""
    mask = side.odd.copy()
    for column, wanted in (("addresses", addresses), ("seconds", addresses), ("names", names)):
        mask |= np.fromiter(map(wanted.__contains__, side.texts[column]), bool, len(mask))
    return np.flatnonzero(mask)
