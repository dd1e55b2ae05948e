"""Makes plans on the control plane: each in a namespace of its own; nodes leave and come while they are made."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from tests.cluster import objects
from tests.cluster.plane import Plane
from tests.cluster.plans import COMING, LEAVING, NEVER, STEADY, Plan, nodes_of

_FINALIZER = "example.net/hold"  # what is deleted stays, as while a kubelet ends its containers
_MERGE = "application/merge-patch+json"
_TOUCHED = {"metadata": {"annotations": {"example.net/touched": "yes"}}}
_ADDRESS = {
    "IPv4": lambda place: f"10.{128 + place // 62_500}.{place // 250 % 250}.{place % 250 + 1}",
    "IPv6": lambda place: f"fd00:10:244::{place + 1:x}",
}


def nodes_at_first(plane: Plane) -> None:
    """Register the nodes that are there when the cases begin."""
    for number, name in enumerate((*STEADY, LEAVING), 1):
        objects.node(plane, name, f"10.0.0.{number}", f"zone-{number}")


def nodes_change(plane: Plane) -> None:
    """One node leaves, another comes."""
    objects.ok(plane.raw("DELETE", f"/api/v1/nodes/{LEAVING}"))
    objects.node(plane, COMING, "10.0.0.9", "zone-9")


def make(plane: Plane, space: str, plan: Plan, *, at: int) -> None:
    """Create what `plan` wants in the namespace `space`; `at` tells its addresses from those of others."""
    objects.namespace(plane, space)
    for number, spec in enumerate(plan["services"]):
        objects.service(plane, space, f"s-{number}", **spec)
    for number, wanted in enumerate(plan["pods"]):
        finalizers = [_FINALIZER] if wanted["deleted"] or {"what": "delete", "pod": number} in plan["changes"] else None
        objects.pod(plane, space, f"p-{number}", wanted["labels"], finalizers=finalizers, **wanted["spec"])
        _report(plane, space, number, wanted["status"], at)
        if wanted["deleted"]:
            objects.ok(plane.raw("DELETE", _pod(space, number)))
    for change in plan["changes"]:
        _change(plane, space, change, at)


def make_all(plane: Plane, cases: Iterable[tuple[str, Plan]]) -> None:
    """Create cases, several at once."""
    objects.together(partial(make, plane, space, plan, at=at) for at, (space, plan) in enumerate(cases))


def touch(plane: Plane, cases: Iterable[tuple[str, Plan]]) -> None:
    """Make the controller look again at Services whose pods may be on a node that left or came: it does not watch nodes for that."""
    wanted = [(space, plan) for space, plan in cases if {LEAVING, COMING, NEVER} & set(nodes_of(plan))]
    paths = [f"/api/v1/namespaces/{space}/services/s-{number}" for space, plan in wanted for number in range(len(plan["services"]))]
    objects.together(partial(plane.raw, "PATCH", path, _TOUCHED, kind=_MERGE) for path in paths)


def _change(plane: Plane, space: str, change: Plan, at: int) -> None:
    """Let one thing happen; what is gone already cannot change, which is no fault."""
    if "pod" in change:
        path = _pod(space, change["pod"])
        if change["what"] == "status":
            _report(plane, space, change["pod"], change["to"], at)
        elif change["what"] == "label":
            plane.raw("PATCH", path, {"metadata": {"labels": {"app": change["to"]}}}, kind=_MERGE)
        elif change["what"] == "delete":
            plane.raw("DELETE", path)
        else:
            plane.raw("PATCH", path, {"metadata": {"finalizers": None}}, kind=_MERGE)
            plane.raw("DELETE", f"{path}?gracePeriodSeconds=0")
        return
    path = f"/api/v1/namespaces/{space}/services/s-{change['service']}"
    if change["what"] == "removed":
        plane.raw("DELETE", path)
        return
    spec = {"selector": {"tier": None} | change["to"]} if change["what"] == "selector" else {"publishNotReadyAddresses": True}
    plane.raw("PATCH", path, {"spec": spec}, kind=_MERGE)


def _report(plane: Plane, space: str, number: int, status: Plan, at: int) -> None:
    ips = [{"ip": _ADDRESS[family](at * 6 + number)} for family in status["families"]]
    conditions = [{"type": "Initialized", "status": "True"}]
    if status["ready"]:
        conditions.append({"type": "Ready", "status": status["ready"]})
    told: dict[str, Any] = {
        "phase": status["phase"],
        "conditions": conditions,
        "podIPs": ips or None,
        "podIP": ips[0]["ip"] if ips else None,
    }
    status, body = plane.raw("PATCH", f"{_pod(space, number)}/status", {"status": told}, kind=_MERGE)
    assert status in (200, 404), f"{status}: {body}"


def _pod(space: str, number: int) -> str:
    return f"/api/v1/namespaces/{space}/pods/p-{number}"
