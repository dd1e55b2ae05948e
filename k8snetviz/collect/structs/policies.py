"""Network policies: NetworkPolicy, and the cluster-wide kinds of ``policy.networking.k8s.io`` in all their spellings."""

from __future__ import annotations

import msgspec

from k8snetviz.collect.structs.meta import Meta
from k8snetviz.collect.structs.selectors import LabelSelector


class IPBlock(msgspec.Struct, gc=False, omit_defaults=True):
    """A range, and the ranges taken out of it (NP-25)."""

    cidr: str = ""
    except_: list[str] | None = msgspec.field(default=None, name="except")


class NetworkPolicyPeer(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """An entry of ``from`` or ``to`` of a NetworkPolicy (NP-20 to NP-26)."""

    pod_selector: LabelSelector | None = None
    namespace_selector: LabelSelector | None = None
    ip_block: IPBlock | None = None


class NetworkPolicyPort(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """An entry of ``ports`` of a NetworkPolicy (NP-28 to NP-30)."""

    protocol: str | None = None
    port: int | str | None = None
    end_port: int | None = None


class NetworkPolicyRule(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """A rule of either direction; each direction uses one of `from_` and `to`."""

    from_: list[NetworkPolicyPeer] | None = msgspec.field(default=None, name="from")
    to: list[NetworkPolicyPeer] | None = None
    ports: list[NetworkPolicyPort] | None = None


class NetworkPolicySpec(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """``spec`` of a NetworkPolicy; the API server reads a rule that is null (a lone YAML dash) as ``{}``."""

    pod_selector: LabelSelector | None = None
    policy_types: list[str] | None = None
    ingress: list[NetworkPolicyRule | None] | None = None
    egress: list[NetworkPolicyRule | None] | None = None


class NetworkPolicy(msgspec.Struct, gc=False, omit_defaults=True):
    """NetworkPolicy of ``networking.k8s.io/v1`` and ``extensions/v1beta1``."""

    metadata: Meta = msgspec.field(default_factory=Meta)
    spec: NetworkPolicySpec = msgspec.field(default_factory=NetworkPolicySpec)


class Namespaces(LabelSelector, gc=False, rename="camel", omit_defaults=True):
    """The namespaces of a peer: a selector; what releases before v0.1.2 wrapped in `namespace_selector` is unwrapped."""

    namespace_selector: LabelSelector | None = None
    same_labels: list[str] | None = None  # two forms that v0.1.2 dropped: not understood
    not_same_labels: list[str] | None = None

    def __post_init__(self) -> None:
        if self.namespace_selector is not None:
            self.match_labels = self.namespace_selector.match_labels
            self.match_expressions = self.namespace_selector.match_expressions
            self.namespace_selector = None

    @property
    def understood(self) -> bool:
        """Whether this is a selector."""
        return self.same_labels is None and self.not_same_labels is None


class NamespacedPods(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """Pods by two selectors; to the API server an absent one is an empty one.

    `namespaces` is how releases before v0.1.2 spell the first, and becomes it.
    """

    namespace_selector: LabelSelector | None = None
    pod_selector: LabelSelector | None = None
    namespaces: Namespaces | None = None

    def __post_init__(self) -> None:
        if self.namespaces is not None and self.namespaces.understood:
            self.namespace_selector = LabelSelector(self.namespaces.match_labels, self.namespaces.match_expressions)
            self.namespaces = None
        if self.namespaces is None and (self.namespace_selector is not None or self.pod_selector is not None):
            self.namespace_selector = self.namespace_selector or LabelSelector()
            self.pod_selector = self.pod_selector or LabelSelector()


class ClusterPeer(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """A subject or a peer of a cluster-wide policy: one field is set (AN-3, AN-7, AN-8)."""

    namespaces: Namespaces | None = None
    pods: NamespacedPods | None = None
    nodes: LabelSelector | None = None
    networks: list[str] | None = None
    domain_names: list[str] | None = None


class PortNumber(msgspec.Struct, gc=False, omit_defaults=True):
    """``portNumber`` of the older kinds; the protocol is TCP by default (AN-11)."""

    protocol: str | None = None
    port: int | None = None


class PortRange(msgspec.Struct, gc=False, omit_defaults=True):
    """``portRange`` of the older kinds, and ``range`` of ClusterNetworkPolicy, which has no protocol here."""

    protocol: str | None = None
    start: int | None = None
    end: int | None = None


class AdminPort(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """An entry of ``ports`` of the older kinds: one field is set (AN-11)."""

    port_number: PortNumber | None = None
    named_port: str | None = None
    port_range: PortRange | None = None


class DestinationPort(msgspec.Struct, gc=False, omit_defaults=True):
    """``destinationPort`` of ClusterNetworkPolicy: a number or a range (AN-24)."""

    number: int | None = None
    range: PortRange | None = None


class Transport(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """``tcp``, ``udp`` or ``sctp`` of ClusterNetworkPolicy; without a port it means all ports."""

    destination_port: DestinationPort | None = None


class Protocol(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """An entry of ``protocols`` of ClusterNetworkPolicy: one field is set (AN-24)."""

    tcp: Transport | None = None
    udp: Transport | None = None
    sctp: Transport | None = None
    destination_named_port: str | None = None


class ClusterRule(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """A rule of a cluster-wide policy; `ports` in the older kinds, `protocols` in ClusterNetworkPolicy."""

    name: str | None = None
    action: str | None = None
    from_: list[ClusterPeer] | None = msgspec.field(default=None, name="from")
    to: list[ClusterPeer] | None = None
    ports: list[AdminPort] | None = None
    protocols: list[Protocol] | None = None


class ClusterPolicySpec(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """``spec`` of a cluster-wide policy."""

    tier: str | None = None
    priority: int | None = None
    subject: ClusterPeer | None = None
    ingress: list[ClusterRule] | None = None
    egress: list[ClusterRule] | None = None


class ClusterPolicy(msgspec.Struct, gc=False, omit_defaults=True):
    """AdminNetworkPolicy, BaselineAdminNetworkPolicy (v1alpha1) and ClusterNetworkPolicy (v1alpha2)."""

    metadata: Meta = msgspec.field(default_factory=Meta)
    spec: ClusterPolicySpec = msgspec.field(default_factory=ClusterPolicySpec)
