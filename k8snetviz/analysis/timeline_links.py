"""Which objects belong to which Services: pods behind them, what owns those pods, their slices."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from k8snetviz.analysis.columns import cells, texts
from k8snetviz.analysis.ledger import backends
from k8snetviz.model.kinds import Kind
from k8snetviz.model.snapshot import Snapshot

Service = tuple[str, str]
Services = frozenset[Service]
Object = tuple[str, str, str]  # kind, namespace, name
NO_SERVICES: Services = frozenset()


class Links:
    """Objects of all snapshots with the Services they belong to in any of them; equal sets of Services are kept once."""

    def __init__(self) -> None:
        self._of: dict[Object, Services] = {}
        self._kept: dict[Services, Services] = {NO_SERVICES: NO_SERVICES}

    def add(self, snap: Snapshot) -> None:
        """Take in who belongs to whom in `snap`."""
        behind = _behind(snap)
        owners = zip(*(texts(snap.pods[name]).tolist() for name in ("namespace", "pod", "owner_kind", "owner")), strict=True)
        found: dict[Object, Services] = {(Kind.POD.value, *pod): services for pod, services in behind.items()}
        _join(found, (((kind, space, owner), behind[space, pod]) for space, pod, kind, owner in owners if kind and (space, pod) in behind))
        named = ("namespace", "service", "pod_namespace", "workload_kind", "workload")
        told = backends(snap)[[*named]].drop_duplicates()
        _join(found, (((row[3], row[2], row[4]), frozenset([row[:2]])) for row in cells(told, *named) if row[3] and row[4] and row[2]))
        for space, service in cells(snap.services, "namespace", "service"):
            own = frozenset([(space, service)])
            found[Kind.SERVICE.value, space, service] = found[Kind.ENDPOINTS.value, space, service] = own
        for space, name, service in cells(snap.slices, "namespace", "slice", "service"):
            if service:
                found[Kind.ENDPOINT_SLICE.value, space, name] = frozenset([(space, service)])
        for key, services in found.items():
            before = self._of.get(key, NO_SERVICES)
            if not services <= before:
                both = before | services
                self._of[key] = self._kept.setdefault(both, both)

    def of(self, kind: str | None, namespace: str | None, name: str | None) -> list[Service]:
        """Return the Services that an object belongs to, in order."""
        return sorted(self._of.get((kind or "", namespace or "", name or ""), NO_SERVICES))


def _behind(snap: Snapshot) -> dict[Service, Services]:
    """Return per pod (namespace, name) the Services it is a candidate of."""
    ledger = backends(snap)
    pairs = ledger.loc[ledger["pod"].notna(), ["pod_namespace", "pod", "namespace", "service"]].drop_duplicates()
    found: dict[Any, Services] = {}
    kept: dict[Services, Services] = {}
    for space, pod, namespace, service in cells(pairs, *pairs.columns):
        services = found.get((space, pod), NO_SERVICES) | {(namespace, service)}
        found[space, pod] = kept.setdefault(services, services)
    return found


def _join(found: dict[Object, Services], more: Iterable[tuple[Any, Services]]) -> None:
    for key, services in more:
        found[key] = found.get(key, NO_SERVICES) | services
