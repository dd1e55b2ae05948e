"""Which label sets, pods and pod templates the selectors of Services select (EP-0, EP-1a, EP-1b)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from k8snetviz.analysis.columns import Ints, Objects, codes_in, equals, flags, numbers, plain, positions, spread, texts
from k8snetviz.analysis.ports import service_rows
from k8snetviz.model.coded import Text, joint_codes, words_of
from k8snetviz.model.kinds import Kind
from k8snetviz.model.snapshot import Snapshot


class Selection(NamedTuple):
    """Matched pairs, ordered by Service, then by member (pod or workload)."""

    service: Ints  # row of the Service
    member: Ints  # row of what its selector selects


class SelectorPairs(NamedTuple):
    """Selector pairs of the managed Services: one entry per Service and pair."""

    service: Ints  # row of the Service
    key: Objects
    value: Objects

    def of(self, services: Ints) -> SelectorPairs:
        """Return the pairs of some Services."""
        kept = np.isin(self.service, services)
        return SelectorPairs(self.service[kept], self.key[kept], self.value[kept])


def selector_pairs(snap: Snapshot, services: pd.DataFrame) -> SelectorPairs:
    """Return the selector pairs of the managed ones of `services`, ordered by Service and key.

    A selector that is absent or empty manages nothing, and that of an ExternalName Service is ignored
    (EP-0, D-8, T-19, T-24).
    """
    selectors = snap.selectors
    selectors = selectors[equals(selectors["kind"], Kind.SERVICE.value) & selectors["key"].notna().to_numpy()]
    key, value = texts(selectors["key"]), texts(selectors["value"])
    row = service_rows(services, selectors["namespace"], selectors["name"])
    kept = np.flatnonzero(row >= 0)
    kept = kept[flags(services["managed"])[row[kept]]]
    kept = kept[np.lexsort((key[kept], row[kept]))]
    return SelectorPairs(row[kept], key[kept], value[kept])


def select(snap: Snapshot, services: pd.DataFrame, pairs: SelectorPairs, namespaces: Text, label_sets: Ints) -> Selection:
    """Return what each selector selects among members that live in `namespaces` and carry `label_sets`.

    Members are put into classes of equal namespace and label set. Postings (namespace, key, value) -> classes
    exist only for pairs that a selector names; each selector starts from its rarest posting and its other
    pairs are tested on what is left. So the cost follows label sets and matched pairs, never Services times
    pods. A pair matches on equal text only: a missing key is not an empty value (EP-1b, T-02).
    """
    if not len(pairs.service) or not len(label_sets):
        return Selection(np.empty(0, np.int64), np.empty(0, np.int64))
    (spaces,), vocabulary = joint_codes(namespaces)
    sets = int(label_sets.max()) + 1
    class_of, classes = pd.factorize(spaces * sets + label_sets)
    named, pair, label_set = _named_labels(snap, pairs)
    width = int(named.max()) + 1
    posting, member = _postings(classes // sets, classes % sets, label_set, pair, width)
    space = codes_in(vocabulary, plain(services["namespace"]))[pairs.service]
    wanted = np.where(space >= 0, space * width + named, -1)
    service, found = _intersect(pairs.service, wanted, posting, member)
    return _expand(service, found, class_of.astype(np.int64), len(classes))


def _named_labels(snap: Snapshot, pairs: SelectorPairs) -> tuple[Ints, Ints, Ints]:
    """Return the code of every selector pair; then code and label set of every label that some selector names."""
    table = snap.label_sets
    (key_code,), keys = joint_codes(words_of(pairs.key))
    (value_code,), values = joint_codes(words_of(pairs.value))
    width = len(values) + 1
    named, distinct = pd.factorize(key_code * width + value_code)
    label_key = codes_in(keys, plain(table["key"]))
    used = np.flatnonzero(label_key >= 0)
    label_value = codes_in(values, plain(table["value"])[used])
    pair = positions(np.asarray(distinct), np.where(label_value >= 0, label_key[used] * width + label_value, -1))
    hit = pair >= 0
    return named.astype(np.int64), pair[hit], numbers(table["label_set"])[used[hit]]


def _postings(space: Ints, class_set: Ints, label_set: Ints, pair: Ints, width: int) -> tuple[Ints, Ints]:
    """Return postings, ordered: code of namespace and pair, and a class for which it holds."""
    order = np.argsort(label_set, kind="stable")
    label_set, pair = label_set[order], pair[order]
    low = np.searchsorted(label_set, class_set)
    held, entry = spread(low, np.searchsorted(label_set, class_set, side="right") - low)
    posting = space[held] * width + pair[entry]
    order = np.lexsort((held, posting))
    return posting[order], held[order]


def _intersect(service: Ints, wanted: Ints, posting: Ints, member: Ints) -> tuple[Ints, Ints]:
    """Return Service and class of every match of all pairs: from the rarest pair of each Service, then the others."""
    low = np.searchsorted(posting, wanted)
    count = np.searchsorted(posting, wanted, side="right") - low
    order = np.lexsort((count, service))
    low, count, service, wanted = low[order], count[order], service[order], wanted[order]
    start = np.flatnonzero(np.concatenate(([True], service[1:] != service[:-1])))
    pairs = np.diff(np.append(start, len(service)))
    group, entry = spread(low[start], count[start])
    found = member[entry]
    classes = int(member.max(initial=0)) + 1
    held = posting * classes + member
    for place in range(1, int(pairs.max())):
        again = pairs[group] > place
        key = wanted[start[group] + np.where(again, place, 0)] * classes + found
        at = np.minimum(np.searchsorted(held, key), max(len(held) - 1, 0))
        kept = ~again | (held[at] == key) if len(held) else ~again
        group, found = group[kept], found[kept]
    return service[start[group]], found


def _expand(service: Ints, found: Ints, class_of: Ints, classes: int) -> Selection:
    """Return matched classes as members, by an index of members sorted by class."""
    by_class = np.argsort(class_of, kind="stable")
    size = np.bincount(class_of, minlength=classes)
    first = np.cumsum(size) - size
    match, at = spread(first[found], size[found])
    service, member = service[match], by_class[at]
    order = np.lexsort((member, service))
    return Selection(service[order], member[order])
