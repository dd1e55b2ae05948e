"""Pod columns -> API-shaped items again, pruned to what was kept; for the snapshot file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from k8snetviz.collect.interning import ContainerSet
from k8snetviz.collect.moments import NO_TIME
from k8snetviz.collect.networks import annotation_of
from k8snetviz.collect.pod_columns import Situation
from k8snetviz.collect.structs.pod import Container, ContainerPort, Pod, PodCondition, PodIP, PodMeta, PodSpec, PodStatus
from k8snetviz.model.kinds import ContainerRole

if TYPE_CHECKING:
    from k8snetviz.collect.pods import Numbers, Pods

_BLOCK = 500
_SECOND = 1_000_000


def pod_items(found: Pods) -> Iterator[list[Pod]]:
    """Yield the pods in order, in blocks."""
    writer = _Writer(found)
    for start in range(0, len(found), _BLOCK):
        yield writer.block(slice(start, start + _BLOCK))


def time_texts(micros: Numbers) -> list[str | None]:
    """Return times as the API writes them; a fraction only where there is one."""
    whole = (micros % _SECOND == 0).all()
    texts = np.datetime_as_string(micros.astype("datetime64[us]"), unit="s" if whole else "us").tolist()
    return [None if micro == NO_TIME else text + "Z" for micro, text in zip(micros.tolist(), texts, strict=True)]


class _Writer:
    """Builds items; what many pods share is built once."""

    def __init__(self, found: Pods) -> None:
        self._found, columns = found, found.columns
        self._labels = [msgspec.Raw(msgspec.json.encode(dict(labels))) for labels in found.label_sets]
        self._containers = [_containers(containers) for containers in found.container_sets]
        self._spaces, self._nodes, self._hosts = list(columns.namespaces), list(columns.nodes), list(columns.hosts)
        self._owners, self._situations = list(columns.owners), list(columns.situations)

    def block(self, part: slice) -> list[Pod]:
        """Return some pods."""
        found, columns = self._found, self._found.columns
        rows = found.rows[part].tolist()
        created, deleted, started = (time_texts(found.numbers(name)[part]) for name in ("created", "deleted", "started"))
        label_sets, container_sets = found.label_set[part].tolist(), found.container_set[part].tolist()
        starts = found.condition_start[part].tolist()
        out = []
        for place, row in enumerate(rows):
            meta = PodMeta(
                name=columns.names[row],
                namespace=self._spaces[columns.namespace[row]],
                uid=columns.uids[row],
                resource_version=columns.versions[row],
                creation_timestamp=created[place],
                deletion_timestamp=deleted[place],
                labels=self._labels[label_sets[place]],
                owner_references=self._owners[columns.owner[row]],
                annotations=annotation_of(columns.interfaces.get(row)),
            )
            situation = self._situations[columns.situation[row]]
            spec = self._spec(row, container_sets[place], situation)
            status = self._status(row, situation, starts[place], started[place]) if situation.observed else None
            out.append(Pod(meta, spec, status))
        return out

    def _spec(self, row: int, container_set: int, situation: Situation) -> PodSpec:
        columns = self._found.columns
        hostname, subdomain = self._hosts[columns.host[row]]
        containers, init, ephemeral = self._containers[container_set]
        return PodSpec(
            containers=containers,
            init_containers=init,
            ephemeral_containers=ephemeral,
            node_name=self._nodes[columns.node[row]],
            host_network=bool(columns.host_network[row]) or None,
            hostname=hostname or None,
            subdomain=subdomain or None,
            readiness_gates=situation.gates,
        )

    def _status(self, row: int, situation: Situation, start: int, started: str | None) -> PodStatus:
        columns = self._found.columns
        addresses = [columns.addresses[row], columns.seconds[row], *columns.further.get(row, ())]
        times = time_texts(columns.column("condition_times")[start : start + len(situation.conditions)])
        conditions = tuple(PodCondition(*told, time) for told, time in zip(situation.conditions, times, strict=True))
        return PodStatus(
            phase=situation.phase,
            pod_ip=addresses[0],
            pod_ips=[PodIP(address) for address in addresses if address is not None] or None,
            conditions=conditions or None,
            reason=situation.reason,
            start_time=started,
            container_statuses=situation.containers,
            init_container_statuses=situation.init_containers,
        )


_Lists = tuple[tuple[Container, ...] | None, tuple[Container, ...] | None, tuple[Container, ...] | None]


def _containers(containers: ContainerSet) -> _Lists:
    """Return the three lists of a pod's containers."""
    lists: dict[str, list[Container]] = {}
    for name, role, ports in containers:
        sidecar = role == ContainerRole.SIDECAR
        container = Container(name, tuple(ContainerPort(*port) for port in ports) or None, "Always" if sidecar else None)
        lists.setdefault(ContainerRole.INIT if sidecar else role, []).append(container)
    app, init, ephemeral = (tuple(lists.get(role, ())) or None for role in (ContainerRole.APP, ContainerRole.INIT, ContainerRole.EPHEMERAL))
    return app, init, ephemeral
