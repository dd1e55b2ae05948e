"""Who holds or covers an address: pods, nodes, Services, slices, ranges, policy blocks."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from k8snetviz.analysis.addresses import Network, canonical_inside, family_of, inside, lenient_network
from k8snetviz.analysis.coverings import Asked, Record, Row, coverings, listed, owner_row
from k8snetviz.analysis.duplicates import Holder, Judgement, Sharing
from k8snetviz.errors import UsageError
from k8snetviz.model.kinds import AddressRole, Kind, OwnerRole
from k8snetviz.model.printable import printable
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables import ADDRESS_OWNERS

_PREFIX = "ip:"


def owners(snap: Snapshot, address_or_cidr: str) -> pd.DataFrame:
    """Return the ADDRESS_OWNERS of an address, or of everything inside a range or covering it; none: no rows.

    Text is read leniently (NM-5): leading zeros, IPv4-mapped IPv6, host bits; a prefix ``ip:`` may stand before it.

    Raises
    ------
    UsageError : the text is neither an address nor a range.
    """
    asked = _asked(address_or_cidr)
    rows = [*_pods(snap, asked), *_nodes(snap, asked), *_services(snap, asked), *_entries(snap, asked)]
    rows += [*_endpoints(snap, asked), *coverings(snap, asked)]
    shared = {"address": asked.text, "family": family_of(asked.network).value}
    return ADDRESS_OWNERS.from_rows([shared | row for row in rows])


def _asked(text: str) -> Asked:
    bare = text.strip() if isinstance(text, str) else ""
    bare = bare[len(_PREFIX) :] if bare.startswith(_PREFIX) else bare
    network = lenient_network(bare)
    if network is None:
        raise UsageError(f"wanted an address or a range such as 10.1.2.3 or 10.1.0.0/16, found '{printable(text, limit=80)}'")
    single = "/" not in bare
    return Asked(network, str(network.network_address) if single else str(network), single)


def _within(frame: pd.DataFrame, asked: Asked, column: str = "address") -> pd.DataFrame:
    """Return the rows whose address is the one asked for, or lies in the range asked for."""
    if asked.single:
        return frame[(frame[column] == asked.text).fillna(False)]
    of_family = frame[(frame["family"] == family_of(asked.network).value).fillna(False)]
    found = canonical_inside(of_family[column].unique(), asked.network)
    return of_family[of_family[column].isin(found)]


def _lies(text: str, network: Network) -> bool:
    address = lenient_network(text)
    return address is not None and inside(address, network)


def _pods(snap: Snapshot, asked: Asked) -> Iterator[Row]:
    pods = _holders(snap, asked)
    nodes = snap.node_addresses
    known = frozenset(nodes.loc[(nodes["family"] == family_of(asked.network).value).fillna(False), "node"])
    nodes_with = _grouped(_within(nodes, asked), "node")
    services = _named(_cluster_addresses(snap, asked), "service")
    for address, held in pods.items():
        having = sorted(set(nodes_with.get(address, [])))
        sharing = Sharing([holder for holder, _ in held], having, known.difference(having), snap.provenance)
        for holder, ready in held:
            verdict = sharing.verdict(holder)
            parts = [_where(holder, ready=ready), verdict.words]
            if address in services and verdict.judgement is not Judgement.RELEASED:
                clash = listed(services[address])
                parts.append(f"violation pod-ip-equals-clusterip: also ClusterIP of Service {clash} (NM-21)")
            detail = asked.held("; ".join(part for part in parts if part), address)
            yield owner_row(Kind.POD, holder.namespace, holder.pod, OwnerRole.POD, detail)


def _holders(snap: Snapshot, asked: Asked) -> dict[str, list[tuple[Holder, bool | None]]]:
    """Return the pods by address, each with whether it is ready."""
    held = _within(snap.pod_addresses, asked)[["namespace", "pod", "address"]]
    if held.empty:
        return {}
    found: dict[str, list[tuple[Holder, bool | None]]] = {}
    needed = snap.pods[["namespace", "pod", "node", "phase", "host_network", "deleted", "started", "ready"]]
    for row in held.merge(needed, on=["namespace", "pod"]).to_dict("records"):
        node, phase, started, ready = (None if pd.isna(row[key]) else row[key] for key in ("node", "phase", "started", "ready"))
        holder = Holder(row["namespace"], row["pod"], node, phase, bool(row["host_network"]), not pd.isna(row["deleted"]), started)
        found.setdefault(row["address"], []).append((holder, ready))
    return found


def _where(holder: Holder, *, ready: bool | None) -> str:
    words = [] if holder.phase is None else [printable(holder.phase)]
    if holder.phase == "Running" and ready is not None:
        words.append("ready" if ready else "not ready")
    words += ["terminating"] if holder.terminating else []
    place = [] if holder.node is None else [f"on node {printable(holder.node)}"]
    return " ".join([*([", ".join(words)] if words else []), *place])


def _nodes(snap: Snapshot, asked: Asked) -> Iterator[Row]:
    held = _within(snap.node_addresses, asked)
    by_address = _grouped(held, "node")
    types: dict[tuple[str, str], list[str]] = {}
    for address, node, kind in zip(held["address"], held["node"], held["type"], strict=True):
        types.setdefault((address, node), []).append(kind)
    for (address, node), kinds in types.items():
        others = sorted(set(by_address[address]) - {node})
        clash = f"; violation node-ip-duplicate: also address of node {listed(others)} (NM-20)" if others else ""
        yield owner_row(Kind.NODE, None, node, OwnerRole.NODE, asked.held(listed(sorted(set(kinds))) + clash, address))


def _services(snap: Snapshot, asked: Asked) -> Iterator[Row]:
    held = _within(snap.service_addresses, asked)
    if held.empty:
        return
    types = snap.services.set_index(["namespace", "service"])["type"].to_dict()
    ports: dict[tuple[str, str], list[str]] = {}
    known = snap.service_ports
    for space, name, port, protocol in zip(known["namespace"], known["service"], known["port"], known["protocol"], strict=True):
        ports.setdefault((space, name), []).append(f"{port}/{protocol}")
    same = _named(_cluster_addresses(snap, asked), "service")
    pods = {
        address: [f"{each.namespace}/{each.pod}" for each, _ in rows if not each.terminal]
        for address, rows in _holders(snap, asked).items()
    }
    for row in held.to_dict("records"):
        key, address = (row["namespace"], row["service"]), row["address"]
        parts = [printable(types.get(key, "Service")) + (f", port {listed(ports[key])}" if key in ports else "")]
        if row["role"] == AddressRole.CLUSTER.value:
            others = [name for name in same[address] if name != "/".join(key)]
            parts += [f"violation clusterip-duplicate: also ClusterIP of Service {listed(others)}"] if others else []
            clash = listed(pods.get(address, []))
            parts += [f"violation pod-ip-equals-clusterip: also address of pod {clash} (NM-21)"] if clash else []
        parts += [] if pd.isna(row["ip_mode"]) else [f"ipMode {printable(row['ip_mode'])}"]
        yield owner_row(Kind.SERVICE, *key, OwnerRole(row["role"]), asked.held("; ".join(parts), address))


def _cluster_addresses(snap: Snapshot, asked: Asked) -> pd.DataFrame:
    services = _within(snap.service_addresses, asked)
    return services[services["role"] == AddressRole.CLUSTER.value]


def _grouped(frame: pd.DataFrame, column: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for address, name in zip(frame["address"], frame[column], strict=True):
        found.setdefault(address, []).append(name)
    return found


def _named(frame: pd.DataFrame, column: str) -> dict[str, list[str]]:
    return _grouped(frame.assign(full=frame["namespace"] + "/" + frame[column]), "full")


def _entries(snap: Snapshot, asked: Asked) -> Iterator[Row]:
    """Yield Ingresses and Gateways whose status names the address: a load balancer made for them."""
    table = snap.ingress_addresses
    wanted = [text for text in table["address"].unique() if _lies(text, asked.network)]
    for row in table[table["address"].isin(wanted)].to_dict("records"):
        detail = asked.held(f"address in the status of the {row['kind']}", row["address"])
        yield owner_row(Kind(row["kind"]), row["namespace"], row["name"], OwnerRole.LOAD_BALANCER, detail)


def _endpoints(snap: Snapshot, asked: Asked) -> Iterator[Row]:
    slices = _within(snap.slice_endpoints, asked)
    yield from _entries_of(Kind.ENDPOINT_SLICE, "slice", slices, asked)
    yield from _entries_of(Kind.ENDPOINTS, "service", _within(snap.endpoints, asked), asked)


def _entries_of(kind: Kind, column: str, frame: pd.DataFrame, asked: Asked) -> Iterator[Row]:
    """Yield one row per object and address; its ports are in `detail`."""
    entries: dict[tuple[str, str, str], list[Record]] = {}
    for row in frame.to_dict("records"):
        entries.setdefault((row["namespace"], row[column], row["address"]), []).append(row)
    for (space, name, address), rows in entries.items():
        yield owner_row(kind, space, name, OwnerRole.SLICE, asked.held(_endpoint(rows), address))


def _endpoint(rows: list[Record]) -> str:
    first = rows[0]
    parts: list[str] = [] if pd.isna(first["service"]) else [f"endpoint of Service {printable(first['service'])}"]
    parts.append("ready" if all(row["ready"] for row in rows) else "not ready")
    parts += ["terminating"] if first.get("terminating", False) else []
    ports = sorted({f"{row['port']}/{row['protocol']}" for row in rows if not pd.isna(row["port"])})
    parts += [f"port {listed(ports)}"] if ports else []
    if not pd.isna(first["target"]):
        kind = "" if pd.isna(first["target_kind"]) else f"{first['target_kind']} "
        parts.append(f"for {printable(kind + first['target'])}")
    return ", ".join(parts)
