"""Pods as columns: blocks of decoded pods become codes, shared texts and numbers; no pod object is kept."""

from __future__ import annotations

import sys
from array import array
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec
import numpy as np

from k8snetviz.collect.addresses import canonical, plain
from k8snetviz.collect.interning import ContainerSets, Interner, LabelSets
from k8snetviz.collect.moments import micros
from k8snetviz.collect.networks import Interface, interfaces
from k8snetviz.collect.structs.meta import OwnerReference
from k8snetviz.collect.structs.pod import ContainerStatus, Pod, PodMeta, PodSpec, PodStatus, ReadinessGate
from k8snetviz.collect.versions import Versions

Condition = tuple[str, str | None, str | None, str | None]  # type, status, reason, message


class Situation(NamedTuple):
    """A pod's status without times and addresses, and its readiness gates; pods that are alike share one."""

    observed: bool  # there is a status at all (SN-23)
    phase: str | None
    reason: str | None
    conditions: tuple[Condition, ...]
    gates: tuple[ReadinessGate, ...] | None
    containers: tuple[ContainerStatus, ...] | None
    init_containers: tuple[ContainerStatus, ...] | None


class Situations(Interner[Situation]):
    """Numbers for situations, which share their parts; asked for by plain tuples of the fields, which are equal to them."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: dict[Any, Any] = {}

    def __missing__(self, fields: tuple[Any, ...]) -> int:
        share = self._parts.setdefault
        observed, phase, reason, told, gates, *lists = fields
        conditions = tuple([share(c, c) for c in [tuple([part and sys.intern(part) for part in c]) for c in told]])
        statuses = [tuple([share(status, status) for status in found]) if found else found for found in lists]
        phase, reason = (text and sys.intern(text) for text in (phase, reason))
        number = self[Situation(observed, phase, reason, share(conditions, conditions), gates, *statuses)] = len(self)
        return number

    def settle(self) -> None:
        """Forget which parts were shared: no more pods will come."""
        self._parts.clear()


class OwnerLists(Interner[tuple[OwnerReference, ...] | None]):
    """Numbers for lists of owners, which share their texts."""

    def __missing__(self, owners: tuple[OwnerReference, ...] | None) -> int:
        for owner in owners or ():
            msgspec.structs.force_setattr(owner, "kind", sys.intern(owner.kind))
        return super().__missing__(owners)


class PodColumns:
    """Collects pods; one row per pod as read, copies included."""

    def __init__(self, label_sets: LabelSets, container_sets: ContainerSets) -> None:
        self._label_sets, self._container_sets = label_sets, container_sets
        self.namespaces: Interner[str] = Interner()
        self.nodes: Interner[str | None] = Interner()
        self.owners = OwnerLists()
        self.hosts: Interner[tuple[str | None, str | None]] = Interner()  # hostname, subdomain
        self.situations = Situations()
        self.names: list[str] = []
        self.uids: list[str | None] = []
        self.versions = Versions()
        self.addresses: list[str | None] = []  # first of podIPs, canonical
        self.seconds: list[str | None] = []  # second of podIPs, canonical
        self.further: dict[int, tuple[str, ...]] = {}  # row -> podIPs beyond two, canonical
        self.bad: dict[int, str] = {}  # row -> first address that does not parse
        self.interfaces: dict[int, tuple[Interface, ...]] = {}  # row -> what the CNI plugin tells
        self.unread_interfaces: set[int] = set()  # rows whose CNI annotation cannot be read
        self.source, self.namespace, self.node, self.owner = (array("i") for _ in range(4))
        self.host, self.situation, self.label_set, self.container_set = (array("i") for _ in range(4))
        self.host_network = array("b")
        self.created, self.deleted, self.started = (array("q") for _ in range(3))
        self._time_texts: tuple[list[str | None], ...] = ([], [], [], [])  # not yet decoded
        self.condition_times = array("q")  # flat: as many per row as its situation has conditions

    def __len__(self) -> int:
        return len(self.names)

    def add(self, pods: list[Pod], source: int, scope: str) -> set[str]:
        """Append one row per pod and return their namespaces; when one cannot be read, nothing is appended."""
        metas = [pod.metadata for pod in pods]
        specs = [pod.spec for pod in pods]
        statuses = [pod.status or _NO_STATUS for pod in pods]
        names = [meta.name for meta in metas]
        if not all(names):
            raise msgspec.ValidationError("it has no name")
        label_sets = list(map(self._label_sets.__getitem__, map(bytes, [meta.labels for meta in metas])))
        start = len(self.names)
        self.names += names
        self.uids += [meta.uid for meta in metas]
        self.versions.extend([meta.resource_version for meta in metas])
        self.label_set.extend(label_sets)
        spaces = [meta.namespace or scope for meta in metas]
        self.namespace.extend(self.namespaces.all(spaces))
        self.owner.extend(self.owners.all([meta.owner_references for meta in metas]))
        self.node.extend(self.nodes.all([spec.node_name or None for spec in specs]))
        shared = [name if name == spec.hostname else spec.hostname for name, spec in zip(names, specs, strict=True)]
        self.host.extend(self.hosts.all([(host, spec.subdomain) for host, spec in zip(shared, specs, strict=True)]))
        self.host_network.extend([spec.host_network is True for spec in specs])
        lists = [(spec.containers, spec.init_containers, spec.ephemeral_containers, spec.host_network) for spec in specs]
        self.container_set.extend(map(self._container_sets.__getitem__, lists))
        self.situation.extend(self.situations.all(map(_situation, statuses, specs)))
        self.source.extend([source] * len(pods))
        self._add_times(metas, statuses)
        self._add_addresses(statuses, start)
        self._add_interfaces(metas, start)
        return set(spaces)

    def _add_interfaces(self, metas: list[PodMeta], start: int) -> None:
        for row, meta in enumerate(metas, start):
            if meta.annotations is not None:
                found = interfaces(meta.annotations)
                if found is None:
                    self.unread_interfaces.add(row)
                elif found:
                    self.interfaces[row] = found

    def _add_times(self, metas: list[PodMeta], statuses: list[PodStatus]) -> None:
        created, deleted, started, conditions = self._time_texts
        created += [meta.creation_timestamp for meta in metas]
        deleted += [meta.deletion_timestamp for meta in metas]
        started += [status.start_time for status in statuses]
        conditions += [condition.last_transition_time for status in statuses if status.conditions for condition in status.conditions]
        if len(created) > _MANY:
            self._decode_times()

    def _decode_times(self) -> None:
        for texts, column in zip(self._time_texts, (self.created, self.deleted, self.started, self.condition_times), strict=True):
            column.frombytes(micros(texts).tobytes())
            texts.clear()

    def settle(self) -> None:
        """Bring what waits into the columns, and forget what only more pods would need."""
        self._decode_times()
        self._label_sets.clear()
        self._container_sets.clear()
        self.situations.settle()

    def _add_addresses(self, statuses: list[PodStatus], start: int) -> None:
        """Append the addresses (NM-6); those beyond two and those that do not parse go to their places."""
        entries_of = [status.pod_ips or () for status in statuses]
        if max(map(len, entries_of), default=0) <= 2:
            alone = [status.pod_ip or None for status in statuses]
            firsts = plain([entries[0].ip if entries else text for entries, text in zip(entries_of, alone, strict=True)])
            seconds = plain([entries[1].ip if len(entries) == 2 else None for entries in entries_of])
            if firsts is not None and seconds is not None:
                self.addresses += firsts
                self.seconds += seconds
                return
        self._look_at_addresses(statuses, start)

    def _look_at_addresses(self, statuses: list[PodStatus], start: int) -> None:
        for row, status in enumerate(statuses, start):
            entries = status.pod_ips
            texts = [entry.ip for entry in entries if entry.ip] if entries else []
            if not texts and status.pod_ip:
                texts = [status.pod_ip]
            self.addresses.append(self._canonical(row, texts[0]) if texts else None)
            self.seconds.append(self._canonical(row, texts[1]) if len(texts) > 1 else None)
            if len(texts) > 2:
                self.further[row] = tuple([self._canonical(row, text) for text in texts[2:]])

    def _canonical(self, row: int, text: str) -> str:
        found, family = canonical(text)
        if family is None:
            self.bad.setdefault(row, text)
        return found

    def column(self, name: str) -> np.ndarray[tuple[int], np.dtype[Any]]:
        """Return the numbers of column `name` as an array that shares their memory."""
        return np.asarray(getattr(self, name))


def _situation(status: PodStatus, spec: PodSpec) -> Any:
    """Return the fields of the pod's Situation: a plain tuple, which costs half of what a NamedTuple does."""
    return (
        status is not _NO_STATUS,
        status.phase,
        status.reason,
        tuple(map(_CONDITION, status.conditions)) if status.conditions else (),
        spec.readiness_gates,
        status.container_statuses,
        status.init_container_statuses,
    )


_MANY = 4096  # pods whose times are decoded together: per text it is cheap, per call it is not
_CONDITION = attrgetter("type", "status", "reason", "message")
_NO_STATUS = PodStatus()
