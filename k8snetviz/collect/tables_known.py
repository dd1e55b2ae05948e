"""OBJECTS, SOURCES, GAPS, COVERAGE; LABELS and SELECTORS of every kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from k8snetviz.collect.kindspec import Builder
from k8snetviz.collect.registry import specs
from k8snetviz.collect.tables_pods import times
from k8snetviz.collect.whole_columns import frame_of
from k8snetviz.model.kinds import Kind
from k8snetviz.model.tables import COVERAGE, GAPS, LABELS, OBJECTS, SELECTORS, SOURCES

if TYPE_CHECKING:
    from k8snetviz.collect.store import ObjectStore


def objects(store: ObjectStore) -> pd.DataFrame:
    """Return OBJECTS."""
    sources = [source.name for source in store.sources]
    rows: list[tuple[object, ...]] = [
        (kind.value, meta.namespace, meta.name, meta.uid, meta.resource_version or None, meta.creation_timestamp, sources[source])
        for kind, kept in store.kept.items()
        for meta, source in zip((item.metadata for item in kept.objects), kept.sources, strict=True)
    ]
    found = store.finished_pods()
    spaces = list(found.columns.namespaces)
    created = pd.Series(times(found.numbers("created"))).dt.tz_localize("UTC").tolist()
    rows += [
        (Kind.POD.value, spaces[space], name, uid, version, None if moment is pd.NaT else moment, sources[source])
        for space, name, uid, version, moment, source in zip(
            found.numbers("namespace").tolist(),
            found.texts("names"),
            found.texts("uids"),
            found.texts("versions"),
            created,
            found.numbers("source").tolist(),
            strict=True,
        )
    ]
    return frame_of(OBJECTS, rows)


def sources(store: ObjectStore) -> pd.DataFrame:
    """Return SOURCES."""
    return frame_of(SOURCES, [(s.name, s.layout, s.format, s.objects, s.duplicates, s.bytes) for s in store.sources])


def gaps(store: ObjectStore) -> pd.DataFrame:
    """Return GAPS."""
    return frame_of(GAPS, [(gap.kind and str(gap.kind), gap.namespace, gap.source, gap.reason.value, gap.detail) for gap in store.gaps])


def coverage(store: ObjectStore) -> pd.DataFrame:
    """Return COVERAGE."""
    return frame_of(COVERAGE, [(kind.value, namespace, complete) for kind, namespace, complete in store.coverage.rows(store)])


def labels(store: ObjectStore) -> pd.DataFrame:
    """Return LABELS."""
    rows: list[tuple[object, ...]] = [
        (kind.value, item.metadata.namespace, item.metadata.name, key, value)
        for kind, kept in store.kept.items()
        for item in kept.objects
        for key, value in (item.metadata.labels or {}).items()
    ]
    found = store.finished_pods()
    spaces, sets = list(found.columns.namespaces), found.label_sets
    rows += [
        (Kind.POD.value, spaces[space], name, key, value)
        for space, name, number in zip(found.numbers("namespace").tolist(), found.texts("names"), found.label_set.tolist(), strict=True)
        for key, value in sets[number]
    ]
    return frame_of(LABELS, rows)


def selectors(store: ObjectStore) -> pd.DataFrame:
    """Return SELECTORS."""
    rows = [
        (kind.value, item.metadata.namespace, item.metadata.name, *row)
        for kind, spec in specs().items()
        if spec.selectors is not None
        for item in store.objects(kind)
        for row in spec.selectors(item)
    ]
    return frame_of(SELECTORS, rows)


BUILDERS: dict[str, Builder] = {
    "objects": objects,
    "sources": sources,
    "gaps": gaps,
    "coverage": coverage,
    "labels": labels,
    "selectors": selectors,
}
