"""What covers an address without holding it: pod and Service ranges, address blocks of policies."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any, NamedTuple

import pandas as pd

from k8snetviz.analysis.addresses import Network, inside, lenient_network, nested
from k8snetviz.model.kinds import Kind, OwnerRole
from k8snetviz.model.printable import printable
from k8snetviz.model.snapshot import Snapshot

_SHOWN = 4
Row = dict[str, object]
Record = dict[Hashable, Any]


class Asked(NamedTuple):
    """The address or range that was asked for."""

    network: Network
    text: str  # canonical
    single: bool

    def held(self, detail: str | None, address: str) -> str | None:
        """Return `detail` preceded by the address itself where a range was asked for."""
        if self.single:
            return detail or None
        return f"{printable(address)}: {detail}" if detail else printable(address)


def coverings(snap: Snapshot, asked: Asked) -> Iterator[Row]:
    """Yield the declared ranges and policy blocks that cover what was asked for, or lie inside it."""
    yield from _ranges(snap, asked)
    yield from _policy_blocks(snap, asked)


def _ranges(snap: Snapshot, asked: Asked) -> Iterator[Row]:
    for row, cidr in _matching(snap.ranges, asked):
        yield owner_row(Kind(row["kind"]), None, row["name"], OwnerRole(row["role"]), _relation(cidr, asked))


def _policy_blocks(snap: Snapshot, asked: Asked) -> Iterator[Row]:
    peers = snap.policy_peers
    peers = peers[peers["cidr"].notna()]
    place = ["kind", "policy", "direction", "rule", "peer"]
    exceptions: dict[tuple[object, ...], list[str]] = {}
    for row in peers[peers["except_"]].to_dict("records"):
        exceptions.setdefault((row["namespace"], *(row[key] for key in place)), []).append(row["cidr"])
    for row, cidr in _matching(peers[~peers["except_"]], asked):
        taken = exceptions.get((row["namespace"], *(row[key] for key in place)), [])
        parts = [f"{row['direction']} rule {row['rule']}, peer {row['peer']}: {_relation(cidr, asked)}", _except(taken, asked)]
        space = None if pd.isna(row["namespace"]) else row["namespace"]
        yield owner_row(Kind(row["kind"]), space, row["policy"], OwnerRole.POLICY_BLOCK, "; ".join(part for part in parts if part))


def _matching(frame: pd.DataFrame, asked: Asked) -> Iterator[tuple[Record, Network]]:
    for row in frame.to_dict("records"):
        network = lenient_network(row["cidr"])
        if network is not None and nested(network, asked.network):
            yield row, network


def _relation(cidr: Network, asked: Asked) -> str:
    if asked.single or cidr == asked.network:
        return str(cidr)
    return f"{cidr} {'covers it' if inside(asked.network, cidr) else 'lies inside it'}"


def _except(taken: list[str], asked: Asked) -> str:
    known = [(text, lenient_network(text)) for text in taken]
    whole = [text for text, network in known if network is not None and inside(asked.network, network)]
    if whole:
        return f"except {listed(whole)} takes it out again (NP-25)"
    part = [text for text, network in known if network is not None and nested(network, asked.network)]
    if part:
        return f"except {listed(part)} takes a part of it out again (NP-25)"
    return f"except {listed(taken)} does not concern it" if taken else ""


def owner_row(kind: Kind, namespace: object, name: object, role: OwnerRole, detail: str | None) -> Row:
    """Return the fields of ADDRESS_OWNERS that differ between owners."""
    return {"kind": kind.value, "namespace": namespace, "name": name, "role": role.value, "detail": detail}


def listed(names: list[str]) -> str:
    """Return the first of `names` and the number of the others."""
    shown = ", ".join(printable(name) for name in names[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown
