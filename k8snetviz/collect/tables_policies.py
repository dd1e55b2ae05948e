"""POLICIES, POLICY_RULES, POLICY_PEERS, POLICY_PORTS and the selectors of policies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from k8snetviz.collect.kindspec import Builder
from k8snetviz.collect.policy_rules import (
    Rule,
    cluster_policy_rules,
    network_policy_directions,
    network_policy_rules,
)
from k8snetviz.collect.structs.meta import Meta
from k8snetviz.collect.whole_columns import frame_of
from k8snetviz.model.kinds import Kind
from k8snetviz.model.tables import POLICIES, POLICY_PEERS, POLICY_PORTS, POLICY_RULES

if TYPE_CHECKING:
    from k8snetviz.collect.store import ObjectStore

_CLUSTER_KINDS = (Kind.ADMIN_NETWORK_POLICY, Kind.BASELINE_ADMIN_NETWORK_POLICY, Kind.CLUSTER_NETWORK_POLICY)
_TIERS = {Kind.ADMIN_NETWORK_POLICY: "Admin", Kind.BASELINE_ADMIN_NETWORK_POLICY: "Baseline"}


class _PolicyRule(NamedTuple):
    """A rule, and the policy that it belongs to."""

    kind: Kind
    meta: Meta
    rule: Rule

    @property
    def key(self) -> tuple[str, str | None, str, str, int]:
        """The columns that every table of rules begins with."""
        return (self.kind.value, self.meta.namespace, self.meta.name, self.rule.direction.value, self.rule.number)


def policies(store: ObjectStore) -> pd.DataFrame:
    """Return POLICIES."""
    rows = [_row(Kind.NETWORK_POLICY, one.metadata, network_policy_directions(one)) for one in store.objects(Kind.NETWORK_POLICY)]
    for kind in _CLUSTER_KINDS:
        for one in store.objects(kind):
            spec = one.spec
            rows.append(_row(kind, one.metadata, (bool(spec.ingress), bool(spec.egress)), spec.priority, _TIERS.get(kind, spec.tier)))
    return frame_of(POLICIES, rows)


def _row(kind: Kind, meta: Meta, directions: tuple[bool, bool], priority: int | None = None, tier: str | None = None) -> tuple[object, ...]:
    return (kind.value, meta.namespace, meta.name, meta.uid, *directions, priority, tier or None, meta.creation_timestamp)


def policy_rules(store: ObjectStore) -> pd.DataFrame:
    """Return POLICY_RULES; rules that NP-17 ignores are rows too: POLICIES tells on which direction a policy acts."""
    rows = ((*one.key, one.rule.name, one.rule.action, len(one.rule.peers), len(one.rule.ports)) for one in _all_rules(store))
    return frame_of(POLICY_RULES, rows)


def policy_peers(store: ObjectStore) -> pd.DataFrame:
    """Return POLICY_PEERS."""
    rows = (
        (*one.key, place, peer.form.value, peer.field, cidr, taken_out)
        for one in _all_rules(store)
        for place, peer in enumerate(one.rule.peers)
        for cidr, taken_out in peer.ranges
    )
    return frame_of(POLICY_PEERS, rows)


def policy_ports(store: ObjectStore) -> pd.DataFrame:
    """Return POLICY_PORTS; an entry that is not understood is a row without any of its fields and matches nothing (AN-26)."""
    rows = ((*one.key, position, *port) for one in _all_rules(store) for position, port in enumerate(one.rule.ports))
    return frame_of(POLICY_PORTS, rows)


def _all_rules(store: ObjectStore) -> Iterator[_PolicyRule]:
    for policy in store.objects(Kind.NETWORK_POLICY):
        for rule in network_policy_rules(policy):
            yield _PolicyRule(Kind.NETWORK_POLICY, policy.metadata, rule)
    for kind in _CLUSTER_KINDS:
        for policy in store.objects(kind):
            for rule in cluster_policy_rules(policy):
                yield _PolicyRule(kind, policy.metadata, rule)


BUILDERS: dict[str, Builder] = {
    POLICIES.name: policies,
    POLICY_RULES.name: policy_rules,
    POLICY_PEERS.name: policy_peers,
    POLICY_PORTS.name: policy_ports,
}
