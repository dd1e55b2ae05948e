"""Section 1.3 of the reference: pods that share one address, and whether that is a fault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from k8snetviz.analysis.candidates import TERMINAL_PHASES
from k8snetviz.model.printable import printable
from k8snetviz.model.snapshot import Provenance

_SHOWN = 3


class Judgement(StrEnum):
    """What section 1.3 says about a pod and its address."""

    ALONE = "alone"
    RELEASED = "released"
    HOST_NETWORK = "host-network"
    HOSTIP_MISMATCH = "hostip-mismatch"
    NODE_IP_DUPLICATE = "node-ip-duplicate"
    POD_IP_EQUALS_NODE_IP = "pod-ip-equals-node-ip"
    TRANSIENT = "transient"
    DUPLICATE_POD_IP = "duplicate-pod-ip"
    SUSPECT = "suspect"


class Verdict(NamedTuple):
    """The judgement on one pod, and words that give it with the other holders."""

    judgement: Judgement
    words: str = ""


class Holder(NamedTuple):
    """A pod that has the address in its status."""

    namespace: str
    pod: str
    node: str | None
    phase: str | None
    host_network: bool
    terminating: bool
    started: datetime | None

    @property
    def terminal(self) -> bool:
        """Has ended, and so released the address (step 2)."""
        return self.phase in TERMINAL_PHASES


@dataclass(frozen=True)
class Sharing:
    """The holders of one address and what else is known of it.

    ``nodes_with`` are the Nodes that have the address, ``nodes_without`` those whose addresses of its family
    are known and are others. The collection window in ``provenance`` tells a race from a fault (step 7).
    """

    holders: Sequence[Holder]
    nodes_with: Sequence[str]
    nodes_without: frozenset[str]
    provenance: Provenance

    def verdict(self, holder: Holder) -> Verdict:
        """Return the judgement on one of the holders."""
        if holder.terminal:
            return Verdict(Judgement.RELEASED, "the address is released and may be in use elsewhere (section 1.3, step 2)")
        if holder.host_network:
            return self._host_network(holder)
        return self._pod_network(holder)

    def _host_network(self, holder: Holder) -> Verdict:
        others = [node for node in self._host_nodes() if node != holder.node]
        if others:
            words = f"host-network pods of node {_listed(others)} have the same address (section 1.3, step 3)"
            return Verdict(Judgement.NODE_IP_DUPLICATE, f"violation node-ip-duplicate: {words}")
        node = printable(holder.node or "not named")
        if holder.node in self.nodes_without:
            words = f"host network, but node {node} does not list this address: stale, or the node was re-addressed (NM-23)"
            return Verdict(Judgement.HOSTIP_MISMATCH, words)
        return Verdict(Judgement.HOST_NETWORK, f"host network: shares the address of node {node}, which is legitimate (NM-8)")

    def _pod_network(self, holder: Holder) -> Verdict:
        live = [each for each in self.holders if not each.terminal and not each.host_network and not each.terminating]
        others = [each for each in self.holders if not each.terminal and not each.host_network and each is not holder]
        nodes = sorted({*self.nodes_with, *self._host_nodes()})
        if nodes:
            words = f"violation pod-ip-equals-node-ip: node {_listed(nodes)} has the same address (section 1.3, step 4)"
            return Verdict(Judgement.POD_IP_EQUALS_NODE_IP, words)
        if not others:
            return Verdict(Judgement.ALONE)
        named = _listed([f"pod {each.namespace}/{each.pod}" for each in others])
        if len(live) < 2:
            words = f"transient: also held by {named}; at most one of them does not terminate (section 1.3, step 5)"
            return Verdict(Judgement.TRANSIENT, words)
        if holder.terminating:
            return Verdict(Judgement.TRANSIENT, f"transient: also held by {named} (section 1.3, step 5)")
        if self._raced(live):
            words = f"suspect duplicate-pod-ip: also held by {named}, but a start falls into the collection (section 1.3, step 7)"
            return Verdict(Judgement.SUSPECT, words)
        return Verdict(Judgement.DUPLICATE_POD_IP, f"violation duplicate-pod-ip: also held by {named} (section 1.3, step 6)")

    def _host_nodes(self) -> list[str]:
        """Return the nodes whose host-network pods have the address: it is a node's, even where Nodes are a gap."""
        return sorted({each.node for each in self.holders if each.host_network and not each.terminal and each.node is not None})

    def _raced(self, live: list[Holder]) -> bool:
        """Tell whether all live holders but at most one started inside the collection window."""
        begin, end = self.provenance.started, self.provenance.finished
        if begin is None or end is None:
            return False
        inside = [each.started is not None and _utc(begin) <= _utc(each.started) <= _utc(end) for each in live]
        return any(inside) and inside.count(False) <= 1


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(printable(name) for name in names[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown
