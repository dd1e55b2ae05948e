"""Which change explains a backend that was gained, lost or changed, and a Service whose state flipped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np

from k8snetviz.analysis.change_causes import Changed
from k8snetviz.analysis.change_rows import Cause, Key, Row
from k8snetviz.analysis.columns import cells
from k8snetviz.analysis.diff_backends import Backend
from k8snetviz.analysis.diff_fields import READY, SELECTOR, port_field
from k8snetviz.analysis.diff_objects import UID
from k8snetviz.analysis.diff_pods import ADDRESSES, DELETED, LABEL, PHASE, PORTS, Pods
from k8snetviz.model.coded import CodedTable
from k8snetviz.model.kinds import Kind, Reason

_PUBLISH = "spec.publishNotReadyAddresses"
_FAMILIES = ("spec.ipFamilies", "spec.clusterIP")
Selector = dict[str, str]
Selectors = dict[tuple[str, str], Selector]  # of Services, by namespace and name


class Told:
    """What causes of backends are looked up in: Services whose selector or ports changed, pods, labels of pods, ledger by address."""

    def __init__(self, changed: Changed, pods: Pods, selectors: tuple[Selectors, Selectors], by_address: dict[Any, Key]) -> None:
        self.changed, self.pods, self.selectors, self.by_address = changed, pods, selectors, by_address


def explain_backends(backends: list[Backend], told: Told) -> None:
    """Set the cause of every row of `backends`, one for all rows of a backend."""
    for backend in backends:
        cause = _cause(backend, told)
        for row in backend.rows:
            row.cause = cause


def _cause(backend: Backend, told: Told) -> Cause | None:
    service, changed = backend.service, told.changed
    found = changed.first(service, None)
    if found is not None:
        return found
    if backend.before is None or backend.after is None:
        return _of_membership(backend, told)
    return _of_state(backend.before, backend.after, told, service)


def _of_membership(backend: Backend, told: Told) -> Cause | None:
    """Return why a candidate is one in one snapshot only."""
    cells, side = (backend.before, 0) if backend.before is not None else (backend.after or {}, 1)
    service, changed = backend.service, told.changed
    pod = _pod(cells)
    port = port_field(cells["port"], cells["protocol"])
    found = changed.first(service, "spec.type", port, f"{port}.name")
    if found is None and not _selected_there(cells, pod, told, side, service):
        found = changed.first(service, SELECTOR)
    if found is None and pod is not None:
        found = changed.first(pod, None) or _label(cells, pod, told, service)
    if found is None and pod is None and cells["address"] is not None:
        found = _of_address(cells, told, side)
    if found is None:
        found = changed.first(service, SELECTOR, *_FAMILIES)
    return found or (changed.first(pod, UID, ADDRESSES) if pod is not None else None)


def _selected_there(cells: dict[str, Any], pod: Key | None, told: Told, side: int, service: Key) -> bool:
    """Tell whether the selector of the other snapshot would select the pod as it is here."""
    selector = told.selectors[1 - side].get((service.namespace or "", service.name))
    if pod is None or selector is None or not cells["selected"]:
        return True
    change = told.pods.get((pod.namespace or "", pod.name))
    mine = None if change is None else change[side]
    if mine is None:  # unchanged, so the other selector has been asked already
        return False
    return bool(selector) and all(mine.labels.get(key) == value for key, value in selector.items())


def _label(cells: dict[str, Any], pod: Key, told: Told, service: Key) -> Cause | None:
    """Return the label of the pod that changed and that a selector of the Service names."""
    place = (service.namespace or "", service.name)
    keys = sorted({*told.selectors[0].get(place, {}), *told.selectors[1].get(place, {})})
    found = told.changed.first(pod, *(f"{LABEL}[{key}]" for key in keys))
    return found or (None if keys else told.changed.starting(pod, LABEL))


def _of_address(cells: dict[str, Any], told: Told, side: int) -> Cause | None:
    """Return the change of the pod that holds this address in the other snapshot: what is left of it is a stray address."""
    pod = told.by_address.get((1 - side, cells["namespace"], cells["service"], cells["family"], cells["address"]))
    return None if pod is None else told.changed.first(pod, None, UID, ADDRESSES)


def _of_state(before: dict[str, Any], after: dict[str, Any], told: Told, service: Key) -> Cause | None:
    """Return why a candidate is in another state than before, by what decides about the worse side (the order of EP-0 to EP-7)."""
    changed, pod = told.changed, _pod(after) or _pod(before)
    reasons = {before["reason"], after["reason"]}
    port = port_field(after["port"], after["protocol"])
    if before["expected"] == after["expected"] and before["target_port"] == after["target_port"] and reasons <= {None}:
        return None if pod is None or before["address"] == after["address"] else changed.first(pod, UID, ADDRESSES)
    if (before["expected"] is None) != (after["expected"] is None):
        found = changed.first(service, SELECTOR, "spec.type")
        if found is not None:
            return found
    if pod is None:
        return None
    steps: list[tuple[Reason, Iterable[Cause | None]]] = [
        (Reason.TERMINAL_PHASE, (changed.first(pod, PHASE),)),
        (Reason.NO_POD_IP, (changed.first(pod, ADDRESSES),)),
        (Reason.NODE_MISSING, (changed.first(_node(before, after), None), changed.first(pod, UID))),
        (Reason.FAMILY_MISSING, (changed.first(pod, ADDRESSES),)),
        (Reason.PORT_UNRESOLVED, (changed.first(service, f"{port}.targetPort"), changed.first(pod, PORTS))),
        (Reason.TERMINATING, (changed.first(pod, DELETED),)),
        (Reason.NOT_READY, (changed.first(service, _PUBLISH), changed.first(pod, READY))),
    ]
    for reason, causes in steps:
        if reason.value in reasons:
            found = next((cause for cause in causes if cause is not None), None)
            if found is not None:
                return found
    found = changed.first(service, _PUBLISH)
    if before["target_port"] != after["target_port"]:
        found = changed.first(service, f"{port}.targetPort") or changed.first(pod, PORTS) or found
    if before["address"] != after["address"]:
        found = found or changed.first(pod, UID, ADDRESSES)
    return found or changed.first(pod, UID)


def explain_states(rows: list[Row], backends: list[Backend], changed: Changed) -> None:
    """Set the cause of changes of SERVICE_STATES: the first cause behind most of the Service's backends that began or ceased to serve."""
    counted: dict[tuple[bool, str | None, str], Counter[Cause]] = {}
    for backend in backends:
        cause = backend.rows[0].cause
        if cause is not None:
            served = [bool(cells and cells["serves"]) for cells in (backend.before, backend.after)]
            key = (served[0] != served[1], backend.service.namespace, backend.service.name)
            counted.setdefault(key, Counter())[changed.root(cause)] += 1
    for row in rows:
        service = Key(Kind.SERVICE.value, row.namespace, row.name)
        found = changed.first(service, None)
        for matters in (True, False):
            most = counted.get((matters, row.namespace, row.name))
            if found is None and most:
                found = _most(most)
        if row.field == "load_balancer":
            found = changed.first(service, "spec.type", "status.loadBalancer.ingress")
        row.cause = found or changed.first(service, "spec.type", "spec.externalName", SELECTOR)


def explain_by_pods(rows: list[Row], ledgers: tuple[CodedTable, CodedTable], changed: Changed) -> None:
    """Set the cause of changes of SERVICE_STATES that no backend explains: the first cause behind most pods of the Service that changed.

    A pod that is being deleted serves as before where its Service publishes addresses that are not ready.
    """
    open_rows = [row for row in rows if row.cause is None and row.field is not None]
    names, pods = {row.name for row in open_rows}, dict[tuple[str | None, str], set[Key]]()
    for ledger in ledgers if names else ():
        services = ledger.text("service")
        mine = np.array([*(word in names for word in services.words), False])[services.codes]
        near = ledger.at(np.flatnonzero(mine & ~ledger.missing("pod"))).frame()
        for space, service, pod_space, pod in cells(near, "namespace", "service", "pod_namespace", "pod"):
            pods.setdefault((space, service), set()).add(Key(Kind.POD.value, pod_space, pod))
    for row in open_rows:
        fields = (None, UID, DELETED) if row.field == "terminating" else (None, UID, DELETED, PHASE, READY)
        causes = (changed.first(pod, *fields) for pod in pods.get((row.namespace, row.name), ()))
        row.cause = _most(Counter(changed.root(cause) for cause in causes if cause is not None))


def _most(counted: Counter[Cause]) -> Cause | None:
    return min(counted, key=lambda cause: (-counted[cause], cause.key.reference(), cause.field or ""), default=None)


def _pod(cells: dict[str, Any]) -> Key | None:
    if cells["pod"] is None or (cells["stray"] is not None and cells["reason"] == Reason.NO_SUCH_POD.value):
        return None
    return Key(Kind.POD.value, cells["pod_namespace"], cells["pod"])


def _node(before: dict[str, Any], after: dict[str, Any]) -> Key:
    return Key(Kind.NODE.value, None, after["node"] or before["node"] or "")
