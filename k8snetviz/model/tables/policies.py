"""Tables of network policies of every API: what they select, their rules, peers and ports."""

from __future__ import annotations

from k8snetviz.model.kinds import Direction, Kind, PeerForm
from k8snetviz.model.schema import TIME, Column, Table

_RULE_KEY = (
    Column("kind", "string", "Kind of the policy", choices=Kind),
    Column("namespace", "string", "Namespace; missing for cluster-scoped policies", nullable=True),
    Column("policy", "string", "Name of the policy"),
    Column("direction", "string", "Direction of the rule", choices=Direction),
    Column("rule", "Int64", "Place of the rule in its list, from 0"),
)

POLICIES = Table(
    name="policies",
    row="One row per NetworkPolicy, AdminNetworkPolicy, BaselineAdminNetworkPolicy, ClusterNetworkPolicy.",
    key=("kind", "namespace", "policy"),
    columns=(
        Column("kind", "string", "Kind of the policy", choices=Kind),
        Column("namespace", "string", "Namespace; missing for cluster-scoped policies", nullable=True),
        Column("policy", "string", "Name of the policy"),
        Column("uid", "string", "uid of the object", nullable=True),
        Column("ingress", "boolean", "Acts on ingress (policyTypes by NP-14; rules present for the others)"),
        Column("egress", "boolean", "Acts on egress (policyTypes by NP-14; rules present for the others)"),
        Column("priority", "Int64", "spec.priority, lower first (AN-2, AN-21)", nullable=True),
        Column("tier", "string", "Admin or Baseline (AN-20); missing for NetworkPolicy", nullable=True),
        Column("created", TIME, "creationTimestamp", nullable=True),
    ),
)

POLICY_RULES = Table(
    name="policy_rules",
    row="One row per policy rule.",
    key=("kind", "namespace", "policy", "direction", "rule"),
    columns=(
        *_RULE_KEY,
        Column("name", "string", "Name of the rule", nullable=True),
        Column("action", "string", "Allow, Accept, Deny or Pass; Allow for NetworkPolicy"),
        Column("peers", "Int64", "Number of peers; 0 means any (NP-20)", unit="count"),
        Column("ports", "Int64", "Number of ports; 0 means all (NP-27)", unit="count"),
    ),
)

POLICY_PEERS = Table(
    name="policy_peers",
    row="One row per peer of a rule; an address block has one row per CIDR and exception. "
    "Selectors of the peer stand in `selectors` under `field`.",
    key=("kind", "namespace", "policy", "direction", "rule", "peer", "cidr"),
    columns=(
        *_RULE_KEY,
        Column("peer", "Int64", "Place of the peer in its list, from 0"),
        Column("form", "string", "What the peer is made of (NP-20 to NP-26, AN-13)", choices=PeerForm),
        Column("field", "string", "Field path of the peer"),
        Column("cidr", "string", "Range or domain name", nullable=True),
        Column("except_", "boolean", "The range is taken out of the block (NP-25)"),
    ),
)

POLICY_PORTS = Table(
    name="policy_ports",
    row="One row per port of a rule (NP-27 to NP-30). "
    "One that is not understood has neither protocol, port nor port_name, and matches nothing (AN-26).",
    key=("kind", "namespace", "policy", "direction", "rule", "position"),
    columns=(
        *_RULE_KEY,
        Column("position", "Int64", "Place of the port in its list, from 0"),
        Column("protocol", "string", "TCP by default (NP-28); missing where a named port leaves it open", nullable=True),
        Column("port", "Int64", "Port, or first port of a range; missing means all", nullable=True, unit="port number"),
        Column("end_port", "Int64", "Last port of a range, inclusive (NP-30)", nullable=True, unit="port number"),
        Column("port_name", "string", "Named port, resolved on the destination pod (NP-30b)", nullable=True),
    ),
)
