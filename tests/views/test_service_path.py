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


def hinted(address: str, pod: str, **hints: str) -> build.Obj:
    given = {key: [{"name": name}] for key, name in (("forZones", hints.get("zone")), ("forNodes", hints.get("node"))) if name}
    return build.endpoint(address, target=pod) | {"hints": given}


VIP, PROXY = {"ip": "198.51.100.7"}, {"ip": "198.51.100.7", "ipMode": "Proxy"}
OPEN = "node ports, external addresses and the ClusterIP stay open to others (KX-25)."


@pytest.mark.parametrize(
    ("service", "note", "said"),
    [
        pytest.param(balancer(VIP), "80/TCP", "No source ranges: whoever reaches the load balancer may use it (SV-16).", id="everybody"),
        pytest.param(
            balancer(VIP, loadBalancerSourceRanges=["203.0.113.9/24"]),
            "only from 203.0.113.0/24",
            f"Only sources in 203.0.113.0/24 may use the load balancer; {OPEN}",
            id="one range",
        ),
        pytest.param(
            balancer(VIP, loadBalancerSourceRanges=["203.0.113.0/24", "fd00::/48"]),
            "only from 2 source ranges",
            f"Only sources in 203.0.113.0/24, fd00::/48 may use the load balancer; {OPEN}",
            id="two ranges",
        ),
        pytest.param(
            balancer(VIP, loadBalancerSourceRanges=["fd00::/48"]),
            "only from fd00::/48",
            "No range is IPv4, so its IPv4 address is open to everybody (KX-25).",
            id="of the other family",
        ),
        pytest.param(
            balancer(PROXY, loadBalancerSourceRanges=["203.0.113.0/24"]),
            "only from 203.0.113.0/24",
            "it must see to that itself, since nodes do not capture its address (SV-52, KX-25).",
            id="mode Proxy",
        ),
        pytest.param(
            balancer(loadBalancerSourceRanges=["203.0.113.0/24"]),
            "only from 203.0.113.0/24",
            f"Only sources in 203.0.113.0/24 may use the load balancer; {OPEN}",
            id="pending",
        ),
    ],
)
def test_who_may_use_a_load_balancer(service, note, said):
    picture = drawn(service, POD, SLICE)
    assert cards(picture, "Address")[0][1][-1] == note and said in " ".join(words(picture))


def test_source_ranges_of_an_annotation():
    service = balancer(VIP)
    service["metadata"]["annotations"] = {"service.beta.kubernetes.io/load-balancer-source-ranges": "203.0.113.0/24"}
    assert "Only sources in 203.0.113.0/24 (by annotation) may use the load balancer" in " ".join(words(drawn(service, POD, SLICE)))


def test_ports_that_a_load_balancer_does_not_serve():
    ports = [{"port": port, "protocol": "TCP", "error": "example.net/Quota"} for port in range(80, 85)]
    picture = drawn(balancer({"ip": "198.51.100.7", "ports": [*ports, {"port": 90, "protocol": "TCP"}]}), POD, SLICE)
    assert cards(picture, "Address")[0][1][-1] == "80/TCP, 81/TCP, 82/TCP and 2 more: error (SV-54)"
    said = " ".join(words(picture))
    assert "198.51.100.7 does not serve port 80/TCP: example.net/Quota (SV-54)." in said and "90/TCP" not in said
    assert "2 more ports of the load balancer with an error (SV-54)." in said and "port 83/TCP" not in said
    assert ": 198.51.100.7 does not serve port 80/TCP: " in picture.alt


PREFERS = {"selector": A, "trafficDistribution": "PreferClose"}
TWO = (build.pod("p", labels=A), build.pod("q", labels=A, ips=("10.0.0.2",)))


@pytest.mark.parametrize(
    ("ends", "places", "said"),
    [
        pytest.param(
            (hinted("10.0.0.1", "p", zone="zone-a"), hinted("10.0.0.2", "q", zone="zone-b")),
            ALL,
            "meant: zone-a 1, zone-b 1; where policy is Cluster, a node uses those for its zone, else all that are drawn (KX-11).",
            id="zones",
        ),
        pytest.param(
            (hinted("10.0.0.1", "p", zone="zone-a", node="n"), hinted("10.0.0.2", "q", zone="zone-a", node="n")),
            ALL,
            "meant: zone-a 2, node n 2; where policy is Cluster, a node uses those for itself, else those for its zone, else all",
            id="nodes and zones",
        ),
        pytest.param(
            (hinted("10.0.0.1", "p", node="n"), hinted("10.0.0.2", "q", node="n")),
            ALL,
            "meant: node n 2; where policy is Cluster, a node uses those for itself, else all that are drawn (KX-11).",
            id="nodes",
        ),
        pytest.param(
            (hinted("10.0.0.1", "p", zone="zone-a"), hinted("10.0.0.2", "q")),
            ALL,
            "meant: zone-a 1; but 1 of 2 ready endpoints has none: its port ignores them (KX-12).",
            id="one without",
        ),
        pytest.param(
            (hinted("10.0.0.1", "p"),), ALL, "by hints of EndpointSlices; no endpoint has one, so all that are drawn are used", id="none"
        ),
        pytest.param(
            None, everywhere("Service", "Pod", "Node"), "EndpointSlices, which were not, or not wholly, read: a node may use", id="not read"
        ),
    ],
)
def test_hints_are_told(ends, places, said):
    slices = [] if ends is None else [build.endpoint_slice("a", ends)]
    assert said in " ".join(words(drawn(build.service("a", **PREFERS), *TWO, *slices, places=places)))
