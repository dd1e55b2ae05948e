"""The top workload that owns a pod, through ReplicaSets and Jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from k8snetviz.collect.interning import Labels
from k8snetviz.collect.pod_columns import Owner
from k8snetviz.model.kinds import WORKLOADS, Kind

if TYPE_CHECKING:
    from k8snetviz.collect.store import ObjectStore

Workload = tuple[str | None, str | None]  # kind, name
_HASH = "pod-template-hash"
_DEPTH = 8  # owners of owners; a ring of owners ends here


class Owners:
    """Looks up the top owner of pods among the collected workloads."""

    def __init__(self, store: ObjectStore) -> None:
        self._owner: dict[tuple[str, str | None, str], Workload] = {}
        for kind in sorted(WORKLOADS):
            for item in store.objects(kind):
                meta = item.metadata
                self._owner[kind.value, meta.namespace, meta.name] = next(
                    ((ref.kind, ref.name) for ref in meta.owner_references or () if ref.controller), (None, None)
                )

    def top(self, namespace: str, owner: Owner | None, labels: Labels) -> Workload:
        """Return kind and name of the top workload; a ReplicaSet that was not collected tells its Deployment by name."""
        if owner is None:
            return None, None
        kind, name, _ = owner
        for _ in range(_DEPTH):
            found = self._owner.get((kind, namespace, name))
            if found is None:
                break
            if found[0] is None or found[1] is None:
                return kind, name
            kind, name = found
        if kind == Kind.REPLICA_SET:
            suffix = f"-{dict(labels).get(_HASH)}"
            if name.endswith(suffix) and len(name) > len(suffix):
                return Kind.DEPLOYMENT.value, name.removesuffix(suffix)
        return kind, name
