"""The store behind a Snapshot: takes batches, keeps structs and pod columns, expands declared tables."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd

from k8snetviz.collect.bad_addresses import bad_addresses
from k8snetviz.collect.batches import Batch, Gap
from k8snetviz.collect.coverage import Coverage
from k8snetviz.collect.decoding import decode, spec_of
from k8snetviz.collect.duplicates import Copy, kept_copy
from k8snetviz.collect.interning import ContainerSets, LabelSets
from k8snetviz.collect.kindspec import KindSpec
from k8snetviz.collect.moments import one_moment
from k8snetviz.collect.pod_columns import PodColumns
from k8snetviz.collect.pods import Pods
from k8snetviz.collect.registry import builders, pod_builders, specs
from k8snetviz.collect.structs.pod import PodTemplate
from k8snetviz.model.coded import CodedTable
from k8snetviz.model.kinds import GapReason, Kind
from k8snetviz.model.pauses import short_pause
from k8snetviz.model.tables import SNAPSHOT_TABLES

_TABLES = {table.name: table for table in SNAPSHOT_TABLES}


class Source(msgspec.Struct):
    """One row of SOURCES in the making."""

    name: str
    layout: str
    format: str
    objects: int = 0
    duplicates: int = 0
    bytes: int = 0


class Kept(msgspec.Struct):
    """Objects of one kind and the sources they came from; sorted and without copies once the store is finished."""

    objects: list[Any] = []
    sources: list[int] = []


class ObjectStore:
    """Fill it (`source`, `add`, `read`, `gap`, `hint`), then `finish` it; tables expand on first use."""

    def __init__(self) -> None:
        self.sources: list[Source] = []
        self.gaps: list[Gap] = []
        self._addresses: list[Gap] | None = None  # gaps for addresses that do not parse
        self.hints: dict[str, str] = {}
        self.coverage = Coverage()
        self.label_sets = LabelSets()
        self.container_sets = ContainerSets()
        self.columns = PodColumns(self.label_sets, self.container_sets)
        self.kept: dict[Kind, Kept] = {}
        self.pods: Pods | None = None
        self.restored_sources = 0  # how many of the sources stand in a .k8snet file, which tells gaps and coverage itself
        self._batch = Batch(b"[]", 0)

    # -- filling (collect/sink.py) --------------------------------------------------------------

    def source(self, name: str, layout: str, form: str) -> int:
        """Announce a file, member or page; return its number for ``Batch.source``."""
        self.sources.append(Source(name, layout, form))
        return len(self.sources) - 1

    def read(self, source: int, size: int) -> None:
        """Note how many bytes the source had after decompression."""
        self.sources[source].bytes += size

    def gap(self, gap: Gap) -> None:
        """Note something that is not known."""
        self.gaps.append(gap)

    def hint(self, name: str, value: str) -> None:
        """Note what a layout tells of the whole: ``server_version``, ``started``, ``finished``, ``cluster``."""
        self.hints.setdefault(name, value)

    def add(self, batch: Batch) -> bool:
        """Take a batch; False when its items are no JSON array and nothing was kept."""
        self._batch = batch
        if not decode(batch, self):
            return False
        spec = spec_of(batch.kind, batch.api_version)
        if spec is not None and batch.listed:
            self.coverage.listed(spec.kind, batch.source, batch.scope, complete=batch.complete)
        return True

    def take(self, spec: KindSpec, items: list[Any]) -> None:
        """Keep decoded `items`; one that has no name cannot be kept."""
        batch = self._batch
        if not items:
            return
        scope = batch.scope or "default"
        spaces = self.columns.add(items, batch.source, scope) if spec.kind is Kind.POD else self._keep(spec, items, scope)
        self.sources[batch.source].objects += len(items)
        self.coverage.seen(spec.kind, batch, spaces)

    def _keep(self, spec: KindSpec, items: list[Any], scope: str) -> set[str]:
        metas = [item.metadata for item in items]
        if not all(meta.name for meta in metas):
            raise msgspec.ValidationError("it has no name")
        for item, meta in zip(items, metas, strict=True):
            meta.namespace = (meta.namespace or scope) if spec.namespaced else None
            item.kind = item.api_version = None  # told by the kind under which it is kept
        kept = self.kept.setdefault(spec.kind, Kept())
        kept.objects += items
        kept.sources += [self._batch.source] * len(items)
        return {meta.namespace for meta in metas} if spec.namespaced else set()

    def unread(self, kind: Kind | None, namespace: str | None, detail: str) -> None:
        """Note an item that cannot be read."""
        self.gap(Gap(GapReason.UNREADABLE, detail, kind, namespace, self.sources[self._batch.source].name))

    # -- finished -------------------------------------------------------------------------------

    def finish(self) -> ObjectStore:
        """Drop copies, bring everything into order; nothing can be added afterwards."""
        if self.pods is None:
            for kind, kept in self.kept.items():
                self._drop_copies(kind, kept)
            self.pods = Pods(self, *self._template_numbers())
            if self.restored_sources < len(self.sources):
                self.gaps += self.coverage.gaps(self)
            self.gaps = list(dict.fromkeys(self.gaps))
        return self

    def all_gaps(self) -> list[Gap]:
        """Return every gap. Addresses are looked at when somebody asks for gaps, so that a load does not pay for it."""
        self.finish()
        if self._addresses is None:
            self._addresses = bad_addresses(self) if self.restored_sources < len(self.sources) else []
        return list(dict.fromkeys([*self.gaps, *self._addresses]))

    def objects(self, kind: Kind) -> list[Any]:
        """Return the objects of `kind` in the order of namespace and name, copies dropped; not for pods."""
        self.finish()
        return self.kept[kind].objects if kind in self.kept else []

    def template_sets(self, template: PodTemplate | None) -> tuple[int | None, int | None]:
        """Return the numbers of the label set and the container list of a pod template."""
        if template is None:
            return None, None
        pods = self.finished_pods()
        labels = self.label_sets.of(template.metadata.labels)
        return pods.label_number(labels), pods.container_number(self.container_sets.of(template.spec))

    def expand(self, table: str) -> pd.DataFrame | CodedTable:
        """Return the declared `table`; long ones on codes, which nobody may want spelled out."""
        self.finish()
        builder = builders().get(table)
        if builder is None:
            return _TABLES[table].empty()
        with short_pause():
            return builder(self)

    def of_pod(self, table: str, namespace: str, pod: str) -> pd.DataFrame:
        """Return the rows of `table` of one pod only."""
        place = self.finished_pods().place_of(namespace, pod)
        if place is None:
            return _TABLES[table].empty()
        return pod_builders()[table](self, slice(place, place + 1))

    def labels_of(self, kinds: Sequence[str]) -> pd.DataFrame:
        """Return LABELS of objects of `kinds` only."""
        from k8snetviz.collect.tables_known import labels_of

        self.finish()
        with short_pause():
            return labels_of(self, kinds)

    def beside(self, other: ObjectStore) -> tuple[ObjectStore, ObjectStore] | None:
        """Return this store and `other` narrowed to what may differ; None where that cannot be told."""
        from k8snetviz.collect.beside import narrowed

        return narrowed(self, other)

    def namespaces(self) -> set[str]:
        """Return every namespace that an object names."""
        spaces = {item.metadata.name for item in self.objects(Kind.NAMESPACE)} | set(self.columns.namespaces)
        return spaces.union(*({item.metadata.namespace for item in kept.objects} for kept in self.kept.values())) - {None}

    def counts(self) -> dict[str, int]:
        """Return the number of objects of each kind, copies dropped."""
        pods = self.finished_pods()
        counted = {kind.value: len(kept.objects) for kind, kept in self.kept.items()} | ({"Pod": len(pods)} if len(pods) else {})
        return dict(sorted(counted.items()))

    def write(self, path: Path) -> None:
        """Write a ``.k8snet`` file."""
        from k8snetviz.collect.save import write_snapshot_file

        write_snapshot_file(self, path)

    def count_read(self, kind: Kind | None) -> int:
        """Return how many objects of `kind` were taken so far."""
        if kind is Kind.POD:
            return len(self.columns)
        return len(self.kept[kind].objects) if kind in self.kept else 0

    def set_sources(self, kind: Kind, sources: list[int]) -> None:
        """Tell from which source each of the objects taken last came."""
        if kind is Kind.POD:
            self.columns.source[len(self.columns) - len(sources) :] = array("i", sources)
        elif sources:
            held = self.kept[kind].sources
            held[len(held) - len(sources) :] = sources

    def finished_pods(self) -> Pods:
        """Return the pods, finishing the store if need be."""
        self.finish()
        assert self.pods is not None
        return self.pods

    def _template_numbers(self) -> tuple[set[int], set[int]]:
        """Return the numbers of the label sets and container lists of pod templates, before numbers are put in order."""
        label_sets, container_sets = set(), set()
        for kind, kept in self.kept.items():
            template = specs()[kind].template
            for found in map(template, kept.objects) if template else ():
                if found is not None:
                    label_sets.add(self.label_sets.of(found.metadata.labels))
                    container_sets.add(self.container_sets.of(found.spec))
        return label_sets, container_sets

    def _drop_copies(self, kind: Kind, kept: Kept) -> None:
        metas = [item.metadata for item in kept.objects]
        order = sorted(range(len(metas)), key=lambda row: (metas[row].namespace or "", metas[row].name))
        chosen: list[int] = []
        start = 0
        for end in range(1, len(order) + 1):
            first = metas[order[start]]
            if end < len(order) and metas[order[end]].name == first.name and metas[order[end]].namespace == first.namespace:
                continue
            rows = order[start:end]
            if len(rows) > 1:
                copies = [Copy(metas[r].uid, metas[r].resource_version, one_moment(metas[r].creation_timestamp)) for r in rows]
                rows = [self.choose(kind, first.namespace, first.name, copies, [(row, kept.sources[row]) for row in rows])]
            chosen.append(rows[0])
            start = end
        kept.objects = [kept.objects[row] for row in chosen]
        kept.sources = [kept.sources[row] for row in chosen]

    def choose(self, kind: Kind, namespace: str | None, name: str, copies: list[Copy], rows: list[tuple[int, int]]) -> int:
        """Return the row to keep of several copies, given as pairs of row and source; count and note the others."""
        best, replaced = kept_copy(copies)
        for position, (_, source) in enumerate(rows):
            self.sources[source].duplicates += position != best
        if replaced is not None:
            text = f"{name}: two objects of this name, the newer one (uid {copies[best].uid}) was kept, uid {replaced} was dropped"
            self.gap(Gap(GapReason.REPLACED, text, kind, namespace, self.sources[rows[best][1]].name))
        return rows[best][0]
