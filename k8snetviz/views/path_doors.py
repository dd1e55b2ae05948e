"""What a Service opens: the cards of its addresses, by type."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from k8snetviz.model.kinds import AddressRole, ServiceState
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.views.canvas import DASHED, DOTTED, SOLID
from k8snetviz.views.cards import Card, Note
from k8snetviz.views.text import count, plain

_SHOWN = 3  # addresses of one role, ports in a list


class Door(NamedTuple):
    """A way in: its card, and how its edges to the nodes are drawn; None for none."""

    card: Card
    dash: str | None


def own(frame: pd.DataFrame, row: Any) -> pd.DataFrame:
    """Return the rows of `frame` that belong to the Service of `row`."""
    same = frame["namespace"].eq(row.namespace) & frame["service"].eq(row.service)
    return frame[same.fillna(False)]


def ports_text(ports: pd.DataFrame) -> str:
    """Return ``80/TCP, 443/TCP and 2 more``."""
    listed = [f"{port}/{protocol}" for port, protocol in zip(ports["port"], ports["protocol"], strict=True)]
    return listing(listed) if listed else "no ports"


def listing(words: list[str], most: int = _SHOWN) -> str:
    """Return the first `most` words, and how many more there are."""
    more = f" and {len(words) - most:,} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more


def outside_doors(snapshot: Snapshot, row: Any) -> list[Door]:
    """Return the ways in from outside the cluster, in the order load balancer, external addresses, node ports."""
    addresses, ports = own(snapshot.table("service_addresses"), row), own(snapshot.table("service_ports"), row)
    doors: list[Door] = []
    balancer = row.type == "LoadBalancer"
    if balancer:
        balanced = addresses[addresses["role"].eq(AddressRole.LOAD_BALANCER.value)]
        doors.append(_balancer(balanced, ports, row, _conditions(snapshot, row)))
    given = addresses[addresses["role"].eq(AddressRole.EXTERNAL.value)]
    if len(given):
        notes = (*(Note(each) for each in _capped(given["address"])), Note(f"{ports_text(ports)} (KX-28)"))
        doors.append(Door(Card("external address", notes), SOLID))
    numbers = ports[ports["node_port"].notna()]
    if len(numbers):
        doors.append(Door(_node_port(numbers), SOLID))
    elif balancer:
        refused = pd.notna(row.allocate_node_ports) and not row.allocate_node_ports
        why = "not allocated (SV-13)" if refused else "none in what was read"
        doors.append(Door(Card("no node ports", (Note(why),), dash=DASHED), None))
    return doors


def _node_port(ports: pd.DataFrame) -> Card:
    listed = [f"{port}/{protocol}" for port, protocol in zip(ports["node_port"], ports["protocol"], strict=True)]
    everywhere = Note("on every node (KX-29)")
    if len(listed) == 1:
        return Card(f"node port {listed[0]}", (everywhere,))
    return Card(
        "node ports",
        (*(Note(listing(listed[start : start + 2], 2)) for start in range(0, min(len(listed), 6), 2)), *_more(listed), everywhere),
    )


def _more(listed: list[str]) -> tuple[Note, ...]:
    return (Note(f"and {len(listed) - 6:,} more"),) if len(listed) > 6 else ()


def cluster_door(snapshot: Snapshot, row: Any) -> Card:
    """Return the card of the cluster address, one line per family."""
    addresses, ports = own(snapshot.table("service_addresses"), row), own(snapshot.table("service_ports"), row)
    mine = addresses[addresses["role"].eq(AddressRole.CLUSTER.value)]
    if mine.empty:
        words = "none allocated (KX-1)" if row.observed else "not known: read from a manifest"
        return Card("ClusterIP", (Note(words, ServiceState.UNKNOWN), Note(ports_text(ports))), dash=DASHED)
    return Card("ClusterIP", (*(Note(each) for each in _capped(mine["address"])), Note(ports_text(ports))))


def _capped(addresses: pd.Series[Any]) -> list[str]:
    listed = [plain(each) for each in addresses]
    return listed if len(listed) <= _SHOWN else [*listed[: _SHOWN - 1], f"and {count(len(listed) - _SHOWN + 1, 'more address')}"]


def _conditions(snapshot: Snapshot, row: Any) -> list[Note]:
    """Return who may use the load balancer, and which of its ports it does not serve."""
    ranges, told = own(snapshot.table("service_source_ranges"), row), own(snapshot.table("load_balancer_ports"), row)
    wrong = told[told["error"].notna()].drop_duplicates(["port", "protocol"])
    notes = [Note(f"{ports_text(wrong)}: error (SV-54)", ServiceState.DOWN)] if len(wrong) else []
    if len(ranges) > 1:
        return [*notes, Note(f"only from {len(ranges):,} source ranges")]
    return notes + [Note(f"only from {plain(each)}") for each in ranges["cidr"]]


def _balancer(addresses: pd.DataFrame, ports: pd.DataFrame, row: Any, conditions: list[Note]) -> Door:
    if addresses.empty:
        words = "pending (SV-50)" if row.observed else "not known: read from a manifest"
        notes = [Note(words, ServiceState.UNKNOWN)]
        if pd.notna(row.load_balancer_class):
            notes.append(Note(f"class {plain(row.load_balancer_class)}"))
        return Door(Card("load balancer", (*notes, *conditions), dash=DASHED), None)
    captured = addresses["family"].notna() & addresses["ip_mode"].ne("Proxy").fillna(True)
    notes = [Note(_balancer_line(each)) for each in addresses.head(_SHOWN).itertuples()]
    if len(addresses) > _SHOWN:
        notes.append(Note(f"and {count(len(addresses) - _SHOWN, 'more address')}"))
    if not captured.any():
        notes.append(Note("to node ports or pods (SV-52)" if addresses["family"].notna().any() else "resolved outside (SV-51)"))
    notes.append(Note(ports_text(ports)))
    ported = bool(ports["node_port"].notna().any())
    return Door(Card("load balancer", (*notes, *conditions)), SOLID if captured.any() else DOTTED if ported else None)


def _balancer_line(address: Any) -> str:
    if pd.isna(address.family):
        return f"{plain(address.address)} (host name)"
    mode = "VIP" if pd.isna(address.ip_mode) else plain(address.ip_mode)
    return f"{plain(address.address)} ({mode})"
