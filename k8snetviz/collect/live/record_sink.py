"""Takes what a cluster tells and writes it at once: nothing is kept but what the manifest needs."""

from __future__ import annotations

from typing import Any

import msgspec

from k8snetviz import __version__
from k8snetviz.collect.batches import Batch, Gap
from k8snetviz.collect.coverage import Row
from k8snetviz.collect.decoding import decode
from k8snetviz.collect.kindspec import KindSpec
from k8snetviz.collect.snapshot_file import FORMAT, VERSION, Manifest, SavedCoverage, SavedGap, SavedSource, Window, config_of
from k8snetviz.collect.snapshot_writer import SnapshotWriter
from k8snetviz.model.kinds import GapReason, Kind

_LABELS = msgspec.json.Decoder(dict[str, str | None] | None)


class FileSink:
    """A Sink (collect/sink.py) over a snapshot file; batches of one kind must come one after the other."""

    def __init__(self, writer: SnapshotWriter) -> None:
        self._writer = writer
        self._batch = Batch(b"[]", 0)
        self._names: list[str] = []  # of Namespaces
        self._system: str | None = None  # uid of the Namespace kube-system
        self._hints: dict[str, str] = {}
        self.sources: list[SavedSource] = []
        self.gaps: list[Gap] = []
        self.told: list[Row] = []

    def source(self, name: str, layout: str, form: str) -> int:
        """Announce a list; return its number for ``Batch.source``."""
        self.sources.append(SavedSource(name, layout, form, 0, 0, 0))
        return len(self.sources) - 1

    def read(self, source: int, size: int) -> None:
        """Note how many bytes the list had."""
        self.sources[source].bytes += size

    def add(self, batch: Batch) -> bool:
        """Write a batch; False when its items are no JSON array and nothing was written."""
        self._batch = batch
        return decode(batch, self)

    def gap(self, gap: Gap) -> None:
        """Note something that is not known."""
        self.gaps.append(gap)

    def hint(self, name: str, value: str) -> None:
        """Note what is told of the whole."""
        self._hints.setdefault(name, value)

    def known(self, kind: Kind, namespace: str | None, *, complete: bool) -> None:
        """Note that a list was read."""
        self.told.append((kind, namespace, complete))

    def objects_of(self, source: int) -> int:
        """Return how many objects came from a list so far."""
        return self.sources[source].objects

    def namespace_names(self) -> list[str]:
        """Return the namespaces that the cluster showed, in order."""
        return sorted(self._names)

    def take(self, spec: KindSpec, items: list[Any]) -> None:
        """Write decoded `items`; one that has no name, or labels that are none, cannot be written."""
        if not items:
            return
        metas = [item.metadata for item in items]
        if not all(meta.name for meta in metas):
            raise msgspec.ValidationError("it has no name")
        if spec.kind is Kind.POD:
            for meta in metas:
                if labels := bytes(meta.labels):
                    _LABELS.decode(labels)
        for item, meta in zip(items, metas, strict=True):
            meta.namespace = (meta.namespace or self._batch.scope or "default") if spec.namespaced else None
            item.kind = item.api_version = None  # told by the List
        self._writer.list(spec).add(items, [(self._batch.source, len(items))])
        self.sources[self._batch.source].objects += len(items)
        if spec.kind is Kind.NAMESPACE:
            self._names += [meta.name for meta in metas]
            self._system = next((meta.uid for meta in metas if meta.name == "kube-system"), self._system)

    def unread(self, kind: Kind | None, namespace: str | None, detail: str) -> None:
        """Note an item that cannot be read."""
        self.gap(Gap(GapReason.UNREADABLE, detail, kind, namespace, self.sources[self._batch.source].source))

    def manifest(self) -> Manifest:
        """Return the manifest: all lists are through. What follows from the objects is left to whoever reads the file."""
        self._writer.end()
        gaps = dict.fromkeys(self.gaps)
        return Manifest(
            format=FORMAT,
            version=VERSION,
            toolkit_version=__version__,
            cluster=self._system,
            server_version=self._hints.get("server_version"),
            window=Window(self._hints.get("started"), self._hints.get("finished")),
            kinds=self._writer.members,
            coverage=[SavedCoverage(kind.value, namespace, complete) for kind, namespace, complete in self.told],
            gaps=[SavedGap(gap.reason.value, gap.detail, gap.kind, gap.namespace, gap.source) for gap in gaps],
            sources=self.sources,
            cluster_config=config_of(self._hints),
            concluded=False,
        )
