"""Makes objects on the control plane: nodes and pods as a kubelet would report them, everything else as it is."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.cluster.plane import Plane

_MERGE = "application/strategic-merge-patch+json"
_AT_ONCE = 8


def ok(answer: tuple[int, Any]) -> Any:
    """Return the body of a good answer."""
    status, body = answer
    assert status in (200, 201), f"{status}: {body}"
    return body


def namespace(plane: Plane, name: str) -> None:
    ok(plane.raw("POST", "/api/v1/namespaces", {"metadata": {"name": name}}))


def node(plane: Plane, name: str, address: str, zone: str) -> None:
    """Register a node and report it ready."""
    labels = {"topology.kubernetes.io/zone": zone, "kubernetes.io/hostname": name}
    ok(plane.raw("POST", "/api/v1/nodes", {"metadata": {"name": name, "labels": labels}}))
    status = {
        "capacity": {"cpu": "64", "memory": "256Gi", "pods": "5000"},
        "allocatable": {"cpu": "64", "memory": "256Gi", "pods": "5000"},
        "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady"}],
        "addresses": [{"type": "InternalIP", "address": address}, {"type": "Hostname", "address": name}],
    }
    ok(plane.raw("PATCH", f"/api/v1/nodes/{name}/status", {"status": status}, kind=_MERGE))
    taints = [each for each in ok(plane.raw("GET", f"/api/v1/nodes/{name}"))["spec"].get("taints", []) if "not-ready" not in each["key"]]
    ok(plane.raw("PATCH", f"/api/v1/nodes/{name}", {"spec": {"taints": taints}}, kind="application/merge-patch+json"))


def service(plane: Plane, space: str, name: str, **spec: Any) -> None:
    ok(plane.raw("POST", f"/api/v1/namespaces/{space}/services", {"metadata": {"name": name}, "spec": spec}))


def pod(plane: Plane, space: str, name: str, labels: dict[str, str], *, finalizers: list[str] | None = None, **spec: Any) -> None:
    """Create a pod; without a node in `spec` the scheduler finds one."""
    meta = {"name": name, "labels": labels} | ({"finalizers": finalizers} if finalizers else {})
    whole = {"containers": [{"name": "app", "image": "app:1"}], "terminationGracePeriodSeconds": 30} | spec
    ok(plane.raw("POST", f"/api/v1/namespaces/{space}/pods", {"metadata": meta, "spec": whole}))


def running(plane: Plane, space: str, name: str, ips: Iterable[str], *, ready: bool = True, **status: Any) -> None:
    """Report a pod as a kubelet would: running, with addresses."""
    found = list(ips)
    told: dict[str, Any] = {
        "phase": "Running",
        "conditions": [{"type": "Ready", "status": "True" if ready else "False"}, {"type": "Initialized", "status": "True"}],
        "podIPs": [{"ip": ip} for ip in found],
    } | ({"podIP": found[0]} if found else {})
    ok(plane.raw("PATCH", f"/api/v1/namespaces/{space}/pods/{name}/status", {"status": told | status}, kind=_MERGE))


def together(calls: Iterable[Callable[[], Any]]) -> None:
    """Make calls at once, a few at a time; the first that fails is raised."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for _ in pool.map(lambda call: call(), calls):
            pass


def quiet(ready: Callable[[], bool], timeout_s: float = 60.0) -> None:
    """Wait until `ready`, asking again and again."""
    end = time.monotonic() + timeout_s
    for pause in itertools.chain((0.1, 0.2, 0.5), itertools.repeat(1.0)):
        if ready():
            return
        if time.monotonic() > end:
            raise AssertionError("the control plane did not become quiet")
        time.sleep(pause)
