from __future__ import annotations

from typing import Any

import pytest

from k8snetviz.analysis.service_names import service_names
from tests import build
from tests.analysis.covered import Places, covered, everywhere

A = {"app": "a"}
ALL = everywhere("Service", "Pod", "Node", "EndpointSlice", "Endpoints")
HEADLESS = build.service("a", selector=A, cluster_ips=("None",))
NAME = "a.shop.svc.cluster.local"


def alias(target: str, name: str = "a") -> build.Obj:
    return build.service(name, type="ExternalName", externalName=target)


def said(objects: list[build.Obj], places: Places = ALL) -> list[tuple[Any, ...]]:
    frame = service_names(covered([*objects, build.node("node-a")], places), "shop/a").astype(object)
    frame = frame[["step", "name", "record", "answer", "published", "rule"]]
    return [tuple(row) for row in frame.where(frame.notna(), None).itertuples(index=False)]


@pytest.mark.parametrize(
    ("objects", "expected"),
    [
        pytest.param([build.service("a")], [(0, NAME, "A", "10.96.0.10", True, "DN-1")], id="cluster address"),
        pytest.param(
            [alias("smtp.example.net")],
            [(0, NAME, "CNAME", "smtp.example.net", True, "DN-10"), (1, "smtp.example.net", None, None, None, None)],
            id="a name outside",
        ),
        pytest.param([alias("10.1.2.3")], [(0, NAME, "CNAME", "10.1.2.3", False, "DN-11")], id="an address"),
        pytest.param(
            [alias("B.shop.svc.cluster.local."), build.service("b")],
            [
                (0, NAME, "CNAME", "B.shop.svc.cluster.local.", True, "DN-10"),
                (1, "b.shop.svc.cluster.local", "A", "10.96.0.10", True, "DN-1"),
            ],
            id="another Service, with a dot at the end",
        ),
        pytest.param(
            [alias("b.shop.svc.cluster.local")],
            [
                (0, NAME, "CNAME", "b.shop.svc.cluster.local", True, "DN-10"),
                (1, "b.shop.svc.cluster.local", None, None, False, "DN-16"),
            ],
            id="no such Service",
        ),
        pytest.param(
            [alias("b.shop.svc.cluster.local"), alias(NAME, "b")],
            [
                (0, NAME, "CNAME", "b.shop.svc.cluster.local", True, "DN-10"),
                (1, "b.shop.svc.cluster.local", "CNAME", NAME, True, "DN-10"),
                (2, NAME, None, None, False, "DN-10"),
            ],
            id="a circle",
        ),
        pytest.param([HEADLESS], [], id="headless without pods"),
    ],
)
def test_answers(objects, expected):
    assert said(objects) == expected


def test_headless_endpoints_with_and_without_a_name_of_their_own():
    ready, named = build.endpoint("10.0.0.1", target="p"), build.endpoint("10.0.0.2", target="q") | {"hostname": "q"}
    named["conditions"] = {"ready": False, "serving": False, "terminating": False}
    objects = [HEADLESS, build.pod("p", labels=A), build.pod("q", labels=A, ips=("10.0.0.2",), ready=False)]
    frame = service_names(covered([*objects, build.node("node-a"), build.endpoint_slice("a", (ready, named))], ALL), "shop/a")
    found = frame[["answer", "published", "host_name", "pod"]].astype(object)
    assert found.where(found.notna(), None).values.tolist() == [
        ["10.0.0.1", True, None, "p"],
        ["10.0.0.2", False, f"q.{NAME}", "q"],
    ]


def test_without_slices_the_names_that_pods_will_get():
    pod = build.pod("p", labels=A, spec={"hostname": "p-host", "subdomain": "a"})
    places = {kind: spaces for kind, spaces in ALL.items() if kind not in ("EndpointSlice", "Endpoints")}
    frame = service_names(covered([HEADLESS, pod, build.node("node-a")], places), "shop/a")
    assert frame[["host_name", "published"]].values.tolist() == [[f"p-host.{NAME}", True]]


def test_a_service_that_was_not_read_may_exist():
    places = {"Service": {"shop": True}} | {kind: spaces for kind, spaces in ALL.items() if kind != "Service"}
    assert said([alias("b.other.svc.cluster.local")], places)[1] == (1, "b.other.svc.cluster.local", None, None, None, None)
