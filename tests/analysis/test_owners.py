"""Who holds or covers an address, and section 1.3 of the reference step by step."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import k8snetviz as knv
from k8snetviz.analysis.duplicates import Holder, Sharing
from k8snetviz.errors import UsageError
from k8snetviz.model.snapshot import Provenance
from k8snetviz.model.tables import ADDRESS_OWNERS
from tests import build


def held(objects: list[build.Obj], asked: str) -> list[tuple[str, str, str]]:
    """Return role, reference and detail of every owner."""
    rows = ADDRESS_OWNERS.check(knv.owners(knv.load(build.as_list(objects)), asked))
    names = rows["namespace"].fillna("-") + "/" + rows["name"]
    return list(zip(rows["role"], rows["kind"] + " " + names, rows["detail"].fillna(""), strict=True))


def policy(name: str, cidr: str, *excepted: str, ns: str = "shop") -> build.Obj:
    peer = {"ipBlock": {"cidr": cidr} | ({"except": list(excepted)} if excepted else {})}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": ns, "uid": f"uid-{name}"},
        "spec": {"podSelector": {}, "policyTypes": ["Egress"], "egress": [{"to": [peer]}]},
    }


def service_cidr(name: str, *cidrs: str) -> build.Obj:
    return {"apiVersion": "networking.k8s.io/v1", "kind": "ServiceCIDR", "metadata": {"name": name}, "spec": {"cidrs": list(cidrs)}}


def test_a_pod_holds_its_address():
    assert held([build.pod("web-0", ips=("10.0.0.7",))], "10.0.0.7") == [("pod", "Pod shop/web-0", "Running, ready on node node-a")]


def test_nobody_holds_it():
    rows = knv.owners(knv.load(build.as_list([build.pod("web-0")])), "192.0.2.1")
    assert len(rows) == 0
    ADDRESS_OWNERS.check(rows)


def test_every_role_of_one_address():
    objects = [
        build.node("node-a", addresses=("10.0.0.7",), podCIDRs=["10.0.0.0/24"]),
        build.service("api", cluster_ips=("10.0.0.7",), externalIPs=["10.0.0.7"]),
        service_cidr("kubernetes", "10.0.0.0/16"),
        build.endpoint_slice("db", (build.endpoint("10.0.0.7", target="db-0"),), name="db-x"),
        build.endpoints("db", [{"notReadyAddresses": [{"ip": "10.0.0.7"}], "ports": [{"port": 5432, "protocol": "TCP"}]}]),
        policy("out", "10.0.0.0/8", "10.0.0.0/28"),
    ]
    assert held(objects, "10.0.0.7") == [
        ("cluster", "Service shop/api", "ClusterIP, port 80/TCP"),
        ("external", "Service shop/api", "ClusterIP, port 80/TCP"),
        ("node", "Node -/node-a", "InternalIP"),
        ("pod range", "Node -/node-a", "10.0.0.0/24"),
        ("policy block", "NetworkPolicy shop/out", "egress rule 0, peer 0: 10.0.0.0/8; except 10.0.0.0/28 takes it out again (NP-25)"),
        ("service range", "ServiceCIDR -/kubernetes", "10.0.0.0/16"),
        ("slice", "EndpointSlice shop/db-x", "endpoint of Service db, ready, port 8080/TCP, for Pod db-0"),
        ("slice", "Endpoints shop/db", "endpoint of Service db, not ready, port 5432/TCP"),
    ]


def test_a_load_balancer_address():
    service = build.service("web", type="LoadBalancer") | {
        "status": {"loadBalancer": {"ingress": [{"ip": "198.51.100.7", "ipMode": "VIP"}]}}
    }
    assert held([service], "198.51.100.7") == [("load-balancer", "Service shop/web", "LoadBalancer, port 80/TCP; ipMode VIP")]


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param("ip:10.0.0.7", id="prefix"),
        pytest.param("010.000.000.007", id="leading zeros are decimal"),
        pytest.param("::ffff:10.0.0.7", id="mapped IPv6"),
        pytest.param(" 10.0.0.7 ", id="blanks"),
    ],
)
def test_addresses_are_read_leniently(asked):
    rows = knv.owners(knv.load(build.as_list([build.pod("web-0", ips=("10.0.0.7",))])), asked)
    assert rows[["address", "family", "name"]].to_numpy().tolist() == [["10.0.0.7", "IPv4", "web-0"]]


def test_ipv6_in_any_spelling():
    rows = knv.owners(knv.load(build.as_list([build.pod("web-0", ips=("10.0.0.7", "fd00:0::A"))])), "[FD00::000a]")
    assert rows[["address", "family", "name"]].to_numpy().tolist() == [["fd00::a", "IPv6", "web-0"]]


@pytest.mark.parametrize("asked", ["web-0", "", "10.0.0", "10.0.0.1/33", "fe80::1%eth0", "10.0.0.1-10.0.0.9", "\x1b[31m", "1" * 500, None])
def test_text_that_is_no_address_is_refused_in_one_sentence(asked):
    with pytest.raises(UsageError, match="wanted an address or a range") as caught:
        knv.owners(knv.load(build.as_list([build.pod("web-0")])), asked)
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 200


def test_a_range_gives_what_lies_inside_and_what_covers_it():
    objects = [
        build.pod("in", ips=("10.0.1.7", "fd00::7")),
        build.pod("out", ips=("10.0.2.7",)),
        build.node("node-a", addresses=("192.168.0.1",), podCIDRs=["10.0.1.128/25", "fd00::/64"]),
        service_cidr("kubernetes", "10.0.0.0/16"),
        policy("part", "10.0.0.0/8", "10.0.1.0/28"),
        policy("other", "172.16.0.0/12"),
    ]
    assert held(objects, "10.0.1.9/24") == [
        ("pod", "Pod shop/in", "10.0.1.7: Running, ready on node node-a"),
        ("pod range", "Node -/node-a", "10.0.1.128/25 lies inside it"),
        (
            "policy block",
            "NetworkPolicy shop/part",
            "egress rule 0, peer 0: 10.0.0.0/8 covers it; except 10.0.1.0/28 takes a part of it out again (NP-25)",
        ),
        ("service range", "ServiceCIDR -/kubernetes", "10.0.0.0/16 covers it"),
    ]
    assert set(knv.owners(knv.load(build.as_list(objects)), "10.0.1.9/24")["address"]) == {"10.0.1.0/24"}


def test_an_exception_elsewhere_does_not_concern_the_address():
    assert held([policy("out", "10.0.0.0/8", "10.9.0.0/16")], "10.0.0.7") == [
        ("policy block", "NetworkPolicy shop/out", "egress rule 0, peer 0: 10.0.0.0/8; except 10.9.0.0/16 does not concern it"),
    ]


def test_a_pod_ip_that_is_a_cluster_ip():
    objects = [build.pod("web-0", ips=("10.96.0.10",)), build.service("api", cluster_ips=("10.96.0.10",))]
    assert held(objects, "10.96.0.10") == [
        (
            "cluster",
            "Service shop/api",
            "ClusterIP, port 80/TCP; violation pod-ip-equals-clusterip: also address of pod shop/web-0 (NM-21)",
        ),
        (
            "pod",
            "Pod shop/web-0",
            "Running, ready on node node-a; violation pod-ip-equals-clusterip: also ClusterIP of Service shop/api (NM-21)",
        ),
    ]


def test_two_services_and_two_nodes_with_one_address():
    objects = [build.service("a"), build.service("b"), *(build.node(name, addresses=("192.168.0.1",)) for name in ("n1", "n2"))]
    details = [detail for _, _, detail in held(objects, "10.96.0.10") + held(objects, "192.168.0.1")]
    assert details == [
        "ClusterIP, port 80/TCP; violation clusterip-duplicate: also ClusterIP of Service shop/b",
        "ClusterIP, port 80/TCP; violation clusterip-duplicate: also ClusterIP of Service shop/a",
        "InternalIP; violation node-ip-duplicate: also address of node n2 (NM-20)",
        "InternalIP; violation node-ip-duplicate: also address of node n1 (NM-20)",
    ]


def test_hostile_names_are_written_out_in_details():
    details = [detail for _, _, detail in held([build.pod("web-0", ips=("10.0.0.7",), node="no\x1b[2Jde\u202e")], "10.0.0.7")]
    assert details == ["Running, ready on node no\\x1b[2Jde\\u202e"]


# Section 1.3, step by step. Every case names its pods p0, p1, ...; all hold 10.0.0.7.

WINDOW = Provenance("x", started=datetime(2026, 1, 1, 12, 0, tzinfo=UTC), finished=datetime(2026, 1, 1, 12, 5, tzinfo=UTC))


def holders_of(changes: list[dict[str, object]]) -> list[Holder]:
    usual = Holder("shop", "", "n1", "Running", False, False, datetime(2026, 1, 1, tzinfo=UTC))
    return [usual._replace(pod=f"p{number}", **change) for number, change in enumerate(changes)]


def judged(changes, nodes_with=(), nodes_without=frozenset(), window=WINDOW):
    holders = holders_of(changes)
    sharing = Sharing(holders, nodes_with, nodes_without, window)
    return [sharing.verdict(holder).judgement.value for holder in holders]


DONE = {"phase": "Succeeded"}
FAILED = {"phase": "Failed"}
GOING = {"terminating": True}
HOST = {"host_network": True}
HOST_2 = {"host_network": True, "node": "n2"}
RACED = {"started": datetime(2026, 1, 1, 12, 1, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("holders", "nodes_with", "expected"),
    [
        pytest.param([{}], [], ["alone"], id="step 1: one pod"),
        pytest.param([DONE], [], ["released"], id="step 2: one terminal pod"),
        pytest.param([{}, DONE], [], ["alone", "released"], id="step 2: a terminal pod does not count"),
        pytest.param([{}, FAILED, DONE], [], ["alone", "released", "released"], id="step 2: failed pods neither"),
        pytest.param([HOST, HOST], ["n1"], ["host-network"] * 2, id="step 3: host network of one node"),
        pytest.param([HOST, HOST], [], ["host-network"] * 2, id="step 3: node not known"),
        pytest.param([HOST, HOST_2], [], ["node-ip-duplicate"] * 2, id="step 3: host network of two nodes"),
        pytest.param([HOST, HOST_2 | DONE], [], ["host-network", "released"], id="step 3: the other node's pod is terminal"),
        pytest.param([{}], ["n1"], ["pod-ip-equals-node-ip"], id="step 4: pod network, address of a node"),
        pytest.param([{}, HOST], [], ["pod-ip-equals-node-ip", "host-network"], id="step 4: beside a host-network pod"),
        pytest.param([DONE], ["n1"], ["released"], id="step 4: a terminal pod is no violation"),
        pytest.param([GOING, {}], [], ["transient"] * 2, id="step 5: one terminates, one lives"),
        pytest.param([GOING, GOING], [], ["transient"] * 2, id="step 5: both terminate"),
        pytest.param([{}, {}], [], ["duplicate-pod-ip"] * 2, id="step 6: two live ones"),
        pytest.param([{}, {}, GOING], [], ["duplicate-pod-ip"] * 2 + ["transient"], id="step 6: two live ones and one that terminates"),
        pytest.param([{}, RACED], [], ["suspect"] * 2, id="step 7: one started while the snapshot was taken"),
        pytest.param([RACED, RACED], [], ["suspect"] * 2, id="step 7: both started in it"),
        pytest.param([{}, {}, RACED], [], ["duplicate-pod-ip"] * 3, id="step 7: two are older, so no race"),
    ],
)
def test_duplicates_are_judged_step_by_step(holders, nodes_with, expected):
    assert judged(holders, nodes_with) == expected


def test_without_a_collection_window_nothing_is_excused():
    assert judged([{}, RACED], window=Provenance("x")) == ["duplicate-pod-ip"] * 2


def test_a_host_network_pod_whose_node_has_other_addresses():
    assert judged([HOST], nodes_without=frozenset({"n1"})) == ["hostip-mismatch"]


def test_judgements_stand_in_the_detail():
    objects = [
        build.pod("a", ips=("10.0.0.7",)),
        build.pod("b", ips=("10.0.0.7",), ready=False, node="node-b"),
        build.pod("c", ips=("10.0.0.7",), phase="Succeeded"),
        build.pod("d", ips=("10.0.0.7",), deleted="2026-01-01T01:00:00Z"),
    ]
    assert held(objects, "10.0.0.7") == [
        (
            "pod",
            "Pod shop/a",
            "Running, ready on node node-a; violation duplicate-pod-ip: also held by pod shop/b, pod shop/d (section 1.3, step 6)",
        ),
        (
            "pod",
            "Pod shop/b",
            "Running, not ready on node node-b; violation duplicate-pod-ip: also held by pod shop/a, pod shop/d (section 1.3, step 6)",
        ),
        (
            "pod",
            "Pod shop/c",
            "Succeeded on node node-a; the address is released and may be in use elsewhere (section 1.3, step 2)",
        ),
        (
            "pod",
            "Pod shop/d",
            "Running, ready, terminating on node node-a; transient: also held by pod shop/a, pod shop/b (section 1.3, step 5)",
        ),
    ]
