"""Named target ports that do not resolve on a pod, and what its containers declare instead (EP-11 to EP-16)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from k8snetviz.analysis.label_sets import slip
from k8snetviz.model.kinds import ContainerRole
from k8snetviz.model.snapshot import Snapshot

RESOLVING = (ContainerRole.APP.value, ContainerRole.SIDECAR.value)  # ordinary init containers never count (EP-13)
_SHOWN = 4


class Declared(NamedTuple):
    """A port that a container declares."""

    name: str | None
    port: int
    protocol: str
    role: str

    def __str__(self) -> str:
        named = f"{self.name} {self.port}/{self.protocol}" if self.name else f"{self.port}/{self.protocol}"
        return named if self.role in RESOLVING else f"{named} ({self.role} container)"


class Unresolved(NamedTuple):
    """A named target port that the containers of one list do not declare."""

    name: str
    protocol: str
    instead: str | None  # what they declare that may be meant; None: nothing at all


def named_targets(snap: Snapshot, namespace: str, service: str) -> list[tuple[str, str, int]]:
    """Return name, protocol and Service port of the Service's named target ports."""
    ports = snap.service_ports
    mine = ports[(ports["namespace"] == namespace) & (ports["service"] == service) & ports["target_number"].isna()]
    return list(zip(mine["target_port"], mine["protocol"], mine["port"].astype(int), strict=True))


def unresolved_ports(snap: Snapshot, targets: list[tuple[str, str, int]], numbers: set[int]) -> Iterator[tuple[int, Unresolved]]:
    """Yield the container lists among `numbers`, and the named targets that do not resolve on them."""
    sets = snap.container_sets
    rows = sets[sets["container_set"].isin(numbers)]
    by_set = {int(str(number)): _declared(each) for number, each in rows[rows["port"].notna()].groupby("container_set")}
    for number in sorted(numbers):
        declared = by_set.get(number, [])
        for name, protocol, port in targets:
            if not any(each.name == name and each.protocol == protocol and each.role in RESOLVING for each in declared):
                yield number, Unresolved(name, protocol, _instead(declared, name, protocol, port))


def _declared(rows: pd.DataFrame) -> list[Declared]:
    names = rows["port_name"].astype(object).where(rows["port_name"].notna(), None)
    return [Declared(*each) for each in zip(names, rows["port"].astype(int), rows["protocol"], rows["role"], strict=True)]


def _instead(declared: list[Declared], name: str, protocol: str, port: int) -> str | None:
    same_name = [each for each in declared if each.name == name]
    slips = [each for each in declared if each.name and each.role in RESOLVING and slip(name, each.name)]
    same_number = [each for each in declared if each.port == port and each.role in RESOLVING]
    others = [each for each in declared if each.role in RESOLVING]
    others.sort(key=lambda each: each.protocol != protocol)
    meant = same_name or slips or same_number or others
    if not meant:
        return None
    more = f" and {len(meant) - _SHOWN} more" if len(meant) > _SHOWN else ""
    return ", ".join(str(each) for each in meant[:_SHOWN]) + more
