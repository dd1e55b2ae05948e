"""The kubectl commands that confirm the reasons of one Service, the most telling first."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator

from k8snetviz.analysis import kubectl
from k8snetviz.analysis.case import DEPENDS_ON, Backend, Case
from k8snetviz.analysis.label_sets import matching_sets
from k8snetviz.model.kinds import WORKLOADS, Drift, Kind, NearMiss, Reason, ServiceState

_MOST = 6
_PER_REASON = 2  # causes, each by one pod
_CRASHED = ("CrashLoopBackOff", "Error", "OOMKilled")  # it ran, so it left a log
_CONTAINER = re.compile(r"\(container ([^)]+)\)$")
_SELECTOR = "{.spec.selector}"
_DRIFTS = {
    Reason.DRIFT_MISSING,
    Reason.DRIFT_STALE,
    Reason.DRIFT_FOREIGN,
    Reason.DRIFT_PORT,
    Reason.DRIFT_READINESS,
    Reason.NO_ENDPOINTS,
    Reason.UNMANAGED,
}


def commands(case: Case) -> list[str]:
    """Return at most six commands: for the Service's first reason, for reasons of single backends, for a pending balancer."""
    found = list(_for_service(case))
    if case.backends.empty:
        return list(dict.fromkeys(found or [_observed(case)]))[:_MOST]
    first = case.state["reason"]
    by_reason: dict[str | None, list[Backend]] = {}
    for row in case.failing:
        by_reason.setdefault(row.reason, []).append(row)
    for reason, rows in sorted(by_reason.items(), key=lambda item: (item[0] != first, -len(item[1]))):
        found += _for_pods(case, Reason(str(reason)), rows)
    drifts = set(case.backends["drift"]) - {Drift.NONE.value, Drift.UNKNOWN.value}
    if drifts:
        found.append(_observed(case))
    if case.state["load_balancer"] == "pending":
        found.append(kubectl.describe(case.namespace, "service", case.name))
    if not found:
        found.append(_observed(case))
    return list(dict.fromkeys(found))[:_MOST]


def _for_service(case: Case) -> Iterator[str]:
    namespace, name, reason = case.namespace, case.name, case.reason
    if case.verdict is ServiceState.EXTERNAL:
        yield kubectl.get(namespace, "service", name, output="{.spec.externalName}")
    elif reason is Reason.SELECTS_NOTHING:
        yield kubectl.get(namespace, "pods", selector=case.pairs)
        yield kubectl.get(namespace, "service", name, output=_SELECTOR)
        yield from _for_near_miss(case)
    elif reason is Reason.SCALED_TO_ZERO:
        yield from (kubectl.get(namespace, kind.lower(), workload) for kind, workload in _idle(case))
    elif reason in _DRIFTS:
        yield _observed(case)
    elif reason is Reason.NOT_COLLECTED or case.verdict is ServiceState.UNKNOWN:
        needed = DEPENDS_ON if case.pairs else (Kind.ENDPOINT_SLICE, Kind.ENDPOINTS)
        missing = [kind for kind in needed if not case.snap.knows(kind, case.namespace)]
        yield from kubectl.collect(missing, namespace)


def _for_near_miss(case: Case) -> Iterator[str]:
    kinds = case.near_misses["kind"]
    elsewhere = case.near_misses[kinds == NearMiss.OTHER_NAMESPACE.value]
    if len(elsewhere):
        yield kubectl.get_everywhere("pods", case.pairs)
    here = case.near_misses[kinds != NearMiss.OTHER_NAMESPACE.value]
    workloads = here[here["object_kind"].isin([kind.value for kind in WORKLOADS])]
    if len(workloads) == 1:
        row = workloads.iloc[0]
        yield kubectl.get(case.namespace, row["object_kind"].lower(), row["object"], output="{.spec.template.metadata.labels}")
    elif len(here):
        yield f"{kubectl.get(case.namespace, 'pods')} --show-labels"


def _for_pods(case: Case, reason: Reason, rows: list[Backend]) -> Iterator[str]:
    if reason is Reason.NO_SUCH_POD:
        yield _observed(case)
        yield kubectl.get(case.namespace, "pods", output="wide", selector=case.pairs)
        return
    pods = _first_by((row for row in rows if row.pod is not None), lambda row: (row.pod_namespace, row.pod))
    if reason is Reason.NODE_MISSING:
        nodes = list(dict.fromkeys(row.node for row in pods if row.node is not None))
        yield from (kubectl.get(None, "node", node) for node in nodes[:_PER_REASON])
        return
    if reason is Reason.FAMILY_MISSING:
        yield kubectl.get(case.namespace, "service", case.name, output="{.spec.ipFamilies}")
    for row in _first_by(pods, lambda row: row.value)[:_PER_REASON]:
        yield from _for_pod(reason, str(row.pod_namespace), str(row.pod), row.value or "")


def _first_by(rows: Iterable[Backend], key: Callable[[Backend], Hashable]) -> list[Backend]:
    """Return the first of the rows of each key."""
    found: dict[Hashable, Backend] = {}
    for row in rows:
        found.setdefault(key(row), row)
    return list(found.values())


def _for_pod(reason: Reason, namespace: str, pod: str, value: str) -> Iterator[str]:
    outputs = {
        Reason.PORT_UNRESOLVED: "{.spec.containers[*].ports}",
        Reason.FAMILY_MISSING: "{.status.podIPs}",
        Reason.TERMINAL_PHASE: "{.status.phase} {.status.reason}",
        Reason.TERMINATING: "{.metadata.deletionTimestamp} {.metadata.finalizers}",
        Reason.SELECTOR_MISMATCH: "{.metadata.labels}",
        Reason.OTHER_NAMESPACE: "{.metadata.labels}",
    }
    if reason in outputs:
        yield kubectl.get(namespace, "pod", pod, output=outputs[reason])
        return
    yield kubectl.describe(namespace, "pod", pod)
    if value.startswith(_CRASHED):
        container = _CONTAINER.search(value)
        yield kubectl.logs(namespace, pod, container[1] if container else None)


def _observed(case: Case) -> str:
    snap = case.snap
    legacy = not snap.knows(Kind.ENDPOINT_SLICE, case.namespace) and snap.knows(Kind.ENDPOINTS, case.namespace)
    if legacy:
        return kubectl.get(case.namespace, "endpoints", case.name, output="yaml")
    return kubectl.slices_of(case.namespace, case.name)


def _idle(case: Case) -> list[tuple[str, str]]:
    """Return kind and name of the top workloads whose template the selector matches and that want no pods."""
    workloads = case.snap.workloads
    full = matching_sets(case.snap.label_sets, case.pairs)
    mine = (workloads["namespace"] == case.namespace) & workloads["template_label_set"].isin(full)
    mine &= ~workloads["owner_kind"].isin([kind.value for kind in WORKLOADS])
    idle = workloads[mine & (workloads["replicas"] == 0).fillna(False)]
    return list(zip(idle["kind"], idle["workload"], strict=True))[:_PER_REASON]
