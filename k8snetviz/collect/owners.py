"""The top workload that owns a pod, through ReplicaSets and Jobs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from k8snetviz.collect.interning import Labels
from k8snetviz.collect.structs.meta import OwnerReference
from k8snetviz.model.kinds import WORKLOADS, Kind

if TYPE_CHECKING:
    from k8snetviz.collect.store import ObjectStore

Workload = tuple[str | None, str | None]  # kind, name
_HASH = "pod-template-hash"
_DEPTH = 8  # owners of owners; a ring of owners ends here


def controller(references: Iterable[OwnerReference] | None) -> OwnerReference | None:
    """Return the owner that controls."""
    return next((reference for reference in references or () if reference.controller), None)


class Owners:
    """Looks up the top owner of pods among the collected workloads."""

    def __init__(self, store: ObjectStore) -> None:
        self._owner: dict[tuple[str, str | None, str], OwnerReference | None] = {}
        for kind in sorted(WORKLOADS):
            for item in store.objects(kind):
                meta = item.metadata
                self._owner[kind.value, meta.namespace, meta.name] = controller(meta.owner_references)

    def top(self, namespace: str, owner: OwnerReference | None, labels: Labels) -> Workload:
        """Return kind and name of the top workload; a ReplicaSet that was not collected tells its Deployment by name."""
        if owner is None:
            return None, None
        kind, name = owner.kind, owner.name
        for _ in range(_DEPTH):
            if (kind, namespace, name) not in self._owner:
                break
            found = self._owner[kind, namespace, name]
            if found is None:
                return kind, name
            kind, name = found.kind, found.name
        if kind == Kind.REPLICA_SET:
            suffix = f"-{dict(labels).get(_HASH)}"
            if name.endswith(suffix) and len(name) > len(suffix):
                return Kind.DEPLOYMENT.value, name.removesuffix(suffix)
        return kind, name
