"""Address ranges of a cluster: pods, Services, nodes, load balancers, external addresses; use and overlaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import pandas as pd

from k8snetviz.analysis.address_use import Span, in_use, inferred, live_pods, node_addresses, numbers, outside_of, service_addresses, within
from k8snetviz.analysis.addresses import family_of, lenient_network
from k8snetviz.analysis.columns import texts
from k8snetviz.analysis.coverage import known
from k8snetviz.analysis.range_overlaps import RULES, Fault, faults
from k8snetviz.model.kinds import AddressRole, Family, Kind
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables.addresses import ADDRESS_RANGES, RangeRole

_KINDS = {  # what must have been read whole for a role's use to be known
    RangeRole.POD: (Kind.POD,),
    RangeRole.SERVICE: (Kind.SERVICE,),
    RangeRole.NODE: (Kind.NODE,),
    RangeRole.LOAD_BALANCER: (Kind.SERVICE, Kind.INGRESS),
    RangeRole.EXTERNAL: (Kind.SERVICE,),
}
_LARGEST = 2**63 - 1


def address_ranges(snap: Snapshot) -> pd.DataFrame:
    """Return the ADDRESS_RANGES of a snapshot: one row per range, declared or inferred; none where no address is known.

    Cost is linear in addresses and ranges, but for sorting them.
    """
    whole = {role: all(_read_whole(snap, kind) for kind in kinds) for role, kinds in _KINDS.items()}
    rows = [row for family in Family for row in _of_family(snap, family, whole)]
    return ADDRESS_RANGES.from_rows(rows)


def _read_whole(snap: Snapshot, kind: Kind) -> bool:
    """Tell whether `kind` was read everywhere: at once, or in each of all Namespaces."""
    return snap.knows(kind) or (snap.knows(Kind.NAMESPACE) and bool(known(snap, kind, texts(snap.namespaces["namespace"])).all()))


def _of_family(snap: Snapshot, family: Family, whole: dict[RangeRole, bool]) -> Iterator[dict[str, object]]:
    pods = live_pods(snap, family)
    used = {role: in_use(held, family) for role, held in _held(snap, family, pods).items()}
    spans = _declared(snap, family)
    loose = {role: outside_of(numbers, [span for span in spans if span.role is role]) for role, numbers in used.items()}
    spans += [span for role, numbers in loose.items() for span in inferred(family, role, numbers)]
    outside = _outside(pods, family, spans)
    wrong = faults(snap, family, spans)
    for span in spans:
        seen = len(within((loose if span.name is None else used)[span.role], span.first, span.last))
        stray = outside.get(span.name) if span.role is RangeRole.POD and span.name is not None else None
        yield _row(span, wrong.get(span, []), stray) | {
            "used": seen if seen or whole[span.role] else None,
            "whole": whole[span.role],
        }


def _row(span: Span, own: Sequence[Fault], stray: int | None) -> dict[str, object]:
    parts = [f"{fault.words} ({RULES[fault.overlap]})" for fault in own]
    if stray:
        subject = "1 live pod of the node has" if stray == 1 else f"{stray:,} live pods of the node have"
        parts.append(f"{subject} an address outside (NM-13 to NM-16)")
    return {
        "family": span.family.value,
        "role": span.role.value,
        "cidr": span.cidr,
        "kind": span.kind,
        "name": span.name,
        "inferred": span.name is None,
        "size": _size(span),
        "outside": stray,
        "overlap": own[0].overlap.value if own else None,
        "rule": RULES[own[0].overlap] if own else None,
        "detail": "; ".join(parts) or None,
    }


def _size(span: Span) -> int | None:
    """Return the number of addresses; a ServiceCIDR keeps its first one, and in IPv4 its last one (SV-42)."""
    size = span.last - span.first + 1
    if span.role is RangeRole.SERVICE and span.name is not None:
        size = max(0, size - (2 if span.family is Family.IPV4 else 1))
    return size if size <= _LARGEST else None


def _held(snap: Snapshot, family: Family, pods: pd.DataFrame) -> dict[RangeRole, pd.Series[str]]:
    """Return the addresses in use by role."""
    balanced = service_addresses(snap, family, AddressRole.LOAD_BALANCER)["address"]
    entries = snap.ingress_addresses["address"].drop_duplicates()
    networks = [lenient_network(text) for text in entries]
    own = [network is not None and family_of(network) is family and network.num_addresses == 1 for network in networks]
    bare = [str(network.network_address) for network, mine in zip(networks, own, strict=True) if network is not None and mine]
    return {
        RangeRole.POD: pods["address"],
        RangeRole.SERVICE: service_addresses(snap, family, AddressRole.CLUSTER)["address"],
        RangeRole.NODE: node_addresses(snap, family)["address"],
        RangeRole.LOAD_BALANCER: pd.concat([balanced, pd.Series(bare, dtype="string")]),
        RangeRole.EXTERNAL: service_addresses(snap, family, AddressRole.EXTERNAL)["address"],
    }


def _declared(snap: Snapshot, family: Family) -> list[Span]:
    ranges = snap.ranges
    ranges = ranges[ranges["family"].eq(family.value).fillna(False)].drop_duplicates(["kind", "name", "cidr"])
    spans = []
    for kind, name, cidr, role in zip(ranges["kind"], ranges["name"], ranges["cidr"], ranges["role"], strict=True):
        network = lenient_network(cidr)
        if network is not None and family_of(network) is family:
            first, last = int(network.network_address), int(network.broadcast_address)
            spans.append(Span(family, RangeRole(role), first, last, kind, name))
    return spans


def _outside(pods: pd.DataFrame, family: Family, spans: Sequence[Span]) -> dict[str, int]:
    """Return for each Node with a range how many live `pods` on it have an address in none of its ranges."""
    own: dict[str, list[Span]] = {}
    for span in spans:
        if span.role is RangeRole.POD and span.name is not None:
            own.setdefault(span.name, []).append(span)
    pods = pods[pods["node"].isin(own)]
    stray: Counter[str] = Counter()
    bounds = {node: [(span.first, span.last) for span in spans] for node, spans in own.items()}
    for node, held in zip(pods["node"].to_numpy(dtype=object), numbers(pods["address"], family), strict=True):
        for first, last in bounds[node]:
            if first <= held <= last:
                break
        else:
            stray[node] += 1
    return {node: stray[node] for node in own}
