"""PODS and LABEL_SETS: columns of codes become tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from k8snetviz.collect.causes import Cause, cause, readiness
from k8snetviz.collect.kindspec import Builder
from k8snetviz.collect.moments import NO_TIME
from k8snetviz.collect.owners import Owners, Workload, controller
from k8snetviz.collect.pod_columns import Situation
from k8snetviz.collect.pods import Numbers, Objects, Pods
from k8snetviz.collect.templates import template_rows
from k8snetviz.collect.whole_columns import frame_of
from k8snetviz.model.tables import LABEL_SETS, PODS

if TYPE_CHECKING:
    from k8snetviz.collect.store import ObjectStore


def pods(store: ObjectStore) -> pd.DataFrame:
    """Return PODS."""
    found = store.finished_pods()
    columns = found.columns
    situation, node, owner, host = (found.numbers(name) for name in ("situation", "node", "owner", "host"))
    situations, owners = list(columns.situations), [controller(references) for references in columns.owners]
    addresses, seconds = found.texts("addresses"), found.texts("seconds")
    four, six = _by_family(found, addresses, seconds)
    why, why_code = _causes(found, situations)
    workload, workload_code = _workloads(store, found)
    frame = PODS.from_columns(
        {
            "namespace": found.namespaces,
            "pod": found.texts("names"),
            "uid": found.texts("uids"),
            "node": _spread(list(columns.nodes), node),
            "phase": _spread([s.phase or None for s in situations], situation),
            "ready": _flags([readiness(s) for s in situations], situation),
            "host_network": found.numbers("host_network").astype(bool),
            "address": addresses,
            "workload_kind": _spread([kind for _, kind, _ in workload], workload_code),
            "workload": _spread([name for _, _, name in workload], workload_code),
            "created": times(found.numbers("created")),
            "deleted": times(found.numbers("deleted")),
            "address_ipv4": four,
            "address_ipv6": six,
            "started": times(found.numbers("started")),
            "ready_since": times(_ready_since(found, situations)),
            "restarts": _counts([_restarts(s) for s in situations], situation),
            "cause": _spread([c[0] if c else None for c in why], why_code),
            "cause_field": _spread([c[1] if c else None for c in why], why_code),
            "owner_kind": _spread([o.kind if o else None for o in owners], owner),
            "owner": _spread([o.name if o else None for o in owners], owner),
            "hostname": _spread([name or None for name, _ in columns.hosts], host),
            "subdomain": _spread([name or None for _, name in columns.hosts], host),
            "label_set": found.label_set,
            "container_set": found.container_set,
            "template": np.zeros(len(found), dtype=bool),
        }
    )
    rows = template_rows(store, {workload[code] for code in np.unique(workload_code)})
    return PODS.sorted(pd.concat([frame, frame_of(PODS, rows)])) if rows else frame


def _spread(values: Sequence[str | None], codes: Numbers) -> Any:
    """Return a text per code, none for the code -1; equal texts are one object."""
    shared: dict[str | None, str | None] = {}
    return pd.array([*(shared.setdefault(value, value) for value in values), None], dtype="string").take(codes)


def _flags(values: Sequence[bool | None], codes: Numbers) -> Any:
    return pd.array([*values, None], dtype="boolean").take(codes)


def _counts(values: Sequence[int | None], codes: Numbers) -> Any:
    return pd.array([*values, None], dtype="Int64").take(codes)


def times(micros: Numbers) -> Any:
    """Return moments of microseconds since 1970."""
    return micros.astype("datetime64[us]")


def _restarts(situation: Situation) -> int | None:
    statuses = (*(situation.init_containers or ()), *(situation.containers or ()))
    counts = [status.restart_count for status in statuses if status.restart_count is not None]
    return sum(counts) if counts else None


def _ready_since(found: Pods, situations: list[Situation]) -> Numbers:
    """Return the time at which the condition Ready changed last, per pod."""
    place_of = [next((i for i, c in enumerate(s.conditions) if c[0] == "Ready"), -1) for s in situations]
    place = np.asarray([*place_of, -1])[found.numbers("situation")]
    out = np.full(len(found), NO_TIME)
    has = place >= 0
    out[has] = found.columns.column("condition_times")[(found.condition_start + place)[has]]
    return out


def _causes(found: Pods, situations: list[Situation]) -> tuple[list[Cause | None], Numbers]:
    """Return causes and their code per pod: one per situation, scheduled or not, with an address or without."""
    unscheduled = found.columns.nodes.get(None, -1)
    addressed = pd.notna(found.texts("addresses"))
    keys = found.numbers("situation") * np.int64(4) + (found.numbers("node") != unscheduled) * 2 + addressed
    codes, distinct = pd.factorize(keys)
    told = [cause(situations[key >> 2], scheduled=bool(key & 2), addressed=bool(key & 1)) for key in distinct.tolist()]
    return told, codes


def _workloads(store: ObjectStore, found: Pods) -> tuple[list[tuple[str, *Workload]], Numbers]:
    """Return namespace and top workload, and their code per pod: one per namespace, owners and label set."""
    tops, columns = Owners(store), found.columns
    spaces, owners = list(columns.namespaces), [controller(references) for references in columns.owners]
    sizes = len(owners), len(found.label_sets)
    keys = (found.numbers("namespace").astype(np.int64) * sizes[0] + found.numbers("owner")) * sizes[1] + found.label_set
    codes, distinct = pd.factorize(keys)
    out = []
    for key in distinct.tolist():
        rest, labels = divmod(key, sizes[1])
        space, owner = divmod(rest, sizes[0])
        out.append((spaces[space], *tops.top(spaces[space], owners[owner], found.label_sets[labels])))
    return out, codes


def _by_family(found: Pods, firsts: Objects, seconds: Objects) -> tuple[Objects, Objects]:
    """Return the IPv4 and the IPv6 address per pod: the first one of podIPs of that family (EP-6a)."""
    four, six = np.full(len(found), None, dtype=object), np.full(len(found), None, dtype=object)
    bad = found.bad_texts
    for texts in (seconds, firsts):
        codes = np.asarray([0 if text is None or text in bad else 2 if ":" in text else 1 for text in texts.tolist()], dtype=np.int8)
        for out, code in ((four, 1), (six, 2)):
            out[codes == code] = texts[codes == code]
    return four, six


def label_sets(store: ObjectStore) -> pd.DataFrame:
    """Return LABEL_SETS."""
    found = store.finished_pods().label_sets
    return frame_of(LABEL_SETS, [(number, key, value) for number, labels in enumerate(found) for key, value in labels])


BUILDERS: dict[str, Builder] = {"pods": pods, "label_sets": label_sets}
