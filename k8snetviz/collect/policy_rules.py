"""Policies of every kind and spelling in one shape: what they select, their rules, peers and ports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from k8snetviz.collect.addresses import canonical_range
from k8snetviz.collect.structs.policies import (
    AdminPort,
    ClusterPeer,
    ClusterPolicy,
    DestinationPort,
    NetworkPolicy,
    NetworkPolicyPeer,
    NetworkPolicyPort,
    NetworkPolicyRule,
    Protocol,
)
from k8snetviz.collect.structs.selectors import LabelSelector
from k8snetviz.model.kinds import Direction, PeerForm

Selectors = dict[str, LabelSelector]  # by field path
TCP = "TCP"


class Peer(NamedTuple):
    """A peer of a rule; what is not understood has the form `UNKNOWN` and no selectors (NP-26, AN-13)."""

    field: str
    form: PeerForm
    ranges: tuple[tuple[str | None, bool], ...] = ((None, False),)  # canonical range or domain name; whether it is taken out
    selectors: Selectors = {}  # noqa: RUF012 - never written to


class Port(NamedTuple):
    """A port of a rule; an entry that is not understood has no field at all and matches nothing (AN-26)."""

    protocol: str | None = None
    port: int | None = None
    end_port: int | None = None
    port_name: str | None = None


class Rule(NamedTuple):
    """A rule of a policy."""

    direction: Direction
    number: int
    name: str | None
    action: str
    peers: list[Peer]
    ports: list[Port]


def network_policy_directions(policy: NetworkPolicy) -> tuple[bool, bool]:
    """Tell whether the policy acts on ingress and on egress (NP-14)."""
    types = policy.spec.policy_types
    return ("Ingress" in types, "Egress" in types) if types else (True, bool(policy.spec.egress))


def network_policy_rules(policy: NetworkPolicy) -> Iterator[Rule]:
    """Yield the rules of both directions, those that NP-17 ignores included."""
    for direction, side, listed in ((Direction.INGRESS, "from", policy.spec.ingress), (Direction.EGRESS, "to", policy.spec.egress)):
        for number, given in enumerate(listed or ()):
            rule = given or NetworkPolicyRule()
            given_peers = rule.from_ if direction is Direction.INGRESS else rule.to
            peers = [
                _network_policy_peer(f"spec.{direction}[{number}].{side}[{place}]", peer) for place, peer in enumerate(given_peers or ())
            ]
            yield Rule(direction, number, None, "Allow", peers, [_network_policy_port(port) for port in rule.ports or ()])


def _network_policy_peer(field: str, peer: NetworkPolicyPeer) -> Peer:
    selectors = {
        f"{field}.{name}": selector
        for name, selector in (("podSelector", peer.pod_selector), ("namespaceSelector", peer.namespace_selector))
        if selector is not None
    }
    if peer.ip_block is not None:
        if selectors:  # excluded by NP-25
            return Peer(field, PeerForm.UNKNOWN)
        taken_out = tuple((canonical_range(cidr)[0], True) for cidr in peer.ip_block.except_ or ())
        return Peer(field, PeerForm.IP_BLOCK, ((canonical_range(peer.ip_block.cidr)[0] or None, False), *taken_out))
    if len(selectors) == 2:
        form = PeerForm.PODS_IN_NAMESPACES
    elif peer.pod_selector is not None:
        form = PeerForm.PODS
    else:
        form = PeerForm.NAMESPACES if selectors else PeerForm.UNKNOWN
    return Peer(field, form, selectors=selectors)


def _network_policy_port(port: NetworkPolicyPort) -> Port:
    protocol = port.protocol or TCP
    if isinstance(port.port, str):
        return Port(protocol, None, port.end_port, port.port)
    return Port(protocol, port.port, port.end_port)


def cluster_policy_subject(policy: ClusterPolicy) -> Selectors:
    """Return the selectors of the subject; none when it is not understood: such a policy selects nothing."""
    return _cluster_peer("spec.subject", policy.spec.subject or ClusterPeer()).selectors


def cluster_policy_rules(policy: ClusterPolicy) -> Iterator[Rule]:
    """Yield the rules of both directions, in the order in which the first match decides (AN-4).

    Peers are required here: a rule without any is not understood, where one of a NetworkPolicy means anywhere (NP-20).
    """
    for direction, side, listed in ((Direction.INGRESS, "from", policy.spec.ingress), (Direction.EGRESS, "to", policy.spec.egress)):
        for number, rule in enumerate(listed or ()):
            given_peers = rule.from_ if direction is Direction.INGRESS else rule.to
            field = f"spec.{direction}[{number}].{side}"
            peers = [_cluster_peer(f"{field}[{place}]", peer) for place, peer in enumerate(given_peers or [ClusterPeer()])]
            ports = [_admin_port(port) for port in rule.ports or ()] + [_protocol(entry) for entry in rule.protocols or ()]
            yield Rule(direction, number, rule.name or None, rule.action or "unknown", peers, ports)


def policy_ranges(policy: NetworkPolicy | ClusterPolicy) -> Iterator[str]:
    """Yield the address ranges that the peers of a policy name; text that does not parse as it is."""
    for rule in network_policy_rules(policy) if isinstance(policy, NetworkPolicy) else cluster_policy_rules(policy):
        for peer in rule.peers:
            if peer.form in (PeerForm.IP_BLOCK, PeerForm.NETWORKS):
                yield from (text for text, _ in peer.ranges if text)


def _cluster_peer(field: str, peer: ClusterPeer) -> Peer:
    given = (peer.namespaces, peer.pods, peer.nodes, peer.networks or None, peer.domain_names or None)
    if sum(part is not None for part in given) != 1:
        return Peer(field, PeerForm.UNKNOWN)
    if peer.namespaces is not None and peer.namespaces.understood:
        return Peer(field, PeerForm.NAMESPACES, selectors={f"{field}.namespaces": peer.namespaces})
    if peer.pods is not None and peer.pods.namespace_selector is not None and peer.pods.pod_selector is not None:
        both = {f"{field}.pods.namespaceSelector": peer.pods.namespace_selector, f"{field}.pods.podSelector": peer.pods.pod_selector}
        return Peer(field, PeerForm.PODS_IN_NAMESPACES, selectors=both)
    if peer.nodes is not None:
        return Peer(field, PeerForm.NODES, selectors={f"{field}.nodes": peer.nodes})
    if peer.networks:
        return Peer(field, PeerForm.NETWORKS, tuple((canonical_range(cidr)[0], False) for cidr in peer.networks))
    if peer.domain_names:
        return Peer(field, PeerForm.DOMAIN_NAMES, tuple((name, False) for name in peer.domain_names))
    return Peer(field, PeerForm.UNKNOWN)


def _admin_port(port: AdminPort) -> Port:
    """Return the port of an AdminNetworkPolicy; a named one leaves the protocol open (AN-11)."""
    if sum(part is not None for part in (port.port_number, port.named_port, port.port_range)) != 1:
        return Port()
    if port.port_number is not None and port.port_number.port is not None:
        return Port(port.port_number.protocol or TCP, port.port_number.port)
    if port.port_range is not None and port.port_range.start is not None:
        return Port(port.port_range.protocol or TCP, port.port_range.start, port.port_range.end)
    return Port(port_name=port.named_port or None)


def _protocol(entry: Protocol) -> Port:
    """Return the port of a ClusterNetworkPolicy (AN-24)."""
    given = [(word, found) for word, found in ((TCP, entry.tcp), ("UDP", entry.udp), ("SCTP", entry.sctp)) if found is not None]
    if entry.destination_named_port and not given:
        return Port(port_name=entry.destination_named_port)
    if entry.destination_named_port or len(given) != 1:
        return Port()
    ((protocol, transport),) = given
    return Port(protocol) if transport.destination_port is None else _destination_port(protocol, transport.destination_port)


def _destination_port(protocol: str, port: DestinationPort) -> Port:
    if port.range is not None and port.range.start is not None:
        return Port(protocol, port.range.start, port.range.end)
    return Port(protocol, port.number) if port.number else Port()
