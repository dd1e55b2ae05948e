"""Two stores side by side, narrowed to the objects from which a difference between their answers can follow.

What is left out is equal in both, and no answer about what is kept rests on it. The narrowing errs on the side of
keeping: a resourceVersion that moved is enough to keep an object.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from k8snetviz.collect.addresses import canonical
from k8snetviz.collect.beside_pods import PodSide, Rows, differing_pods, holders, in_both, pods_of_workloads, same_pods, selected_pods
from k8snetviz.collect.beside_selectors import Selectors, labels_of_template
from k8snetviz.collect.owners import controller
from k8snetviz.model.kinds import WORKLOADS, Kind

if TYPE_CHECKING:
    from k8snetviz.collect.store import ObjectStore

_SERVICE = "kubernetes.io/service-name"
_ENDPOINTS = (Kind.ENDPOINT_SLICE, Kind.ENDPOINTS)
_WHOLE = (Kind.POD, Kind.EVENT)  # pods are columns; nothing that is compared rests on events
Key = tuple[str | None, str]  # namespace, name
Keys = set[Key]


def narrowed(one: ObjectStore, other: ObjectStore) -> tuple[ObjectStore, ObjectStore] | None:
    """Return both stores narrowed; None where their pods were not read everywhere, or they do not cover the same."""
    sides = (one, other)
    rows = [list(store.finish().coverage.rows(store)) for store in sides]
    if rows[0] != rows[1] or (Kind.POD, None, True) not in rows[0]:
        return None
    unlike = {kind: _unlike(one.objects(kind), other.objects(kind)) for kind in {*one.kept, *other.kept} if kind not in _WHOLE}
    pods = PodSide(one), PodSide(other)
    nodes = _alone(one.objects(Kind.NODE), other.objects(Kind.NODE))
    at = same_pods(*pods)
    changed = differing_pods(pods, at, nodes)
    services = _affected(sides, unlike, pods, changed)
    tops = set().union(*(side.workloads(rows) for side, rows in zip(pods, changed, strict=True)))
    kept = [_kept_pods(store, side, (rows, tops), services) for store, side, rows in zip(sides, pods, changed, strict=True)]
    kept = list(in_both((kept[0], kept[1]), at))
    named = {node for side, rows in zip(pods, kept, strict=True) for node in side.nodes(rows)}  # what one side keeps, the other keeps
    owners = set().union(*(side.owners(rows) for side, rows in zip(pods, kept, strict=True)))
    workloads = set().union(*(_workloads(store, unlike, owners, services) for store in sides))
    chosen = _Chosen(unlike, services, named, workloads)
    first, second = (_part(store, side, rows, chosen) for store, side, rows in zip(sides, pods, kept, strict=True))
    return first, second


class _Chosen(NamedTuple):
    """Names of what is kept."""

    unlike: dict[Kind, Keys]
    services: Keys
    nodes: set[str | None]
    workloads: set[tuple[str, str | None, str]]

    def holds(self, kind: Kind, item: Any) -> bool:
        """Tell whether an object is kept."""
        key = _key(item)
        if key in self.unlike.get(kind, ()) or (kind is Kind.SERVICE and key in self.services):
            return True
        if kind in _ENDPOINTS:
            return _service_of(kind, item) in self.services
        return (kind is Kind.NODE and key[1] in self.nodes) or (kind in WORKLOADS and (kind.value, *key) in self.workloads)


def _key(item: Any) -> Key:
    return item.metadata.namespace, item.metadata.name


def _unlike(one: list[Any], other: list[Any]) -> Keys:
    """Return the names of objects that are not equal in both."""
    keys = [_key(item) for item in one], [_key(item) for item in other]
    if keys[0] == keys[1]:
        return {key for key, a, b in zip(keys[0], one, other, strict=True) if a != b}
    there = dict(zip(keys[1], other, strict=True))
    same = {key for key, item in zip(keys[0], one, strict=True) if key in there and there[key] == item}
    return {*keys[0], *keys[1]} - same


def _alone(one: list[Any], other: list[Any]) -> set[str]:
    """Return the names of objects that only one list holds."""
    return {item.metadata.name for item in one} ^ {item.metadata.name for item in other}


def _service_of(kind: Kind, item: Any) -> Key | None:
    if kind is Kind.ENDPOINTS:
        return _key(item)
    name = (item.metadata.labels or {}).get(_SERVICE)
    return None if name is None else (item.metadata.namespace, name)


def _affected(
    sides: tuple[ObjectStore, ObjectStore], unlike: dict[Kind, Keys], pods: tuple[PodSide, PodSide], changed: tuple[Rows, Rows]
) -> Keys:
    """Return the Services whose backends or state may differ: they, their endpoints, or a pod or template that they select, do."""
    found = set(unlike.get(Kind.SERVICE, ()))
    addresses, names, (one, _) = set[str](), set[str](), sides
    for store, side, rows in zip(sides, pods, changed, strict=True):
        for kind in _ENDPOINTS:
            mine = unlike.get(kind, set())
            found |= {key for item in store.objects(kind) if _key(item) in mine and (key := _service_of(kind, item)) is not None}
        selectors = Selectors(store.objects(Kind.SERVICE))
        found |= selectors.of_sets(side.classes(rows))
        templates = ((kind, item) for kind in WORKLOADS for item in store.objects(kind) if _key(item) in unlike.get(kind, ()))
        found |= selectors.of_sets((item.metadata.namespace, labels_of_template(kind, item)) for kind, item in templates)
        addresses |= side.addresses(rows)
        names |= side.names(rows)
    if names:
        for kind in _ENDPOINTS:  # those of the first store: what is not equal in the second is known already
            found |= _referring(one, kind, found, (addresses, names), pods[0].known)
    return found


def _referring(store: ObjectStore, kind: Kind, found: Keys, wanted: tuple[set[str], set[str]], known: set[str]) -> Keys:
    """Return further Services whose endpoints have one of the wanted addresses, or point to one of the wanted names."""
    items = [(key, item) for item in store.objects(kind) if (key := _service_of(kind, item)) is not None and key not in found]
    owners, texts, names = [], [], []
    for key, item in items:
        for address, target in _entries(kind, item):
            owners.append(key)
            texts.append(address)
            names.append(target)
    shown = _canonical(texts, known)
    addresses, targets = wanted
    return {key for key, text, name in zip(owners, shown, names, strict=True) if text in addresses or name in targets}


def _entries(kind: Kind, item: Any) -> list[tuple[str | None, str | None]]:
    """Return address and name of the target of every endpoint."""
    if kind is Kind.ENDPOINT_SLICE:
        found = [(e.addresses[0] if e.addresses else None, e.target_ref) for e in item.endpoints or ()]
    else:
        lists = (part for subset in item.subsets or () for part in (subset.addresses, subset.not_ready_addresses))
        found = [(entry.ip, entry.target_ref) for part in lists for entry in part or ()]
    return [(text, None if target is None else target.name) for text, target in found]


def _canonical(texts: list[str | None], known: set[str]) -> list[str | None]:
    """Return canonical texts of addresses; `known` ones, which pods hold, are canonical and need no look."""
    told = {text: canonical(text)[0] for text in set(texts) - known if text is not None}
    return [told.get(text, text) if text is not None else None for text in texts] if told else texts


def _kept_pods(store: ObjectStore, side: PodSide, of: tuple[Rows, set[Any]], services: Keys) -> Rows:
    """Return the places of the pods that are kept: those that differ, those of their workloads, those behind the affected Services."""
    rows, tops = of
    entries = [
        entry
        for kind in _ENDPOINTS
        for item in store.objects(kind)
        if _service_of(kind, item) in services
        for entry in _entries(kind, item)
    ]
    addresses = {text for text in _canonical([text for text, _ in entries], side.known) if text is not None}
    names = {name for _, name in entries if name is not None}
    mine = Selectors([item for item in store.objects(Kind.SERVICE) if _key(item) in services])
    parts = (rows, pods_of_workloads(side, tops), selected_pods(side, mine), holders(side, addresses, names))
    return np.unique(np.concatenate(parts))


def _part(store: ObjectStore, side: PodSide, rows: Rows, chosen: _Chosen) -> ObjectStore:
    """Return a store of the kept objects; pods, label sets and container lists keep their numbers."""
    small = copy.copy(store)
    small.kept = {}
    small._addresses = []  # gaps of single addresses decide about no difference, and cost a look at all of them
    for kind, kept in store.kept.items():
        if kind is Kind.EVENT:
            continue
        places = [place for place, item in enumerate(kept.objects) if chosen.holds(kind, item)]
        small.kept[kind] = type(kept)([kept.objects[place] for place in places], [kept.sources[place] for place in places])
    small.pods = side.part(small, rows)
    return small


def _workloads(
    store: ObjectStore, unlike: dict[Kind, Keys], owners: set[tuple[str, str | None, str]], services: Keys
) -> set[tuple[str, str | None, str]]:
    """Return the workloads that are kept: unlike ones, owners of kept pods, those whose pods the Services select; their owners."""
    selectors = Selectors([item for item in store.objects(Kind.SERVICE) if _key(item) in services])
    held, found = {}, set(owners)
    for kind in WORKLOADS:
        for item in store.objects(kind):
            place = (kind.value, *_key(item))
            held[place] = item
            if _key(item) in unlike.get(kind, ()) or selectors.of_sets([(item.metadata.namespace, labels_of_template(kind, item))]):
                found.add(place)
    waiting = list(found)
    while waiting:
        item = held.get(waiting.pop())
        owner = controller(item.metadata.owner_references) if item is not None else None
        if item is not None and owner is not None and (above := (owner.kind, item.metadata.namespace, owner.name)) not in found:
            found.add(above)
            waiting.append(above)
    return found
