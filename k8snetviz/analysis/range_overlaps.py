"""What is wrong with address ranges: NM-18 to NM-21, found in one pass over sorted ranges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from k8snetviz.analysis.address_use import Span, in_use, live_pods, node_addresses, number, service_addresses, within
from k8snetviz.analysis.coverings import listed
from k8snetviz.model.kinds import AddressRole, Family
from k8snetviz.model.printable import printable
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables.addresses import Overlap, RangeRole

RULES = {
    Overlap.POD_RANGES: "NM-18",
    Overlap.SERVICE_RANGE: "NM-19",
    Overlap.CLUSTER_IP: "NM-21",
    Overlap.NODE_TWICE: "NM-20",
    Overlap.NODE_INSIDE: "NM-1",
}
_SHOWN = 3
_LONG = 200  # characters of names in a sentence


class Fault(NamedTuple):
    """One thing wrong with one range."""

    overlap: Overlap
    words: str


def faults(snap: Snapshot, family: Family, spans: Sequence[Span]) -> dict[Span, list[Fault]]:
    """Return what is wrong with each of `spans`, all of `family`; the gravest first."""
    found: dict[Span, list[Fault]] = {}
    for span, fault in (
        *_crossings(spans),
        *_held_cluster_addresses(snap, family, spans),
        *_shared_with_pods(snap, family, spans),
        *_node_twice(snap, family, spans),
        *_node_inside(snap, family, spans),
    ):
        found.setdefault(span, []).append(fault)
    order = list(Overlap)
    return {span: sorted(own, key=lambda fault: order.index(fault.overlap)) for span, own in found.items()}


def _crossings(spans: Sequence[Span]) -> Iterator[tuple[Span, Fault]]:
    """Yield the declared ranges of Nodes that overlap with one of another Node, or with a ServiceCIDR."""
    partners: dict[tuple[Span, Overlap], list[str]] = {}
    for outer, inner in _nestings([span for span in spans if span.name is not None]):
        if outer.role is inner.role is RangeRole.SERVICE or (outer.kind, outer.name) == (inner.kind, inner.name):
            continue  # Service ranges may overlap or nest (SV-40)
        overlap = Overlap.POD_RANGES if outer.role is inner.role else Overlap.SERVICE_RANGE
        partners.setdefault((outer, overlap), []).append(f"{inner.cidr} of {inner.kind} {inner.name}")
        partners.setdefault((inner, overlap), []).append(f"{outer.cidr} of {outer.kind} {outer.name}")
    for (span, overlap), others in partners.items():
        yield span, Fault(overlap, f"overlaps {listed(others)}")


def _nestings(spans: Sequence[Span]) -> Iterator[tuple[Span, Span]]:
    """Yield each range with the nearest one around it, or equal to it, of either role: ranges never overlap otherwise."""
    around: Mapping[RangeRole, list[Span]] = {RangeRole.POD: [], RangeRole.SERVICE: []}
    for span in sorted(spans, key=lambda span: (span.first, -span.last, span.role, str(span.name))):
        for stack in around.values():
            while stack and stack[-1].last < span.first:
                stack.pop()
            if stack:
                yield stack[-1], span
        around[span.role].append(span)


def _held_cluster_addresses(snap: Snapshot, family: Family, spans: Sequence[Span]) -> Iterator[tuple[Span, Fault]]:
    """Yield the ranges of Nodes that hold ClusterIPs of no declared Service range, and the inferred ones of those."""
    guessed = [span for span in spans if span.role is RangeRole.SERVICE and span.name is None]
    used = in_use(service_addresses(snap, family, AddressRole.CLUSTER)["address"], family) if guessed else []
    loose = [used[place] for span in guessed for place in within(used, span.first, span.last)]
    taken: list[str] = []
    for span in spans:
        held = within(loose, span.first, span.last) if span.role is RangeRole.POD and span.name is not None else range(0)
        if held:
            texts = [_text(loose[place], family) for place in held[:_SHOWN]]
            yield span, Fault(Overlap.SERVICE_RANGE, "holds ClusterIPs: " + _some(texts, len(held)))
            taken.append(f"{span.cidr} of {span.kind} {span.name}")
    for span in guessed if taken else ():
        yield span, Fault(Overlap.SERVICE_RANGE, f"ClusterIPs of it lie in {listed(taken)}")


def _shared_with_pods(snap: Snapshot, family: Family, spans: Sequence[Span]) -> Iterator[tuple[Span, Fault]]:
    """Yield the ranges that hold an address of a pod which is also a ClusterIP."""
    services, pods = service_addresses(snap, family, AddressRole.CLUSTER), live_pods(snap, family)
    both = pods[pods["address"].isin(services["address"])].drop_duplicates("address")
    if both.empty:
        return
    owner = services.drop_duplicates("address").set_index("address")
    names = (owner["namespace"] + "/" + owner["service"])[both["address"]]
    rows = zip(both["address"], both["namespace"] + "/" + both["pod"], names, strict=True)
    told = {number(address, family): f"{address} of pod {pod} is also ClusterIP of Service {service}" for address, pod, service in rows}
    for span, held in _holding(spans, told, (RangeRole.POD, RangeRole.SERVICE)):
        yield span, Fault(Overlap.CLUSTER_IP, held)


def _node_twice(snap: Snapshot, family: Family, spans: Sequence[Span]) -> Iterator[tuple[Span, Fault]]:
    """Yield the ranges of node addresses that hold an InternalIP of two Nodes."""
    held = node_addresses(snap, family)
    held = held[held["type"].eq("InternalIP")].drop_duplicates(["node", "address"])
    for span, words in _holding(spans, _owners(held[held.duplicated("address", keep=False)], family), (RangeRole.NODE,)):
        yield span, Fault(Overlap.NODE_TWICE, "InternalIP of several nodes: " + words)


def _node_inside(snap: Snapshot, family: Family, spans: Sequence[Span]) -> Iterator[tuple[Span, Fault]]:
    """Yield the declared ranges of pods that hold an address of a Node: a pod may be given it too."""
    declared = [span for span in spans if span.name is not None]
    for span, words in _holding(declared, _owners(node_addresses(snap, family), family), (RangeRole.POD,)):
        yield span, Fault(Overlap.NODE_INSIDE, "holds addresses of nodes: " + words)


def _owners(held: pd.DataFrame, family: Family) -> dict[int, str]:
    nodes: dict[str, list[str]] = {}
    for address, node in zip(held["address"], held["node"], strict=True):
        nodes.setdefault(address, []).append(node)
    return {number(address, family): f"{address} of {listed(sorted(set(names)))}" for address, names in nodes.items()}


def _holding(spans: Sequence[Span], told: Mapping[int, str], roles: tuple[RangeRole, ...]) -> Iterator[tuple[Span, str]]:
    """Yield the ranges of `roles` that hold one of the addresses in `told`, with the words on those."""
    order = sorted(told)
    for span in spans:
        held = within(order, span.first, span.last) if span.role in roles else range(0)
        if held:
            yield span, _some([told[order[place]] for place in held[:_SHOWN]], len(held))


def _some(shown: Sequence[str], total: int) -> str:
    """Return the first few and the number of the others, without a look at those."""
    return ", ".join(printable(words, limit=_LONG) for words in shown) + (f" and {total - len(shown):,} more" if total > len(shown) else "")


def _text(address: int, family: Family) -> str:
    return Span(family, RangeRole.SERVICE, address, address).cidr.partition("/")[0]
