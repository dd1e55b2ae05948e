"""OBJECTS, SOURCES, GAPS, COVERAGE; LABELS and SELECTORS of every kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from k8snetviz.collect.kindspec import Builder, SelectorRow
from k8snetviz.collect.moments import micros
from k8snetviz.collect.pods import Objects, object_array
from k8snetviz.collect.registry import specs
from k8snetviz.collect.tables_pods import times
from k8snetviz.collect.tables_statuses import expanded
from k8snetviz.collect.whole_columns import frame_of
from k8snetviz.model.coded import CodedTable, coded_table, runs_of, words_of
from k8snetviz.model.kinds import Kind
from k8snetviz.model.schema import Table
from k8snetviz.model.tables import COVERAGE, GAPS, LABELS, OBJECTS, SELECTORS, SOURCES

if TYPE_CHECKING:
    from k8snetviz.collect.store import ObjectStore

_Blocks = dict[str, Sequence[np.ndarray[tuple[int], np.dtype[Any]]]]  # kind -> columns after the kind


def objects(store: ObjectStore) -> pd.DataFrame:
    """Return OBJECTS."""
    sources = object_array([source.name for source in store.sources])
    blocks: _Blocks = {}
    for kind, kept in store.kept.items():
        metas = [item.metadata for item in kept.objects]
        told = [(meta.namespace, meta.name, meta.uid, meta.resource_version or None) for meta in metas]
        created = times(micros([meta.creation_timestamp for meta in metas]))
        blocks[kind.value] = (*_columns(told, 4), created, sources[kept.sources])
    found = store.finished_pods()
    created = times(found.numbers("created"))
    known = (found.namespaces, found.texts("names"), found.texts("uids"), found.texts("versions"))
    blocks[Kind.POD.value] = (*known, created, sources[found.numbers("source")])
    return _stacked(OBJECTS, blocks)


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[Objects]:
    return [object_array([row[place] for row in rows]) for place in range(width)]


def _stacked(table: Table, blocks: _Blocks) -> pd.DataFrame:
    """Return `table`, whose first column is the kind: one block of columns per kind, each in key order."""
    kinds = [kind for kind in sorted(blocks) if len(blocks[kind][0])]
    if not kinds:
        return table.empty()
    columns = {table.names[0]: np.repeat(object_array(kinds), [len(blocks[kind][0]) for kind in kinds])}
    columns |= {name: np.concatenate([blocks[kind][place] for kind in kinds]) for place, name in enumerate(table.names[1:])}
    return table.from_columns(columns, ordered=False)


def sources(store: ObjectStore) -> pd.DataFrame:
    """Return SOURCES."""
    return frame_of(SOURCES, [(s.name, s.layout, s.format, s.objects, s.duplicates, s.bytes) for s in store.sources])


def gaps(store: ObjectStore) -> pd.DataFrame:
    """Return GAPS."""
    return frame_of(
        GAPS, [(gap.kind and str(gap.kind), gap.namespace, gap.source, gap.reason.value, gap.detail) for gap in store.all_gaps()]
    )


def coverage(store: ObjectStore) -> pd.DataFrame:
    """Return COVERAGE."""
    return frame_of(COVERAGE, [(kind.value, namespace, complete) for kind, namespace, complete in store.coverage.rows(store)])


def labels(store: ObjectStore) -> pd.DataFrame:
    """Return LABELS."""
    return labels_of(store, [*(kind.value for kind in store.kept), Kind.POD.value])


def labels_of(store: ObjectStore, kinds: Sequence[str]) -> pd.DataFrame:
    """Return LABELS of objects of `kinds`."""
    blocks: _Blocks = {}
    for kind, kept in store.kept.items():
        if kind.value in kinds:
            metas = [item.metadata for item in kept.objects]
            rows = [(meta.namespace, meta.name, key, value) for meta in metas for key, value in sorted((meta.labels or {}).items())]
            blocks[kind.value] = _columns(rows, 4)
    if Kind.POD.value in kinds:
        blocks[Kind.POD.value] = _labels_of_pods(store)
    return _stacked(LABELS, blocks)


def _labels_of_pods(store: ObjectStore) -> Sequence[Objects]:
    found = store.finished_pods()
    pods, taken = expanded([len(labels) for labels in found.label_sets], found.label_set)
    key, value = _columns([pair for labels in found.label_sets for pair in labels], 2)
    return found.namespaces[pods], found.texts("names")[pods], key[taken], value[taken]


def selectors(store: ObjectStore) -> CodedTable:
    """Return SELECTORS."""
    owners: list[tuple[str, str | None, str]] = []
    held: list[int] = []
    rows: list[SelectorRow] = []
    for kind, spec in specs().items():
        of = spec.selectors
        if of is None:
            continue
        for item in store.objects(kind):
            before = len(rows)
            rows += of(item)
            owners.append((kind.value, item.metadata.namespace, item.metadata.name))
            held.append(len(rows) - before)
    owner = np.repeat(np.arange(len(owners)), held)
    named = zip(("kind", "namespace", "name"), _columns(owners, 3), strict=True)
    told = zip(SelectorRow._fields, _columns(rows, len(SelectorRow._fields)), strict=True)
    columns = {name: runs_of(values).at(owner) for name, values in named}
    return coded_table(SELECTORS, columns | {name: words_of(values).interned() for name, values in told}, ordered=False)


BUILDERS: dict[str, Builder] = {
    "objects": objects,
    "sources": sources,
    "gaps": gaps,
    "coverage": coverage,
    "labels": labels,
    "selectors": selectors,
}
