"""POLICIES, POLICY_RULES, POLICY_PEERS, POLICY_PORTS and the selectors of policies, by rule id of the reference."""

from __future__ import annotations

from typing import Any

import pytest

from k8snetviz.model.kinds import GapReason
from tests.build import namespace
from tests.collect.rows import Row, rows_of, snapshot_of, table

Obj = dict[str, Any]
FORMS = ("peer", "form", "field", "cidr", "except_")
PORTS = ("position", "protocol", "port", "end_port", "port_name")
PAIRS = ("field", "key", "operator", "value")
WEB = {"matchLabels": {"app": "web"}}
PROD = {"matchLabels": {"env": "prod"}}


def network_policy(spec: Obj, *, name: str = "p", api_version: str = "networking.k8s.io/v1", ns: str | None = "shop") -> Obj:
    meta: Obj = {"name": name} | ({"namespace": ns} if ns else {})
    return {"apiVersion": api_version, "kind": "NetworkPolicy", "metadata": meta, "spec": spec}


def cluster_policy(kind: str, spec: Obj, *, name: str = "p", version: str | None = None) -> Obj:
    version = version or ("v1alpha2" if kind == "ClusterNetworkPolicy" else "v1alpha1")
    return {"apiVersion": f"policy.networking.k8s.io/{version}", "kind": kind, "metadata": {"name": name}, "spec": spec}


def admin(spec: Obj) -> Obj:
    return cluster_policy("AdminNetworkPolicy", {"priority": 5, "subject": {"namespaces": {}}} | spec)


def cnp(spec: Obj) -> Obj:
    return cluster_policy("ClusterNetworkPolicy", {"tier": "Admin", "priority": 5, "subject": {"namespaces": {}}} | spec)


# -- POLICIES -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spec", "ingress", "egress"),
    [
        pytest.param({}, True, False, id="NP-14 types absent"),
        pytest.param({"policyTypes": None, "egress": None}, True, False, id="NP-14 types null"),
        pytest.param({"policyTypes": [], "egress": [{}]}, True, True, id="NP-14 types empty, an egress rule"),
        pytest.param({"egress": []}, True, False, id="NP-14 types absent, egress without rule"),
        pytest.param({"policyTypes": ["Egress"]}, False, True, id="NP-14 egress only"),
        pytest.param({"policyTypes": ["Ingress"], "egress": [{}]}, True, False, id="NP-17 egress rules not in the types"),
        pytest.param({"policyTypes": ["Egress", "Ingress"]}, True, True, id="NP-15 both, no rules"),
        pytest.param({"policyTypes": ["ingress"]}, False, False, id="unknown spelling"),
    ],
)
def test_directions_of_a_network_policy(spec: Obj, ingress: bool, egress: bool):
    assert table("policies", network_policy(spec)) == [
        ("NetworkPolicy", "shop", "p", None, ingress, egress, None, None, None),
    ]


def test_policies_of_every_kind():
    live = network_policy({"podSelector": {}}, name="live")
    live["metadata"] |= {"uid": "u1", "creationTimestamp": "2026-01-01T00:00:00Z"}
    found = table(
        "policies",
        live,
        network_policy({}, name="old", api_version="extensions/v1beta1", ns=None),
        cluster_policy("AdminNetworkPolicy", {"priority": 0, "subject": {"namespaces": {}}, "ingress": [], "egress": [{"action": "Deny"}]}),
        cluster_policy("BaselineAdminNetworkPolicy", {"subject": {"namespaces": {}}, "ingress": [{"action": "Deny"}]}, name="default"),
        cluster_policy("ClusterNetworkPolicy", {"tier": "Baseline", "priority": 1000, "ingress": None, "egress": None}),
    )
    assert found == [
        ("AdminNetworkPolicy", None, "p", None, False, True, 0, "Admin", None),
        ("BaselineAdminNetworkPolicy", None, "default", None, True, False, None, "Baseline", None),
        ("ClusterNetworkPolicy", None, "p", None, False, False, 1000, "Baseline", None),
        ("NetworkPolicy", "default", "old", None, True, False, None, None, None),
        ("NetworkPolicy", "shop", "live", "u1", True, False, None, None, "2026-01-01T00:00:00Z"),
    ]


def test_without_policies_every_table_is_empty():
    snapshot = snapshot_of(namespace("shop"))
    for name in ("policies", "policy_rules", "policy_peers", "policy_ports", "selectors"):
        assert len(snapshot.table(name)) == 0, name


# -- POLICY_RULES -------------------------------------------------------------------------------


def test_rules_of_a_network_policy():
    spec = {
        "policyTypes": ["Ingress"],
        "ingress": [{}, None, {"from": [], "ports": None}, {"from": [{"podSelector": {}}, {"podSelector": WEB}], "ports": [{"port": 80}]}],
        "egress": [{"to": [{"namespaceSelector": {}}]}],
    }
    assert table("policy_rules", network_policy(spec)) == [
        ("NetworkPolicy", "shop", "p", "egress", 0, None, "Allow", 1, 0),  # NP-17 is told by POLICIES
        ("NetworkPolicy", "shop", "p", "ingress", 0, None, "Allow", 0, 0),  # NP-16
        ("NetworkPolicy", "shop", "p", "ingress", 1, None, "Allow", 0, 0),  # a lone dash is {} to the API server
        ("NetworkPolicy", "shop", "p", "ingress", 2, None, "Allow", 0, 0),  # NP-20, NP-27
        ("NetworkPolicy", "shop", "p", "ingress", 3, None, "Allow", 2, 1),
    ]


def test_rules_of_cluster_wide_policies_keep_their_order():
    ingress = [
        {"name": "one", "action": "Pass", "from": [{"namespaces": {}}]},
        {"name": "", "action": "Deny", "from": None, "ports": None},
        {"from": [{"namespaces": {}}], "ports": [{"namedPort": "web"}, {"portNumber": {"port": 80}}]},
    ]
    accept = {"name": "two", "action": "Accept", "to": [{"networks": ["10.0.0.0/8", "fd00::/8"]}], "protocols": [{"tcp": {}}]}
    assert table("policy_rules", admin({"ingress": ingress}), cnp({"egress": [accept]})) == [
        ("AdminNetworkPolicy", None, "p", "ingress", 0, "one", "Pass", 1, 0),
        ("AdminNetworkPolicy", None, "p", "ingress", 1, None, "Deny", 1, 0),
        ("AdminNetworkPolicy", None, "p", "ingress", 2, None, "unknown", 1, 2),
        ("ClusterNetworkPolicy", None, "p", "egress", 0, "two", "Accept", 1, 1),
    ]


# -- POLICY_PEERS -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("peer", "rows", "selectors"),
    [
        pytest.param({"podSelector": WEB}, [("pods", None, False)], [("podSelector", "app", "Equals", "web")], id="NP-21"),
        pytest.param(
            {"namespaceSelector": PROD}, [("namespaces", None, False)], [("namespaceSelector", "env", "Equals", "prod")], id="NP-22"
        ),
        pytest.param(
            {"namespaceSelector": PROD, "podSelector": WEB},
            [("pods-in-namespaces", None, False)],
            [("namespaceSelector", "env", "Equals", "prod"), ("podSelector", "app", "Equals", "web")],
            id="NP-23",
        ),
        pytest.param({"podSelector": {}}, [("pods", None, False)], [("podSelector", None, None, None)], id="NP-24 pods"),
        pytest.param(
            {"namespaceSelector": {"matchLabels": None, "matchExpressions": []}},
            [("namespaces", None, False)],
            [("namespaceSelector", None, None, None)],
            id="NP-24 namespaces, nulls inside",
        ),
        pytest.param(
            {"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16", "10.2.0.0/16"]}},
            [("ipBlock", "10.0.0.0/8", False), ("ipBlock", "10.1.0.0/16", True), ("ipBlock", "10.2.0.0/16", True)],
            [],
            id="NP-25",
        ),
        pytest.param({"ipBlock": {"cidr": "FD00:0::/8", "except": None}}, [("ipBlock", "fd00::/8", False)], [], id="NP-25 IPv6"),
        pytest.param({"ipBlock": {"cidr": "10.0.0.x/8"}}, [("ipBlock", "10.0.0.x/8", False)], [], id="NP-25 does not parse"),
        pytest.param({"ipBlock": {}}, [("ipBlock", None, False)], [], id="NP-25 no cidr"),
        pytest.param({"ipBlock": {"cidr": "10.0.0.0/8"}, "podSelector": {}}, [("unknown", None, False)], [], id="NP-25 not alone"),
        pytest.param({}, [("unknown", None, False)], [], id="NP-26"),
        pytest.param({"podSelector": None, "ipBlock": None}, [("unknown", None, False)], [], id="NP-26 nulls"),
    ],
)
def test_peers_of_a_network_policy(peer: Obj, rows: list[Row], selectors: list[Row]):
    policy = network_policy({"podSelector": WEB, "ingress": [{}, {"from": [{"podSelector": {}}, peer]}]})
    field = "spec.ingress[1].from[1]"
    found = table("policy_peers", policy, columns=("rule", "direction", *FORMS))
    assert found == [
        (1, "ingress", 0, "pods", "spec.ingress[1].from[0]", None, False),
        *((1, "ingress", 1, form, field, cidr, taken_out) for form, cidr, taken_out in rows),
    ]
    assert table("selectors", policy, columns=PAIRS) == [
        ("spec.ingress[1].from[0].podSelector", None, None, None),
        *((f"{field}.{name}", *pair) for name, *pair in selectors),
        ("spec.podSelector", "app", "Equals", "web"),
    ]


def test_egress_peers_stand_under_to_and_from_is_not_read_there():
    policy = network_policy({"egress": [{"to": [{"podSelector": WEB}], "from": [{"podSelector": {}}]}]})
    assert table("policy_peers", policy, columns=("direction", *FORMS)) == [("egress", 0, "pods", "spec.egress[0].to[0]", None, False)]


NAMESPACES = [("namespaces", None, False)]
PODS = [("pods-in-namespaces", None, False)]
UNKNOWN = [("unknown", None, False)]
BOTH = [("pods.namespaceSelector", "env", "Equals", "prod"), ("pods.podSelector", "app", "Equals", "web")]


@pytest.mark.parametrize(
    ("peer", "rows", "selectors"),
    [
        pytest.param({"namespaces": PROD}, NAMESPACES, [("namespaces", "env", "Equals", "prod")], id="AN-7 namespaces"),
        pytest.param({"namespaces": {}}, NAMESPACES, [("namespaces", None, None, None)], id="AN-10 empty selector"),
        pytest.param({"pods": {"namespaceSelector": PROD, "podSelector": WEB}}, PODS, BOTH, id="AN-7 pods"),
        pytest.param(
            {"namespaces": {"namespaceSelector": PROD}},
            NAMESPACES,
            [("namespaces", "env", "Equals", "prod")],
            id="before v0.1.2: namespaces",
        ),
        pytest.param({"pods": {"namespaces": {"namespaceSelector": PROD}, "podSelector": WEB}}, PODS, BOTH, id="before v0.1.2: pods"),
        pytest.param({"namespaces": {"sameLabels": ["env"]}}, UNKNOWN, [], id="before v0.1.2: sameLabels"),
        pytest.param({"namespaces": {"notSameLabels": ["env"]}}, UNKNOWN, [], id="before v0.1.2: notSameLabels"),
        pytest.param(
            {"pods": {"namespaces": {"sameLabels": ["env"]}, "podSelector": WEB}}, UNKNOWN, [], id="before v0.1.2: pods, sameLabels"
        ),
        pytest.param(
            {"nodes": {"matchExpressions": [{"key": "gpu", "operator": "Exists"}]}},
            [("nodes", None, False)],
            [("nodes", "gpu", "Exists", None)],
            id="AN-8 nodes",
        ),
        pytest.param(
            {"networks": ["10.0.0.0/8", "fd00::/8"]},
            [("networks", "10.0.0.0/8", False), ("networks", "fd00::/8", False)],
            [],
            id="AN-8 networks",
        ),
        pytest.param({"domainNames": ["*.example.com"]}, [("domainNames", "*.example.com", False)], [], id="AN-8, AN-12 domain names"),
        pytest.param({}, UNKNOWN, [], id="AN-13 nothing"),
        pytest.param({"somethingNew": {"x": 1}}, UNKNOWN, [], id="AN-13 a field of a later version"),
        pytest.param({"networks": [], "namespaces": None}, UNKNOWN, [], id="AN-13 empty and null"),
        pytest.param({"namespaces": {}, "networks": ["10.0.0.0/8"]}, UNKNOWN, [], id="AN-13 two at once"),
        pytest.param({"pods": {}}, UNKNOWN, [], id="AN-13 nothing of pods"),
        pytest.param({"pods": {"namespaceSelector": PROD}}, PODS, [BOTH[0], ("pods.podSelector", None, None, None)], id="pods absent: all"),
        pytest.param(
            {"pods": {"podSelector": WEB}}, PODS, [("pods.namespaceSelector", None, None, None), BOTH[1]], id="namespaces absent: all"
        ),
    ],
)
@pytest.mark.parametrize("make", [admin, cnp], ids=["AdminNetworkPolicy", "ClusterNetworkPolicy"])
def test_peers_of_a_cluster_wide_policy(make: Any, peer: Obj, rows: list[Row], selectors: list[Row]):
    policy = make({"subject": {"namespaces": PROD}, "egress": [{"action": "Deny", "to": [peer]}]})
    field = "spec.egress[0].to[0]"
    assert table("policy_peers", policy, columns=FORMS) == [(0, form, field, cidr, taken_out) for form, cidr, taken_out in rows]
    assert table("selectors", policy, columns=PAIRS) == [
        *((f"{field}.{name}", *pair) for name, *pair in selectors),
        ("spec.subject.namespaces", "env", "Equals", "prod"),
    ]


@pytest.mark.parametrize("peers", [{}, {"from": None}, {"from": []}], ids=["absent", "null", "empty"])
def test_a_cluster_wide_rule_without_peers_is_not_understood(peers: Obj):
    policy = admin({"ingress": [{"action": "Allow"} | peers]})
    assert table("policy_peers", policy, columns=FORMS) == [(0, "unknown", "spec.ingress[0].from[0]", None, False)]  # AN-13


# -- POLICY_PORTS -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ports", "rows"),
    [
        pytest.param(None, [], id="NP-27 null"),
        pytest.param([], [], id="NP-27 empty"),
        pytest.param([{"port": 80}], [(0, "TCP", 80, None, None)], id="NP-28"),
        pytest.param([{"protocol": None, "port": None}], [(0, "TCP", None, None, None)], id="NP-28 nulls"),
        pytest.param([{"protocol": "UDP"}], [(0, "UDP", None, None, None)], id="NP-29"),
        pytest.param(
            [{"protocol": "SCTP", "port": 1, "endPort": 9}, {"port": 53, "protocol": "UDP"}],
            [(0, "SCTP", 1, 9, None), (1, "UDP", 53, None, None)],
            id="NP-30",
        ),
        pytest.param([{"port": "web"}], [(0, "TCP", None, None, "web")], id="NP-30b"),
        pytest.param([{"port": "80"}], [(0, "TCP", None, None, "80")], id="NP-30b digits in quotes are a name"),
    ],
)
def test_ports_of_a_network_policy(ports: list[Obj] | None, rows: list[Row]):
    assert table("policy_ports", network_policy({"ingress": [{"ports": ports}]}), columns=PORTS) == rows


@pytest.mark.parametrize(
    ("ports", "rows"),
    [
        pytest.param(None, [], id="AN-11 null"),
        pytest.param([{"portNumber": {"protocol": "UDP", "port": 53}}], [(0, "UDP", 53, None, None)], id="AN-11 number"),
        pytest.param([{"portNumber": {"port": 80}}], [(0, "TCP", 80, None, None)], id="AN-11 TCP by default"),
        pytest.param([{"portRange": {"start": 1, "end": 9}}], [(0, "TCP", 1, 9, None)], id="AN-11 range"),
        pytest.param([{"namedPort": "web"}], [(0, None, None, None, "web")], id="AN-11 named, any protocol"),
        pytest.param([{}], [(0, None, None, None, None)], id="not understood"),
        pytest.param([{"portNumber": {"port": 1}, "namedPort": "web"}], [(0, None, None, None, None)], id="two at once"),
        pytest.param([{"portNumber": {"protocol": "TCP"}}], [(0, None, None, None, None)], id="half of a number"),
    ],
)
@pytest.mark.parametrize("kind", ["AdminNetworkPolicy", "BaselineAdminNetworkPolicy"])
def test_ports_of_the_older_kinds(kind: str, ports: list[Obj] | None, rows: list[Row]):
    policy = cluster_policy(kind, {"ingress": [{"action": "Deny", "from": [{"namespaces": {}}], "ports": ports}]})
    assert table("policy_ports", policy, columns=PORTS) == rows


@pytest.mark.parametrize(
    ("protocols", "rows"),
    [
        pytest.param(None, [], id="AN-24 null"),
        pytest.param([{"tcp": {"destinationPort": {"number": 80}}}], [(0, "TCP", 80, None, None)], id="AN-24 tcp"),
        pytest.param([{"udp": {"destinationPort": {"range": {"start": 1, "end": 9}}}}], [(0, "UDP", 1, 9, None)], id="AN-24 udp range"),
        pytest.param([{"sctp": {}}], [(0, "SCTP", None, None, None)], id="AN-24 every port of sctp"),
        pytest.param([{"destinationNamedPort": "web"}], [(0, None, None, None, "web")], id="AN-24 named"),
        pytest.param([{"icmp": {}}], [(0, None, None, None, None)], id="AN-26 a protocol of a later version"),
        pytest.param([{"tcp": {}, "udp": {}}], [(0, None, None, None, None)], id="AN-26 two at once"),
        pytest.param([{"tcp": {}, "destinationNamedPort": "web"}], [(0, None, None, None, None)], id="AN-26 a name beside a protocol"),
        pytest.param([{"tcp": {"destinationPort": {}}}], [(0, None, None, None, None)], id="AN-26 a port without number"),
    ],
)
def test_protocols_of_a_cluster_network_policy(protocols: list[Obj] | None, rows: list[Row]):
    policy = cnp({"egress": [{"action": "Deny", "to": [{"namespaces": {}}], "protocols": protocols}]})
    assert table("policy_ports", policy, columns=PORTS) == rows


def test_ports_name_their_rule():
    policy = network_policy({"ingress": [{}, {"ports": [{"port": 1}]}], "egress": [{"ports": [{"port": 2}]}]})
    assert table("policy_ports", policy, columns=("kind", "namespace", "policy", "direction", "rule", "port")) == [
        ("NetworkPolicy", "shop", "p", "egress", 0, 2),
        ("NetworkPolicy", "shop", "p", "ingress", 1, 1),
    ]


# -- SELECTORS ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spec", "rows"),
    [
        pytest.param({}, [("spec.podSelector", None, None, None)], id="NP-13 absent"),
        pytest.param({"podSelector": None}, [("spec.podSelector", None, None, None)], id="NP-13 null"),
        pytest.param({"podSelector": {}}, [("spec.podSelector", None, None, None)], id="NP-2"),
        pytest.param({"podSelector": {"matchLabels": {"a": ""}}}, [("spec.podSelector", "a", "Equals", "")], id="NP-3 empty value"),
        pytest.param({"podSelector": {"matchLabels": {"a": None}}}, [("spec.podSelector", "a", "Equals", "")], id="NP-3 null value"),
        pytest.param(
            {
                "podSelector": {
                    "matchLabels": {"a": "1"},
                    "matchExpressions": [
                        {"key": "a", "operator": "In", "values": ["1", "2"]},
                        {"key": "b", "operator": "NotIn", "values": ["3"]},
                        {"key": "c", "operator": "Exists"},
                        {"key": "d", "operator": "DoesNotExist", "values": None},
                    ],
                }
            },
            [
                ("spec.podSelector", "a", "Equals", "1"),
                ("spec.podSelector", "a", "In", "1"),
                ("spec.podSelector", "a", "In", "2"),
                ("spec.podSelector", "b", "NotIn", "3"),
                ("spec.podSelector", "c", "Exists", None),
                ("spec.podSelector", "d", "DoesNotExist", None),
            ],
            id="NP-3 to NP-8",
        ),
    ],
)
def test_pod_selector(spec: Obj, rows: list[Row]):
    assert table("selectors", network_policy(spec), columns=PAIRS) == rows


@pytest.mark.parametrize(
    ("expressions", "rows"),
    [
        pytest.param([("In", ["1", "2"]), ("In", ["2", "3"])], [("In", "2")], id="NP-8 two In: what both allow"),
        pytest.param([("In", ["1"]), ("In", ["2"])], [("In", None)], id="NP-8 two In that exclude each other"),
        pytest.param([("NotIn", ["1"]), ("NotIn", ["2"])], [("NotIn", "1"), ("NotIn", "2")], id="NP-8 two NotIn"),
        pytest.param([("In", [])], [("In", None)], id="NP-9 In without values"),
        pytest.param([("In", []), ("In", ["1"])], [("In", None)], id="NP-9 one of two In without values"),
        pytest.param([("NotIn", None), ("NotIn", ["1"])], [("NotIn", None)], id="NP-9 one of two NotIn without values"),
        pytest.param([("Gt", ["1"])], [("Gt", "1")], id="NP-12 unknown operator stays"),
        pytest.param([("", ["1"])], [(None, "1")], id="NP-9 no operator"),
    ],
)
def test_expressions_of_one_key(expressions: list[tuple[str, list[str] | None]], rows: list[Row]):
    given = [{"key": "a", "operator": operator, "values": values} for operator, values in expressions]
    policy = network_policy({"podSelector": {"matchExpressions": given}})
    assert table("selectors", policy, columns=("key", "operator", "value")) == [("a", *row) for row in rows]


@pytest.mark.parametrize(
    ("subject", "rows"),
    [
        pytest.param({"namespaces": {}}, [("spec.subject.namespaces", None, None, None)], id="AN-3 all"),
        pytest.param(
            {"pods": {"namespaceSelector": {}, "podSelector": WEB}},
            [("spec.subject.pods.namespaceSelector", None, None, None), ("spec.subject.pods.podSelector", "app", "Equals", "web")],
            id="AN-3 pods",
        ),
        pytest.param({}, [], id="not understood: selects nothing"),
        pytest.param(None, [], id="null: selects nothing"),
    ],
)
def test_subject_of_a_cluster_wide_policy(subject: Obj | None, rows: list[Row]):
    policy = cluster_policy("BaselineAdminNetworkPolicy", {"subject": subject}, name="default")
    assert table("selectors", policy) == [("BaselineAdminNetworkPolicy", None, "default", *row) for row in rows]


def test_text_of_a_policy_is_kept_as_it_is():
    rule = {"name": "<script>alert(1)</script>", "action": "=cmd", "from": [{"namespaces": {}}]}
    assert table("policy_rules", admin({"ingress": [rule]}), columns=("name", "action")) == [("<script>alert(1)</script>", "=cmd")]


@pytest.mark.parametrize(
    ("make", "rule"),
    [
        pytest.param(network_policy, {"to": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.x.0.0/16"]}}]}, id="NetworkPolicy"),
        pytest.param(admin, {"action": "Deny", "to": [{"networks": ["fd00::/8", "10.x.0.0/16"]}]}, id="AdminNetworkPolicy"),
        pytest.param(cnp, {"action": "Deny", "to": [{"networks": ["10.x.0.0/16"]}]}, id="ClusterNetworkPolicy"),
    ],
)
def test_a_range_that_does_not_parse_is_a_gap(make: Any, rule: Obj):
    policy = make({"egress": [rule, {"action": "Deny", "to": [{"domainNames": ["a.example"]}]}]})
    gaps = snapshot_of(policy).gaps
    found = rows_of(gaps[gaps["reason"] == GapReason.BAD_ADDRESS], "kind", "detail")
    assert found == [(policy["kind"], "1 address does not parse; the text is kept: '10.x.0.0/16' of p")]
