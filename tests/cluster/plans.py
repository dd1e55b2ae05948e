"""Random Services and pods for hypothesis, a namespace a case: what the EndpointSlice controller has to decide about.

A plan is plain data: what is created, what kubelets report, and what happens afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

Plan = dict[str, Any]
STEADY, LEAVING, COMING, NEVER = ("node-a", "node-b"), "node-leaving", "node-coming", "node-never"
_NAMES = ("http", "grpc", "dns", "metrics")
_FAMILIES = (
    {"ipFamilyPolicy": "SingleStack", "ipFamilies": ["IPv4"]},
    {"ipFamilyPolicy": "SingleStack", "ipFamilies": ["IPv6"]},
    {"ipFamilyPolicy": "PreferDualStack", "ipFamilies": ["IPv6", "IPv4"]},
    {"ipFamilyPolicy": "RequireDualStack"},
    {},
)
_FIRST_PORT = {"app": 9000, "more": 9100, "side": 9200}  # by container: on the network of a node they must differ
_PROTOCOLS = st.sampled_from(("TCP", "TCP", "UDP", "SCTP"))
_APPS = st.sampled_from("abc")


def _one_in(count: int) -> st.SearchStrategy[bool]:
    """True once in `count` times; hypothesis shrinks towards False."""
    return st.integers(0, count - 1).map(lambda number: number == count - 1)


@st.composite
def plans(draw: Callable[..., Any]) -> Plan:
    """Draw one case: one to three Services, up to six pods, and up to three changes after they were made."""
    services = [_service(draw) for _ in range(draw(st.integers(1, 3)))]
    pods = [_pod(draw, number) for number in range(draw(st.integers(0, 6)))]
    changes = [_change(draw, len(services), len(pods)) for _ in range(draw(st.integers(0, 3)))]
    return {"services": services, "pods": pods, "changes": changes}


def each_plan(count: int, number: int, look: Callable[[Plan], None]) -> None:
    """Hand `count` plans to `look`, the same ones for the same `number`; one that `look` refuses is shrunk, and raised at the end."""

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(plans())
    def each(plan: Plan) -> None:
        look(plan)

    each()


def key_of(plan: Plan) -> str:
    """Return a text that tells plans apart."""
    return json.dumps(plan, sort_keys=True)


def nodes_of(plan: Plan) -> Iterator[str]:
    """Yield the node of every pod that has one."""
    return (pod["spec"]["nodeName"] for pod in plan["pods"] if "nodeName" in pod["spec"])


def _service(draw: Any) -> Plan:
    spec: Plan = dict(draw(st.sampled_from(_FAMILIES)))
    kind = draw(st.sampled_from(("ClusterIP",) * 6 + ("None",) * 3 + ("NodePort", "ExternalName")))
    if not draw(_one_in(12)):
        spec["selector"] = {"app": draw(_APPS)} | ({"tier": "x"} if draw(_one_in(5)) else {})
    if draw(_one_in(5)):
        spec["publishNotReadyAddresses"] = True
    if not (kind == "None" and draw(_one_in(3))):
        spec["ports"] = _ports(draw)
    if kind == "None":
        spec["clusterIP"] = "None"
    elif kind == "ExternalName":
        spec = {name: spec[name] for name in ("selector", "ports") if name in spec} | {"type": kind, "externalName": "example.net"}
    else:
        spec["type"] = kind
    return spec


def _ports(draw: Any) -> list[Plan]:
    count = draw(st.integers(1, 3))
    ports = []
    for number in range(count):
        port: Plan = {"port": 80 + number, "protocol": draw(_PROTOCOLS)}
        if count > 1 or draw(st.booleans()):
            port["name"] = f"port-{number}"
        target = draw(st.sampled_from((8080 + number, 53, None, *_NAMES)))
        ports.append(port if target is None else port | {"targetPort": target})
    return ports


def _pod(draw: Any, number: int) -> Plan:
    spec: Plan = {"containers": [_container(draw, "app")]}
    node = draw(st.sampled_from((*STEADY, *STEADY, LEAVING, COMING, NEVER, None)))
    spec |= {"nodeName": node} if node else {"schedulerName": "nobody"}
    if draw(_one_in(3)):
        spec["containers"].append(_container(draw, "more"))
    if draw(_one_in(3)):
        side = _container(draw, "side")
        spec["initContainers"] = [side | ({"restartPolicy": "Always"} if draw(st.booleans()) else {})]
    if draw(_one_in(3)):
        spec["hostname"] = f"p-{number}"
    if draw(_one_in(3)):
        spec["subdomain"] = draw(st.sampled_from(("s-0", "s-1")))
    if draw(_one_in(8)):
        spec["readinessGates"] = [{"conditionType": "example.net/gate"}]
    if draw(_one_in(12)):
        spec["hostNetwork"] = True
    labels = {"app": draw(_APPS)} | ({"tier": draw(st.sampled_from("xy"))} if draw(st.booleans()) else {})
    return {"labels": labels, "spec": spec, "status": _status(draw), "deleted": draw(_one_in(5))}


def _status(draw: Any) -> Plan:
    """What a kubelet reports; the families of its addresses in their order."""
    return {
        "families": draw(st.sampled_from((["IPv4", "IPv6"], ["IPv4", "IPv6"], ["IPv6", "IPv4"], ["IPv4"], ["IPv6"], []))),
        "ready": draw(st.sampled_from(("True", "True", "True", "False", "Unknown", None))),
        "phase": draw(st.sampled_from(("Running",) * 10 + ("Pending", "Pending", "Succeeded", "Failed", "Unknown"))),
    }


def _container(draw: Any, name: str) -> Plan:
    names = draw(st.lists(st.sampled_from(_NAMES), max_size=2, unique=True))
    ports = [{"name": port, "containerPort": _FIRST_PORT[name] + index, "protocol": draw(_PROTOCOLS)} for index, port in enumerate(names)]
    return {"name": name, "image": "app:1", "ports": ports}


def _change(draw: Any, services: int, pods: int) -> Plan:
    """What happens later: to a pod, or to a Service."""
    of_pods, of_services = ("status", "label", "delete", "gone"), ("selector", "publish", "removed")
    what = draw(st.sampled_from(of_pods if pods and draw(st.booleans()) else of_services))
    if what in of_services:
        change: Plan = {"what": what, "service": draw(st.integers(0, services - 1))}
        return change | ({"to": {"app": draw(_APPS)}} if what == "selector" else {})
    change = {"what": what, "pod": draw(st.integers(0, pods - 1))}
    return change | ({"to": _status(draw)} if what == "status" else {"to": draw(_APPS)} if what == "label" else {})
