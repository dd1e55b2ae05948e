from __future__ import annotations

from typing import Any

import pytest

import k8snetviz as knv
from k8snetviz.analysis.pod_references import resolve_pod
from k8snetviz.analysis.port_clashes import port_clashes
from k8snetviz.errors import UnknownReference, UsageError
from tests import build

PORT = build.port


def box(name: str, *ports: build.Obj, **more: Any) -> build.Obj:
    return {"name": name, "image": "i", "ports": list(ports)} | more


def pod(name: str = "p", *containers: build.Obj, init: tuple[build.Obj, ...] = (), **options: Any) -> build.Obj:
    spec = {"containers": list(containers), "initContainers": list(init)} | options.pop("spec", {})
    return build.pod(name, spec=spec, **options)


def said(*pods: build.Obj) -> list[list[str]]:
    snap = knv.load(build.as_list([*pods, build.node("node-a")]))
    frame = port_clashes(snap, resolve_pod(snap, "shop/p"))
    return frame[["clash", "value", "container", "other", "rule"]].values.tolist()


@pytest.mark.parametrize(
    ("pods", "expected"),
    [
        pytest.param([pod("p", box("a", PORT(80)), box("b", PORT(81)))], [], id="none"),
        pytest.param(
            [pod("p", box("a", PORT(80)), box("b", PORT(80)))],
            [["port", "80/TCP", "a", "b", "CP-5"], ["port", "80/TCP", "b", "a", "CP-5"]],
            id="one number in two containers",
        ),
        pytest.param([pod("p", box("a", PORT(53)), box("b", PORT(53, protocol="UDP")))], [], id="two protocols"),
        pytest.param(
            [pod("p", box("a", PORT(80, "web")), box("b", PORT(81, "web")))],
            [["port-name", "web", "a", "b", "CP-3"], ["port-name", "web", "b", "a", "CP-3"]],
            id="one name in two containers",
        ),
        pytest.param([pod("p", box("a", PORT(80)), init=(box("i", PORT(80)),))], [], id="an init container runs before"),
        pytest.param(
            [pod("p", box("a", PORT(80)), init=(box("s", PORT(80), restartPolicy="Always"),))],
            [["port", "80/TCP", "a", "s", "CP-5"], ["port", "80/TCP", "s", "a", "CP-5"]],
            id="a sidecar runs beside",
        ),
        pytest.param(
            [pod("p", box("a", PORT(80, hostPort=8080))), pod("q", box("a", PORT(81, hostPort=8080)), ips=("10.0.0.2",))],
            [["host-port", "8080/TCP", "a", "shop/q", "section 1.6"]],
            id="a host port that another pod of the node has",
        ),
        pytest.param(
            [pod("p", box("a", PORT(80, hostPort=8080))), pod("q", box("a", PORT(81, hostPort=8080)), ips=("10.0.0.2",), node="node-b")],
            [],
            id="on another node",
        ),
        pytest.param(
            [pod("p", box("a", PORT(80, hostPort=8080))), pod("q", box("a", PORT(81, hostPort=8080)), phase="Failed")],
            [],
            id="the other pod has failed",
        ),
        pytest.param(
            [
                pod("p", box("a", PORT(80, hostPort=8080, hostIP="192.0.2.1"))),
                pod("q", box("a", PORT(81, hostPort=8080, hostIP="192.0.2.2")), ips=("10.0.0.2",)),
            ],
            [],
            id="two addresses of the node",
        ),
        pytest.param(
            [pod("p", box("a", PORT(80, hostPort=8080)), box("b", PORT(81, hostPort=8080)))],
            [["host-port", "8080/TCP", "a", "b", "CP-6"], ["host-port", "8080/TCP", "b", "a", "CP-6"]],
            id="twice in one pod",
        ),
    ],
)
def test_collisions(pods, expected):
    assert said(*pods) == expected


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        pytest.param("other/p", UnknownReference, "nearest: shop/p", id="no such pod"),
        pytest.param("p", UnknownReference, "namespace/name.*shop/p", id="no namespace"),
        pytest.param("service:shop/p", UsageError, "something else", id="a Service"),
    ],
)
def test_a_pod_that_is_not_there(text, error, words):
    snap = knv.load(build.as_list([pod("p", box("a"))]))
    with pytest.raises(error, match=words):
        resolve_pod(snap, text)
