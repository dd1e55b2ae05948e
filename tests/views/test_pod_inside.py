from __future__ import annotations

import json

import pytest

import k8snetviz as knv
from k8snetviz.errors import UnknownReference
from tests import build
from tests.analysis.covered import covered, everywhere
from tests.views.frames import named, words

ALL = everywhere("Service", "Pod", "Node", "EndpointSlice")
NODE = build.node("node-a")


def box(name: str, *ports: build.Obj, **more) -> build.Obj:
    return {"name": name, "image": "i", "ports": list(ports)} | more


def pod(*containers: build.Obj, init: tuple[build.Obj, ...] = (), spec: build.Obj | None = None, **options) -> build.Obj:
    return build.pod("p", spec={"containers": list(containers), "initContainers": list(init)} | (spec or {}), **options)


def drawn(*objects: build.Obj, places=ALL, theme: str = "light"):
    return knv.view.pod_inside(covered([*objects, NODE], places), "shop/p", theme=theme)


def containers(picture) -> list[list[str]]:
    return [list(row[:3]) for row in named(picture, "Container").customdata]


def side(picture, name: str) -> list[list[str]]:
    return [list(row[:2]) for row in named(picture, name).customdata]


def test_containers_around_one_namespace():
    ephemeral = {"ephemeralContainers": [{"name": "debug", "image": "i"}]}
    start = (box("setup"), box("proxy", build.port(15000, "admin"), restartPolicy="Always"))
    picture = drawn(pod(box("app", build.port(8080, "http")), init=start, spec=ephemeral, ips=("10.0.0.1", "fd00::1")))
    assert containers(picture) == [
        ["app", "container", "http 8080/TCP"],
        ["proxy", "sidecar, runs beside (CP-4)", "admin 15000/TCP"],
        ["setup", "init, runs before (CP-4)", "declares no port"],
        ["debug", "ephemeral, no ports (CP-4)", "declares no port"],
    ]
    assert "shared by all containers: 10.0.0.1, fd00::1" in words(picture)
    assert picture.alt.startswith("Inside pod shop/p: Running, on node-a · 1 container, 1 sidecar, 1 init container, 1 ephemeral container")


def test_a_collision_is_drawn_where_it_is():
    picture = drawn(pod(box("app", build.port(8080), build.port(9090)), box("other", build.port(9090))))
    assert "1: app and other declare 9090/TCP on one address: only one can listen (CP-5)" in " ".join(words(picture))
    assert words(picture).count("1") == 2 and ", 1 collision of ports, " in picture.alt
    assert [text for text in words(picture) if text.endswith("/TCP")] == ["9090/TCP", "8080/TCP", "9090/TCP"]


def test_host_ports():
    picture = drawn(pod(box("app", build.port(80, hostPort=8080))))
    assert side(picture, "Leads here")[1] == ["host ports (CP-8)", "8080/TCP → 80"]
    assert side(drawn(pod(box("app"))), "Leads here")[1] == ["host ports", "none declared"]


def test_host_network():
    picture = drawn(pod(box("app", build.port(80)), spec={"hostNetwork": True}))
    assert "<b>network namespace of node node-a</b>" in words(picture)
    assert side(picture, "Leads here")[1] == ["host ports", "each port is one of the node<br>(host network, CP-7)"]


def test_services_that_lead_here():
    service = build.service("a", selector={"app": "a"})
    slices = build.endpoint_slice("a", (build.endpoint("10.0.0.1", target="p"),))
    picture = drawn(pod(box("app"), labels={"app": "a"}), service, slices)
    assert side(picture, "Leads here")[0] == ["Services that lead here", "a 80 → 8080"]
    assert side(drawn(pod(box("app"))), "Leads here")[0] == ["Services", "none leads here"]


def test_services_that_were_not_read():
    picture = drawn(pod(box("app")), places={"Pod": ALL["Pod"]})
    assert side(picture, "Leads here")[0] == ["Services", "not, or not wholly, read"]


def test_a_pod_without_node_and_address():
    picture = drawn(pod(box("app"), node=None, ips=(), phase="Pending", ready=False))
    assert "no address yet (NM-10)" in words(picture) and side(picture, "Outside")[1][1].startswith("not scheduled")


def test_a_template_stands_for_its_pods():
    manifest = build.workload("Deployment", "p", labels={"app": "a"}, ports=(build.port(80),))
    del manifest["status"]
    manifest["metadata"] = {"name": "p", "namespace": "shop"}
    snap = knv.load(build.as_list([manifest]))
    picture = knv.view.pod_inside(snap, "shop/p")
    assert "no address: a template has none" in words(picture)
    assert "not observed: a template stands for its pods (SN-12)" in words(picture)


def test_many_are_counted():
    many = [box(f"c-{n:02}", *(build.port(8000 + 20 * n + k) for k in range(9))) for n in range(14)]
    picture = drawn(pod(*many))
    assert len(containers(picture)) == 9
    assert "and 5 more containers: 5 app" in words(picture) and words(picture).count("and 3 more ports") == 9


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_pod_of_the_sample(theme):
    snap = knv.sample("during")
    backends = knv.backends(snap)
    for row in snap.pods.head(20).itertuples():
        picture = knv.view.pod_inside(snap, f"{row.namespace}/{row.pod}", backends=backends, theme=theme)
        assert picture.svg() == knv.view.pod_inside(snap, f"pod:{row.namespace}/{row.pod}", backends=backends, theme=theme).svg()


def test_hostile_text_is_only_text():
    picture = drawn(pod(box("<a href='x'>$x$", build.port(80, "<img src=x>"))))
    assert "<a " not in picture.to_json() and "<img" not in picture.to_json() and "<img" not in picture.svg() and picture.png()


def test_no_such_pod():
    with pytest.raises(UnknownReference, match="nearest: shop/web-ff86667df-9x2mm"):
        knv.view.pod_inside(knv.sample("during"), "shop/web-ff86667df-9x2m")


def attached(*networks: build.Obj) -> build.Obj:
    one = pod(box("app"))
    one["metadata"]["annotations"] = {"k8s.v1.cni.cncf.io/network-status": json.dumps(networks)}
    return one


MAIN = {"interface": "eth0", "ips": ["10.0.0.1"], "mac": "0a:58:0a:f4:00:07", "default": True}
NEXT = {"interface": "net1", "ips": ["192.168.7.4", "fd00:7::4"], "mac": "02:42:c0:a8:07:04"}


@pytest.mark.parametrize(
    ("networks", "lines"),
    [
        pytest.param((), [], id="not told"),
        pytest.param((MAIN,), ["eth0 · MAC 0a:58:0a:f4:00:07"], id="one: its address stands above"),
        pytest.param(
            (MAIN, NEXT, {}),
            [
                "eth0 · 10.0.0.1 · MAC 0a:58:0a:f4:00:07 · cluster network",
                "net1 · 192.168.7.4, fd00:7::4 · MAC 02:42:c0:a8:07:04",
                "interface without a name · no address",
            ],
            id="several",
        ),
        pytest.param((MAIN, *[{"interface": f"net{n}"} for n in range(1, 7)]), ["net3 · no address", "and 3 more interfaces"], id="many"),
    ],
)
def test_interfaces_that_the_cni_plugin_tells(networks, lines):
    said = words(drawn(attached(*networks)))
    at = said.index("shared by all containers: 10.0.0.1") + 1
    told = [text for text in said if "MAC" in text or "interface" in text or " · no address" in text]
    assert [text for text in told if text in lines] == lines and (lines or not told)
    assert said[at : at + len(told)] == told
