"""Random Services and pods, a namespace a case, drawn by seed: what the EndpointSlice controller has to decide about."""

from __future__ import annotations

from functools import partial
from random import Random
from typing import Any

from tests.cluster import objects
from tests.cluster.plane import Plane

_FAMILIES = (
    {"ipFamilyPolicy": "SingleStack", "ipFamilies": ["IPv4"]},
    {"ipFamilyPolicy": "SingleStack", "ipFamilies": ["IPv6"]},
    {"ipFamilyPolicy": "PreferDualStack", "ipFamilies": ["IPv6", "IPv4"]},
    {"ipFamilyPolicy": "RequireDualStack"},
    {},
)
_NAMES = ("http", "grpc", "dns", "metrics")
_FINALIZER = "example.net/hold"


def make_case(plane: Plane, number: int, seed: int) -> None:
    """Create the objects of one case in a namespace of its own."""
    chance = Random(f"{seed}-{number}")
    space = f"case-{seed}-{number:04d}"
    objects.namespace(plane, space)
    for index in range(chance.randint(1, 3)):
        objects.service(plane, space, f"s-{index}", **_service(chance))
    for index in range(chance.randint(0, 6)):
        _pod(plane, space, f"p-{index}", chance, address=(number * 7 + index) % 60_000)


def cases(plane: Plane, count: int, seed: int) -> None:
    """Create `count` cases."""
    objects.together(partial(make_case, plane, number, seed) for number in range(count))


def _service(chance: Random) -> dict[str, Any]:
    spec: dict[str, Any] = dict(chance.choice(_FAMILIES))
    if chance.random() < 0.92:
        spec["selector"] = {"app": chance.choice("abc")} | ({"tier": "x"} if chance.random() < 0.2 else {})
    if chance.random() < 0.3:
        spec["clusterIP"] = "None"
    if chance.random() < 0.2:
        spec["publishNotReadyAddresses"] = True
    headless_without_ports = spec.get("clusterIP") == "None" and chance.random() < 0.3
    if not headless_without_ports:
        spec["ports"] = [_port(chance, number) for number in range(chance.randint(1, 3))]
    return spec


def _port(chance: Random, number: int) -> dict[str, Any]:
    port: dict[str, Any] = {"name": f"port-{number}", "port": 80 + number, "protocol": chance.choice(("TCP", "TCP", "UDP", "SCTP"))}
    port["targetPort"] = chance.choice((8080 + number, 53, *_NAMES))
    return port


def _pod(plane: Plane, space: str, name: str, chance: Random, *, address: int) -> None:
    labels = {"app": chance.choice("abc")} | ({"tier": chance.choice("xy")} if chance.random() < 0.5 else {})
    spec: dict[str, Any] = {"containers": [_container(chance, "app")], "nodeName": chance.choice(("node-a", "node-b", "node-a", "gone"))}
    if chance.random() < 0.3:
        spec["containers"].append(_container(chance, "more"))
    if chance.random() < 0.25:
        spec["initContainers"] = [_container(chance, "side") | {"restartPolicy": "Always"}]
    if chance.random() < 0.2:
        spec |= {"hostname": name, "subdomain": chance.choice(("s-0", "s-1"))}
    if chance.random() < 0.1:
        spec["readinessGates"] = [{"conditionType": "example.net/gate"}]
    going = chance.random() < 0.2
    objects.pod(plane, space, name, labels, finalizers=[_FINALIZER] if going else None, **spec)
    ips = [f"10.244.{address // 250}.{address % 250 + 1}", f"fd00:10:244::{address + 1:x}"]
    if chance.random() < 0.3:
        ips.reverse()
    ips = ips[: chance.choice((0, 1, 1, 2, 2, 2))]
    phase = chance.choices(("Running", "Pending", "Succeeded", "Failed", "Unknown"), (14, 2, 1, 1, 1))[0]
    objects.running(plane, space, name, ips, ready=chance.random() < 0.7, phase=phase)
    if going:
        objects.ok(plane.raw("DELETE", f"/api/v1/namespaces/{space}/pods/{name}"))


def _container(chance: Random, name: str) -> dict[str, Any]:
    ports = [
        {"name": chance.choice(_NAMES), "containerPort": 9000 + index, "protocol": chance.choice(("TCP", "TCP", "UDP"))}
        for index in range(chance.randint(0, 2))
    ]
    named = {port["name"]: port for port in ports}  # a name stands once in a container
    return {"name": name, "image": "app:1", "ports": list(named.values())}
