"""PODS and LABEL_SETS: columns of codes become tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from k8snetviz.collect.causes import Cause, cause, readiness
from k8snetviz.collect.interning import Interner
from k8snetviz.collect.kindspec import Builder
from k8snetviz.collect.moments import NO_TIME
from k8snetviz.collect.owners import Owners, Workload, controller
from k8snetviz.collect.pod_columns import Situation
from k8snetviz.collect.pods import Numbers, Pods
from k8snetviz.collect.templates import template_rows
from k8snetviz.collect.whole_columns import frame_of
from k8snetviz.model.coded import CodedTable, Text, coded_table, words_of
from k8snetviz.model.tables import LABEL_SETS, PODS

if TYPE_CHECKING:
    from k8snetviz.collect.store import ObjectStore

Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]


def pods(store: ObjectStore) -> pd.DataFrame | CodedTable:
    """Return PODS."""
    found = store.finished_pods()
    columns = found.columns
    situation, node, owner, host = (found.numbers(name) for name in ("situation", "node", "owner", "host"))
    situations, owners = list(columns.situations), [controller(references) for references in columns.owners]
    address, four, six = _addresses(found)
    why, why_code = _causes(found, situations, address.missing)
    workload, workload_code = _workloads(store, found)
    made = coded_table(
        PODS,
        {
            "namespace": _spread(list(columns.namespaces), found.numbers("namespace")),
            "pod": found.text("names"),
            "uid": found.text("uids"),
            "node": _spread(list(columns.nodes), node),
            "phase": _spread([s.phase or None for s in situations], situation),
            "ready": _flags([readiness(s) for s in situations], situation),
            "host_network": found.numbers("host_network").astype(bool),
            "address": address,
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
        },
    )
    rows = template_rows(store, {workload[code] for code in np.unique(workload_code)})
    return PODS.sorted(pd.concat([made.frame(), frame_of(PODS, rows)])) if rows else made


def _spread(values: Sequence[str | None], codes: Numbers) -> Text:
    """Return a text per code, none for the code -1; equal texts are one word."""
    return words_of(values).interned().at(codes)


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


def _causes(found: Pods, situations: list[Situation], unaddressed: Flags) -> tuple[list[Cause | None], Numbers]:
    """Return causes and their code per pod: one per situation, scheduled or not, with an address or without."""
    unscheduled = found.columns.nodes.get(None, -1)
    keys = found.numbers("situation") * np.int64(4) + (found.numbers("node") != unscheduled) * 2 + ~unaddressed
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


def _addresses(found: Pods) -> tuple[Text, Text, Text]:
    """Return the first address of podIPs per pod, then the first one of each family (EP-6a); all over the same words."""
    columns, count, bad = found.columns, len(found), found.bad_texts
    both = words_of([*columns.addresses, *columns.seconds]).at(np.concatenate((found.rows, len(columns) + found.rows)))
    six = np.asarray([":" in text for text in both.words], dtype=bool)
    good = np.asarray([text not in bad for text in both.words], dtype=bool) if bad else np.ones(len(six), dtype=bool)
    own = np.arange(count, dtype=np.int64)
    by_family = []
    for wanted in (good & ~six, good & six):
        has = np.append(wanted, False)[both.codes]
        by_family.append(both.at(np.where(has[:count], own, np.where(has[count:], count + own, -1))))
    return both.at(own), by_family[0], by_family[1]


def label_sets(store: ObjectStore) -> CodedTable:
    """Return LABEL_SETS; sets share their pairs, so a text is looked at once per distinct pair."""
    found = store.finished_pods().label_sets
    pairs: Interner[tuple[str, str]] = Interner()
    pair = np.fromiter(pairs.all(pair for labels in found for pair in labels), np.int64)
    columns = {
        "label_set": np.repeat(np.arange(len(found)), [len(labels) for labels in found]),
        "key": words_of([key for key, _ in pairs]).interned().at(pair),
        "value": words_of([value for _, value in pairs]).interned().at(pair),
    }
    return coded_table(LABEL_SETS, columns, ordered=False)


BUILDERS: dict[str, Builder] = {"pods": pods, "label_sets": label_sets}
