"""Workloads that stand for their pods where no pods were collected (SN-12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from k8snetviz.collect.owners import controller
from k8snetviz.collect.registry import specs
from k8snetviz.collect.structs.pod import PodTemplate
from k8snetviz.model.kinds import WORKLOADS, Kind
from k8snetviz.model.tables import PODS

if TYPE_CHECKING:
    from k8snetviz.collect.store import ObjectStore


def template_rows(store: ObjectStore, represented: set[tuple[str, str | None, str | None]]) -> list[tuple[Any, ...]]:
    """Return rows of PODS for the top workloads of namespaces whose pods no list told.

    Only a manifest stands for its pods: a workload of a live cluster has pods of its own, which were not read.
    A workload scaled to zero has none, nor has one in `represented` (namespace, kind, name), of which a pod was read.
    """
    covered = {namespace for kind, namespace, _ in store.coverage.rows(store) if kind is Kind.POD}
    if None in covered:
        return []
    rows = []
    for kind in sorted(WORKLOADS & specs().keys()):
        template = specs()[kind].template
        for item in store.objects(kind) if template else ():
            meta, found = item.metadata, template(item) if template else None
            if found is None or meta.namespace in covered or (meta.namespace, kind.value, meta.name) in represented:
                continue
            if _is_manifest(item) and getattr(item.spec, "replicas", None) != 0 and controller(meta.owner_references) is None:
                rows.append(_row(store, kind, item, found))
    return rows


def _is_manifest(item: Any) -> bool:
    """Tell whether `item` was never in a cluster: no status, or an empty one and no uid, as dry runs print it (SN-12)."""
    told = hasattr(item, "status")
    if told and item.status is None:
        return True
    return item.metadata.uid is None and (not told or item.status == type(item.status)())


def _row(store: ObjectStore, kind: Kind, item: Any, template: PodTemplate) -> tuple[Any, ...]:
    meta, spec = item.metadata, template.spec
    label_set, container_set = store.template_sets(template)
    told = {
        "namespace": meta.namespace,
        "pod": meta.name,
        "node": spec.node_name or None,
        "host_network": spec.host_network is True,
        "workload_kind": kind.value,
        "workload": meta.name,
        "hostname": spec.hostname or None,
        "subdomain": spec.subdomain or None,
        "label_set": label_set,
        "container_set": container_set,
        "template": True,
    }
    return tuple(told.get(column) for column in PODS.names)
