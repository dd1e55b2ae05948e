"""Pods as columns: blocks of decoded pods become codes, shared texts and numbers, never kept objects."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from k8snetviz.collect.addresses import canonical
from k8snetviz.collect.interning import ContainerSet, Interner, LabelSets, Times, container_set
from k8snetviz.collect.structs.pod import ContainerStatus, Pod, PodSpec, PodStatus

Condition = tuple[str, str | None, str | None, str | None]  # type, status, reason, message
Status = tuple[str, bool | None, int | None, str | None, str | None, int | None]
Owner = tuple[str, str, str | None]  # kind, name, uid


class Situation(NamedTuple):
    """All of a pod's status but times and addresses, and its readiness gates; shared by pods that are alike."""

    observed: bool  # there is a status at all (SN-23)
    phase: str | None
    reason: str | None
    conditions: tuple[Condition, ...]
    gates: tuple[str, ...]
    containers: tuple[Status, ...]
    init_containers: tuple[Status, ...]


class PodColumns:
    """Collects pods; one row per pod as read, copies included."""

    def __init__(self, label_sets: LabelSets, container_sets: Interner[ContainerSet], times: Times) -> None:
        self._label_sets, self._container_sets, self._times = label_sets, container_sets, times
        self.namespaces: Interner[str] = Interner()
        self.nodes: Interner[str | None] = Interner()
        self.owners: Interner[Owner | None] = Interner()
        self.hosts: Interner[tuple[str | None, str | None]] = Interner()  # hostname, subdomain
        self.situations: Interner[Situation] = Interner()
        self.names: list[str] = []
        self.uids: list[str | None] = []
        self.versions: list[str | None] = []
        self.addresses: list[str | None] = []  # canonical, first of podIPs
        self.further: dict[int, tuple[str, ...]] = {}  # row -> the other podIPs, canonical
        self.bad_addresses: dict[int, str] = {}  # row -> first address that does not parse
        self.source = array("i")
        self.namespace = array("i")
        self.node = array("i")
        self.owner = array("i")
        self.host = array("i")
        self.situation = array("i")
        self.label_set = array("i")
        self.container_set = array("i")
        self.host_network = array("b")
        self.created = array("q")
        self.deleted = array("q")
        self.started = array("q")
        self.condition_times = array("q")  # flat: as many per row as its situation has conditions

    def __len__(self) -> int:
        return len(self.names)

    def add(self, pods: list[Pod], source: int, scope: str) -> None:
        """Append one row per pod; a pod that cannot be read leaves nothing of its block behind."""
        metas = [pod.metadata for pod in pods]
        specs = [pod.spec for pod in pods]
        statuses = [pod.status or _NO_STATUS for pod in pods]
        labels = [self._label_sets.of_bytes(meta.labels) for meta in metas]
        times, containers = self._times, self._container_sets
        start = len(self.names)
        self.names += [meta.name for meta in metas]
        self.uids += [meta.uid for meta in metas]
        self.versions += [meta.resource_version or None for meta in metas]
        self.label_set.extend(labels)
        self.namespace.extend([self.namespaces(meta.namespace or scope) for meta in metas])
        self.created.extend([times(meta.creation_timestamp) for meta in metas])
        self.deleted.extend([times(meta.deletion_timestamp) for meta in metas])
        self.owner.extend([self.owners(_owner(pod)) for pod in pods])
        self.node.extend([self.nodes(spec.node_name or None) for spec in specs])
        self.host.extend([self.hosts((spec.hostname or None, spec.subdomain or None)) for spec in specs])
        self.host_network.extend([spec.host_network is True for spec in specs])
        self.container_set.extend([containers(container_set(spec)) for spec in specs])
        self.started.extend([times(status.start_time) for status in statuses])
        self.situation.extend([self.situations(_situation(s, p)) for s, p in zip(statuses, specs, strict=True)])
        for status in statuses:
            if status.conditions:
                self.condition_times.extend([times(condition.last_transition_time) for condition in status.conditions])
        self.addresses += [self._address(status, row) for row, status in enumerate(statuses, start)]
        self.source.extend([source] * len(pods))

    def _address(self, status: PodStatus, row: int) -> str | None:
        """Return the first address (NM-6); others and those that do not parse go to their places."""
        texts = [entry.ip for entry in status.pod_ips or () if entry.ip]
        if not texts:
            if not status.pod_ip:
                return None
            texts = [status.pod_ip]
        address, family = canonical(texts[0])
        if len(texts) > 1:
            others = [canonical(text) for text in texts[1:]]
            self.further[row] = tuple(text for text, _ in others)
            family = family and all(other for _, other in others) or None
        if family is None:
            self.bad_addresses[row] = next(text for text in texts if canonical(text)[1] is None)
        return address

    def column(self, name: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Return the numbers of column `name` as an array that shares their memory."""
        return np.asarray(getattr(self, name))


def _owner(pod: Pod) -> Owner | None:
    for reference in pod.metadata.owner_references or ():
        if reference.controller:
            return reference.kind, reference.name, reference.uid
    return None


def _situation(status: PodStatus, spec: PodSpec) -> Situation:
    return Situation(
        status is not _NO_STATUS,
        status.phase or None,
        status.reason or None,
        tuple([(c.type, c.status, c.reason or None, c.message or None) for c in status.conditions or ()]),
        tuple([gate.condition_type for gate in spec.readiness_gates or ()]),
        _statuses(status.container_statuses or ()),
        _statuses(status.init_container_statuses or ()),
    )


def _statuses(statuses: Iterable[ContainerStatus]) -> tuple[Status, ...]:
    return tuple([_status(status) for status in statuses])


def _status(status: ContainerStatus) -> Status:
    waiting = status.state.waiting if status.state else None
    ended = status.state.terminated if status.state else None
    return (
        status.name,
        status.ready,
        status.restart_count,
        waiting.reason or "" if waiting else None,
        ended.reason or "" if ended else None,
        ended.exit_code if ended else None,
    )


_NO_STATUS = PodStatus()
