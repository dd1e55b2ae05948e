"""PODS, POD_ADDRESSES, POD_CONDITIONS, LABEL_SETS: columns of codes become tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from k8snetviz.collect.addresses import canonical
from k8snetviz.collect.causes import cause, readiness
from k8snetviz.collect.kindspec import Builder
from k8snetviz.collect.owners import Owners
from k8snetviz.collect.pods import Numbers, Pods
from k8snetviz.collect.whole_columns import frame_of
from k8snetviz.model.kinds import Family
from k8snetviz.model.tables import LABEL_SETS, POD_ADDRESSES, POD_CONDITIONS, PODS

if TYPE_CHECKING:
    from k8snetviz.collect.store import ObjectStore

Objects = np.ndarray[tuple[int], np.dtype[np.object_]]
_NAT = np.iinfo(np.int64).min


def pods(store: ObjectStore) -> pd.DataFrame:
    """Return PODS."""
    found = store.finished_pods()
    columns = found.columns
    situations = columns.situations.values
    situation = found.numbers("situation")
    node = found.numbers("node")
    owner = found.numbers("owner")
    host = found.numbers("host")
    spaces, nodes, owners, hosts = (i.values for i in (columns.namespaces, columns.nodes, columns.owners, columns.hosts))
    why, why_code = _causes(found, situation, node)
    workload, workload_code = _workloads(store, found)
    addresses = found.texts("addresses")
    ipv4, ipv6 = _by_family(found, addresses)
    return PODS.from_columns(
        {
            "namespace": _spread(spaces, found.numbers("namespace")),
            "pod": found.texts("names"),
            "uid": found.texts("uids"),
            "node": _spread(nodes, node),
            "phase": _spread([s.phase for s in situations], situation),
            "ready": _flags([readiness(s) for s in situations], situation),
            "host_network": found.numbers("host_network").astype(bool),
            "address": addresses,
            "workload_kind": _spread([kind for kind, _ in workload], workload_code),
            "workload": _spread([name for _, name in workload], workload_code),
            "created": times(found.numbers("created")),
            "deleted": times(found.numbers("deleted")),
            "address_ipv4": ipv4,
            "address_ipv6": ipv6,
            "started": times(found.numbers("started")),
            "ready_since": times(_ready_since(found, situation)),
            "restarts": _numbers([_restarts(s) for s in situations], situation),
            "cause": _spread([c[0] if c else None for c in why], why_code),
            "cause_field": _spread([c[1] if c else None for c in why], why_code),
            "owner_kind": _spread([o[0] if o else None for o in owners], owner),
            "owner": _spread([o[1] if o else None for o in owners], owner),
            "hostname": _spread([h[0] for h in hosts], host),
            "subdomain": _spread([h[1] for h in hosts], host),
            "label_set": found.label_set,
            "container_set": found.container_set,
            "template": np.zeros(len(found), dtype=bool),
        }
    )


def _spread(values: Sequence[str | None], codes: Numbers) -> Any:
    """Return a text per code; the texts themselves are shared."""
    table = np.empty(len(values) + 1, dtype=object)
    table[: len(values)] = values
    return table[codes]


def _flags(values: Sequence[bool | None], codes: Numbers) -> Any:
    return pd.array([*values, None], dtype="boolean").take(codes)


def _numbers(values: Sequence[int | None], codes: Numbers) -> Any:
    return pd.array([*values, None], dtype="Int64").take(codes)


def times(micros: Numbers) -> Any:
    """Return moments of microseconds since 1970."""
    return micros.astype("datetime64[us]")


def _restarts(situation: Any) -> int | None:
    counts = [status[2] for status in (*situation.init_containers, *situation.containers) if status[2] is not None]
    return sum(counts) if counts else None


def _ready_since(found: Pods, situation: Numbers) -> Numbers:
    """Return the time at which the condition Ready changed last, per pod."""
    situations = found.columns.situations.values
    place = np.asarray([next((i for i, c in enumerate(s.conditions) if c[0] == "Ready"), -1) for s in situations] + [-1])[situation]
    out = np.full(len(found), _NAT)
    has = place >= 0
    out[has] = found.columns.column("condition_times")[(found.condition_start + place)[has]]
    return out


def _causes(found: Pods, situation: Numbers, node: Numbers) -> tuple[list[tuple[str, str] | None], Numbers]:
    """Return causes and their code per pod: one per situation, scheduled or not."""
    situations = found.columns.situations.values
    unscheduled = found.columns.nodes.numbers.get(None, -1)
    both = [cause(s, scheduled=scheduled) for s in situations for scheduled in (False, True)]
    return both, situation * 2 + (node != unscheduled)


def _workloads(store: ObjectStore, found: Pods) -> tuple[list[tuple[str | None, str | None]], Numbers]:
    """Return top workloads and their code per pod: one per namespace, owner and label set."""
    owners = Owners(store)
    columns = found.columns
    spaces, met = columns.namespaces.values, columns.owners.values
    keys = np.stack([found.numbers("namespace"), found.numbers("owner"), found.label_set], axis=1)
    distinct, codes = np.unique(keys, axis=0, return_inverse=True)
    return [owners.top(spaces[s], met[o], found.label_sets[label]) for s, o, label in distinct.tolist()], codes.reshape(-1)


def _by_family(found: Pods, addresses: Objects) -> tuple[Objects, Objects]:
    """Return the IPv4 and the IPv6 address per pod (EP-6a)."""
    ipv4, ipv6 = np.full((2, len(found)), None, dtype=object)
    columns = found.columns
    special = columns.further.keys() | columns.bad_addresses.keys()
    six = np.fromiter((text is not None and ":" in text for text in addresses), dtype=bool, count=len(addresses))
    ipv6[six] = addresses[six]
    ipv4[~six] = addresses[~six]
    if special:
        for place in np.flatnonzero(np.isin(found.rows, np.fromiter(special, dtype=np.int64))):
            texts = addresses[place], *columns.further.get(int(found.rows[place]), ())
            by_family = {family: text for text, family in reversed([canonical(text) for text in texts])}
            ipv4[place], ipv6[place] = by_family.get(Family.IPV4.value), by_family.get(Family.IPV6.value)
    return ipv4, ipv6


def pod_addresses(store: ObjectStore) -> pd.DataFrame:
    """Return POD_ADDRESSES."""
    found = store.finished_pods()
    names, spaces = found.texts("names"), _spread(found.columns.namespaces.values, found.numbers("namespace"))
    further = found.columns.further
    rows = [
        (space, name, *canonical(text))
        for space, name, first, row in zip(spaces, names, found.texts("addresses"), found.rows.tolist(), strict=True)
        if first is not None
        for text in dict.fromkeys((first, *further.get(row, ())))
    ]
    return frame_of(POD_ADDRESSES, rows)


def pod_conditions(store: ObjectStore) -> pd.DataFrame:
    """Return POD_CONDITIONS; a readiness gate without a condition has a row without status."""
    found = store.finished_pods()
    situations = found.columns.situations.values
    stamps = found.columns.column("condition_times")
    rows: list[tuple[object, ...]] = []
    names, spaces = found.texts("names"), _spread(found.columns.namespaces.values, found.numbers("namespace"))
    for space, name, number, start in zip(spaces, names, found.numbers("situation").tolist(), found.condition_start.tolist(), strict=True):
        situation = situations[number]
        told = {condition[0] for condition in situation.conditions}
        for place, condition in enumerate(situation.conditions):
            since = int(stamps[start + place])
            moment = None if since == _NAT else pd.Timestamp(since, unit="us", tz="UTC")
            rows.append((space, name, *condition, moment, condition[0] in situation.gates))
        rows += [(space, name, gate, None, None, None, None, True) for gate in situation.gates if gate not in told]
    return frame_of(POD_CONDITIONS, rows)


def label_sets(store: ObjectStore) -> pd.DataFrame:
    """Return LABEL_SETS."""
    found = store.finished_pods().label_sets
    return frame_of(LABEL_SETS, [(number, key, value) for number, labels in enumerate(found) for key, value in labels])


BUILDERS: dict[str, Builder] = {
    "pods": pods,
    "pod_addresses": pod_addresses,
    "pod_conditions": pod_conditions,
    "label_sets": label_sets,
}
