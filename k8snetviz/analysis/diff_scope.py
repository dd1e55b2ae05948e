"""What both snapshots know: where something may be called removed, and what of them cannot be compared (NOT_COMPARED)."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from k8snetviz.analysis.columns import flags, texts
from k8snetviz.analysis.coverage import gap_reasons
from k8snetviz.model.kinds import CLUSTER_SCOPED, WORKLOADS, GapReason, Kind
from k8snetviz.model.printable import printable
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables.changes import NOT_COMPARED, Side, Uncompared

_EVIDENCE = (Kind.ENDPOINT_SLICE, Kind.ENDPOINTS)
_ROUTES = (
    *(Kind.INGRESS, Kind.INGRESS_CLASS, Kind.GATEWAY, Kind.HTTP_ROUTE, Kind.GRPC_ROUTE, Kind.TCP_ROUTE, Kind.TLS_ROUTE, Kind.UDP_ROUTE),
    *(Kind.REFERENCE_GRANT, Kind.OPENSHIFT_ROUTE),
)
_POLICIES = (Kind.NETWORK_POLICY, Kind.ADMIN_NETWORK_POLICY, Kind.BASELINE_ADMIN_NETWORK_POLICY, Kind.CLUSTER_NETWORK_POLICY)
COMPARED = (Kind.NAMESPACE, Kind.NODE, Kind.POD, Kind.SERVICE, Kind.SERVICE_CIDR, *_EVIDENCE, *_ROUTES, *_POLICIES, *sorted(WORKLOADS))


class Scope:
    """What `before` and `after` know, side by side."""

    def __init__(self, before: Snapshot, after: Snapshot) -> None:
        self.before, self.after = before, after
        self._told: dict[tuple[str, str | None], tuple[bool, bool]] = {}
        self._alike: dict[str, tuple[bool, bool]] = {}

    @cached_property
    def same_cluster(self) -> bool:
        """Whether uids may be compared: nothing tells that these are two clusters."""
        one, other = self.before.provenance.cluster, self.after.provenance.cluster
        return one is None or other is None or one == other

    def knows(self, kind: str, namespace: str | None) -> tuple[bool, bool]:
        """Return, for before and after, whether absence of `kind` in `namespace` means that there is none."""
        found = self._told.get((kind, namespace))
        if found is None:
            found = self.before.knows(Kind(kind), namespace), self.after.knows(Kind(kind), namespace)
            self._told[kind, namespace] = found
        return found

    def pods_alike(self, namespace: str) -> bool:
        """Tell whether both know the pods of `namespace`, or neither does."""
        if namespace not in self._alike:
            self._alike[namespace] = self._pods_alike(namespace), self._evidence_alike(namespace)
        return self._alike[namespace][0]

    def evidence_alike(self, namespace: str) -> bool:
        """Tell whether both observed endpoints of `namespace` in the same form, or neither did."""
        self.pods_alike(namespace)
        return self._alike[namespace][1]

    def _pods_alike(self, namespace: str) -> bool:
        one, other = self.knows(Kind.POD.value, namespace)
        return one == other and not (namespace in self._manifests[0] or namespace in self._manifests[1])

    def _evidence_alike(self, namespace: str) -> bool:
        sides = zip(*(self.knows(kind.value, namespace) for kind in _EVIDENCE), strict=True)
        one, other = ("slices" if slices else "endpoints" if endpoints else None for slices, endpoints in sides)
        return one == other

    @property
    def nodes_alike(self) -> bool:
        """Whether both know the Nodes, or neither does."""
        one, other = self.knows(Kind.NODE.value, None)
        return one == other

    @cached_property
    def _manifests(self) -> tuple[set[str], set[str]]:
        """Namespaces in which workloads stand for their pods."""
        sides = (snap.pods for snap in (self.before, self.after))
        one, other = (set(texts(pods["namespace"])[flags(pods["template"])]) for pods in sides)
        return one, other

    def not_compared(self) -> list[dict[str, object]]:
        """Return the rows of NOT_COMPARED that follow from what was read."""
        rows: list[dict[str, object]] = []
        for kind in COMPARED:
            rows += self._lost(kind, Side.BEFORE, self.before, self.after) + self._lost(kind, Side.AFTER, self.after, self.before)
        for side, spaces in zip(Side, self._manifests, strict=True):
            rows += [
                _row(Kind.POD, space, side, Uncompared.MANIFEST, "only manifests are known, workloads stand for their pods")
                for space in spaces
            ]
        if not self.same_cluster:
            text = "the two snapshots are of different clusters: the same name is not the same object, so uids are not compared"
            rows.append(_row(Kind.NAMESPACE, None, Side.AFTER, Uncompared.OTHER_CLUSTER, text))
        return rows

    def _lost(self, kind: Kind, side: Side, lacking: Snapshot, other: Snapshot) -> list[dict[str, object]]:
        """Return what `lacking` does not know of `kind` and the `other` does."""
        if lacking.knows(kind) or not len(_read(other, kind)):
            return []
        if kind in CLUSTER_SCOPED:
            return [_gap_row(kind, None, side, lacking)]
        spaces = _spaces_of(other, kind) | {space for space in _read(other, kind) if space is not None}
        known_none = not any(lacking.knows(kind, space) for space in spaces) and not _read(lacking, kind)
        if known_none:
            return [_gap_row(kind, None, side, lacking)]
        return [_gap_row(kind, space, side, lacking) for space in sorted(spaces) if not lacking.knows(kind, space)]


def not_compared_table(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Return NOT_COMPARED of `rows`."""
    return NOT_COMPARED.from_rows(rows)


def _read(snap: Snapshot, kind: Kind) -> set[str | None]:
    """Return the namespaces in which `kind` was read, whole or in part; None stands for all."""
    coverage = snap.coverage
    return set(texts(coverage["namespace"])[texts(coverage["kind"]) == kind.value].tolist())


def _spaces_of(snap: Snapshot, kind: Kind) -> set[str]:
    objects = snap.objects
    spaces = texts(objects["namespace"])[texts(objects["kind"]) == kind.value]
    return {space for space in spaces.tolist() if space is not None}


def _gap_row(kind: Kind, space: str | None, side: Side, lacking: Snapshot) -> dict[str, object]:
    reasons = gap_reasons(lacking, kind)
    reason = Uncompared(reasons.get(space) or reasons.get(None) or GapReason.NOT_COLLECTED.value)
    return _row(kind, space, side, reason, f"not known whole in the snapshot {side.value}")


def _row(kind: Kind, space: str | None, side: Side, reason: Uncompared, why: str) -> dict[str, object]:
    where = f" of namespace {printable(space, limit=120)}" if space is not None else ""
    plural = kind.value if kind.value.endswith("s") else f"{kind.value[:-1]}ies" if kind.value.endswith("y") else f"{kind.value}s"
    plural = f"{kind.value}es" if kind.value.endswith("ss") else plural
    detail = f"{plural}{where} were not compared: {why}."
    return {"kind": kind.value, "namespace": space, "side": side.value, "reason": reason.value, "detail": detail}
