from __future__ import annotations

import pytest

import k8snetviz as knv
from k8snetviz.errors import UnknownReference
from k8snetviz.views.text import width_px
from k8snetviz.views.theme import WIDTH_PX
from tests import build
from tests.analysis.covered import covered, everywhere
from tests.views.frames import named, words

A = {"app": "a"}
ALL = everywhere("Service", "Pod", "Node", "EndpointSlice", "Endpoints")
NODES = [build.node("node-a"), build.node("node-b", zone=None)]
POD = build.pod("p", labels=A)
SLICE = build.endpoint_slice("a", (build.endpoint("10.0.0.1", target="p"),))


def balancer(*ingress: build.Obj, **spec) -> build.Obj:
    given = {"ports": (build.sport(80, 8080, nodePort=30080),), "externalTrafficPolicy": "Cluster"} | spec
    service = build.service("a", selector=A, type="LoadBalancer", **given)
    service["status"] = {"loadBalancer": {"ingress": list(ingress)}}
    return service


def drawn(*objects: build.Obj, places=ALL, theme: str = "light"):
    return knv.view.service_path(covered([*objects, *NODES], places), "shop/a", theme=theme)


def cards(picture, lane: str) -> list[tuple[str, list[str]]]:
    return [(row[0], row[1].split("<br>")) for row in named(picture, lane).customdata]


def test_cluster_address():
    picture = drawn(build.service("a", selector=A), POD, SLICE)
    assert cards(picture, "Address") == [("ClusterIP", ["10.96.0.10", "80/TCP"])]
    assert cards(picture, "Node") == [("the client's own node", ["the same on each of 2 nodes", "own pods: source kept (KX-50)"])]
    assert cards(picture, "Pod") == [("p", ["10.0.0.1 : 8080", "ready"])]
    assert cards(picture, "Client") == [("a pod", ["in the cluster"])]


def test_local_policy_is_drawn_per_node():
    picture = drawn(balancer({"ip": "198.51.100.7"}, externalTrafficPolicy="Local", healthCheckNodePort=32000), POD, SLICE)
    assert cards(picture, "Node")[:2] == [
        ("node-a", ["zone-a · 1 local pod", "health check 200 (SV-19)", "outside: source kept (KX-52)"]),
        ("node-b", ["no zone · 0 local pods", "health check 503 (SV-19)", "DROP from outside (KX-36)"]),
    ]
    assert "node-b: no local endpoint, so a load balancer skips it" in (said := " ".join(words(picture))) and "is dropped (KX-36)." in said


def test_internal_policy_local():
    picture = drawn(build.service("a", selector=A, internalTrafficPolicy="Local"), POD, SLICE)
    assert [card[1][-1] for card in cards(picture, "Node")] == ["own pods: source kept (KX-50)", "DROP from own pods (KX-32)"]


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        pytest.param(
            balancer({"ip": "198.51.100.7"}),
            [
                ("load balancer", ["198.51.100.7 (VIP)", "80/TCP"]),
                ("node port 30080/TCP", ["on every node (KX-29)"]),
            ],
            id="VIP",
        ),
        pytest.param(
            balancer(loadBalancerClass="example.net/lb"),
            [
                ("load balancer", ["pending (SV-50)", "class example.net/lb"]),
                ("node port 30080/TCP", ["on every node (KX-29)"]),
            ],
            id="pending",
        ),
        pytest.param(
            balancer({"hostname": "lb.example.net"}, ports=(build.sport(80),), allocateLoadBalancerNodePorts=False),
            [
                ("load balancer", ["lb.example.net (host name)", "resolved outside (SV-51)", "80/TCP"]),
                ("no node ports", ["not allocated (SV-13)"]),
            ],
            id="host name only, without node ports",
        ),
        pytest.param(
            balancer({"ip": "198.51.100.7", "ipMode": "Proxy"}),
            [
                ("load balancer", ["198.51.100.7 (Proxy)", "to node ports or pods (SV-52)", "80/TCP"]),
                ("node port 30080/TCP", ["on every node (KX-29)"]),
            ],
            id="mode Proxy",
        ),
        pytest.param(
            build.service("a", selector=A, externalIPs=["203.0.113.9"]),
            [("external address", ["203.0.113.9", "80/TCP (KX-28)"])],
            id="external address",
        ),
    ],
)
def test_what_it_opens_to_the_outside(service, expected):
    assert cards(drawn(service, POD, SLICE), "Address")[:-1] == expected


def test_two_families():
    picture = drawn(build.service("a", selector=A, families=("IPv4", "IPv6")), POD, SLICE)
    assert cards(picture, "Address") == [("ClusterIP", ["10.96.0.10", "fd00:96::10", "80/TCP"])]
    assert "REJECT from own pods, IPv6 (KX-31)" in cards(picture, "Node")[0][1]
    assert any("IPv4 delivers, IPv6 delivers nowhere" in text for text in words(picture))


def test_headless_with_names():
    slices = build.endpoint_slice("a", (build.endpoint("10.0.0.1", target="p") | {"hostname": "p"},))
    picture = drawn(build.service("a", selector=A, cluster_ips=("None",)), POD, slices)
    assert cards(picture, "Name") == [
        ("a.shop.svc", ["A 10.0.0.1", "those that are ready (DN-4)"]),
        ("p.a.shop.svc", ["hostname of the pod (DN-6, EP-25)"]),
    ]


def test_headless_without_anything_ready():
    picture = drawn(build.service("a", selector=A, cluster_ips=("None",)))
    assert cards(picture, "Name") == [("a.shop.svc", ["no answer: NXDOMAIN (DN-5)"])]


def test_chain_of_names():
    picture = drawn(build.service("a", type="ExternalName", externalName="smtp.example.net"))
    assert cards(picture, "Name") == [
        ("a.shop.svc", ["CNAME smtp.example.net", "an alias, no proxy (DN-10)"]),
        ("smtp.example.net", ["outside the zone of the cluster: what it resolves to is not collected"]),
    ]


def test_nothing_read_is_not_nothing_there():
    picture = drawn(build.service("a", selector=A), places={"Service": ALL["Service"]})
    assert cards(picture, "Pod") == [("backends are not known", ["NOT_COLLECTED (SN-26)"])]
    assert cards(picture, "Node")[0][1] == ["the same on every node", "own pods: not known (SN-26)"]
    headless = drawn(build.service("a", selector=A, cluster_ips=("None",)), places={"Service": ALL["Service"]})
    assert cards(headless, "Name") == [("a.shop.svc", ["answers are not known"])]


def test_no_backend():
    assert cards(drawn(build.service("a", selector=A)), "Pod")[0][0] == "no backend"


def test_many_are_counted():
    pods = [build.pod(f"p-{n:02}", labels=A, ips=(f"10.0.1.{n}",), node=f"node-{n:02}") for n in range(1, 31)]
    ends = tuple(build.endpoint(f"10.0.1.{n}", target=f"p-{n:02}", node=f"node-{n:02}") for n in range(1, 31))
    more = [build.node(f"node-{n:02}") for n in range(1, 61)]
    picture = drawn(balancer({"ip": "198.51.100.7"}, externalTrafficPolicy="Local"), *pods, *more, build.endpoint_slice("a", ends))
    nodes = cards(picture, "Node")
    assert len(nodes) == 4 + 4 + 1 + 1
    assert nodes[8] == ("54 more nodes", ["28: DROP from outside (KX-36)", "26: outside: source kept (KX-52)"])
    assert cards(picture, "Pod")[-1] == ("24 more", ["24 pods in use"])
    assert len(picture.to_json()) < 60_000


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_type_of_the_sample_within_the_picture(theme):
    snap = knv.sample("during")
    states, backends = knv.service_states(snap), knv.backends(snap)
    for row in snap.services.itertuples():
        given = {"states": states, "backends": backends, "theme": theme}
        picture = knv.view.service_path(snap, f"{row.namespace}/{row.service}", **given)
        assert picture.svg() == knv.view.service_path(snap, f"service:{row.namespace}/{row.service}", **given).svg()
        assert picture.alt.startswith(f"Service path of {row.namespace}/{row.service}, {row.type}") and picture.alt.endswith(".")
        for trace in picture.data:
            for x, text in zip(trace.x, trace.text or (), strict=False):
                assert trace.textposition != "middle right" or x + width_px(text.replace("<b>", ""), trace.textfont.size) < WIDTH_PX + 60


def test_hostile_text_is_only_text():
    service = build.service("a", type="ExternalName", externalName='<a href="http://evil.example">x</a>$x$\x1b')
    picture = drawn(service)
    assert "<a " not in picture.to_json() and "<a " not in picture.svg() and picture.png()


def test_no_such_service():
    with pytest.raises(UnknownReference, match="nearest: shop/cart"):
        knv.view.service_path(knv.sample("during"), "shop/crat")
