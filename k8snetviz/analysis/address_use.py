"""Addresses in use as sorted numbers, and the smallest ranges that cover them."""

from __future__ import annotations

import socket
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from ipaddress import IPv4Network, IPv6Network
from itertools import groupby
from typing import NamedTuple

import numpy as np
import pandas as pd

from k8snetviz.analysis.candidates import TERMINAL_PHASES
from k8snetviz.model.kinds import AddressRole, Family
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables.addresses import RangeRole

_BITS = {Family.IPV4: 32, Family.IPV6: 128}
_APART = {Family.IPV4: (16, 8, 0), Family.IPV6: (48, 32, 0)}  # bits that addresses of one inferred range have in common
_GROUPS = 8  # inferred ranges of one role, before they are taken wider


class Span(NamedTuple):
    """A range as numbers; without `name` it is inferred."""

    family: Family
    role: RangeRole
    first: int
    last: int
    kind: str | None = None
    name: str | None = None

    @property
    def cidr(self) -> str:
        """Return its text."""
        prefix = _BITS[self.family] - (self.first ^ self.last).bit_length()
        return str((IPv4Network if self.family is Family.IPV4 else IPv6Network)((self.first, prefix)))


def number(text: str, family: Family) -> int:
    """Return a canonical address of `family` as a number."""
    return int.from_bytes(socket.inet_pton(socket.AF_INET if family is Family.IPV4 else socket.AF_INET6, text))


def live_pods(snap: Snapshot, family: Family) -> pd.DataFrame:
    """Return `namespace`, `pod`, `node`, `address` of the pods that hold an address of their own.

    Host-network pods hold their node's (NM-8); terminal ones have released theirs (step 2 of section 1.3).
    """
    column = "address_ipv4" if family is Family.IPV4 else "address_ipv6"
    pods = snap.pods[["namespace", "pod", "node", "phase", "host_network", "template", column]].rename(columns={column: "address"})
    ended = pods["phase"].isin(TERMINAL_PHASES)
    return pods[pods["address"].notna() & ~ended & ~pods["host_network"] & ~pods["template"]]


def node_addresses(snap: Snapshot, family: Family) -> pd.DataFrame:
    """Return the NODE_ADDRESSES of `family`."""
    held = snap.node_addresses
    return held[held["family"].eq(family.value).fillna(False)]


def service_addresses(snap: Snapshot, family: Family, role: AddressRole) -> pd.DataFrame:
    """Return the SERVICE_ADDRESSES of `family` and `role`."""
    held = snap.service_addresses
    return held[held["family"].eq(family.value).fillna(False) & held["role"].eq(role.value)]


def numbers(texts: pd.Series[str], family: Family) -> list[int]:
    """Return canonical addresses of `family` as numbers."""
    kind = socket.AF_INET if family is Family.IPV4 else socket.AF_INET6
    packed = [socket.inet_pton(kind, text) for text in texts.to_numpy(dtype=object)]
    if family is Family.IPV4:
        whole: list[int] = np.frombuffer(b"".join(packed), dtype=">u4").tolist()
        return whole
    return [int.from_bytes(each) for each in packed]


def in_use(texts: pd.Series[str], family: Family) -> list[int]:
    """Return the different addresses as numbers in order."""
    return sorted(set(numbers(texts, family)))


def within(numbers: Sequence[int], first: int, last: int) -> range:
    """Return the places of those of the sorted `numbers` from `first` to `last`."""
    return range(bisect_left(numbers, first), bisect_right(numbers, last))


def inferred(family: Family, role: RangeRole, loose: Sequence[int]) -> Iterator[Span]:
    """Yield the smallest ranges that cover the sorted addresses `loose`, which no declared range holds.

    Service addresses are covered by one (SV-45). Of the others those that have little in common are covered apart.
    """
    if not loose:
        return
    widths = (0,) if role is RangeRole.SERVICE else _APART[family]
    for width in widths:
        shift = _BITS[family] - width
        groups = [list(members) for _, members in groupby(loose, key=lambda each, shift=shift: each >> shift)]  # type: ignore[misc]
        if len(groups) <= _GROUPS:
            break
    for members in groups:
        yield _cover(family, role, members[0], members[-1])


def _cover(family: Family, role: RangeRole, low: int, high: int) -> Span:
    host = (1 << (low ^ high).bit_length()) - 1
    return Span(family, role, low & ~host, low | host)


def outside_of(numbers: Sequence[int], spans: Iterable[Span]) -> list[int]:
    """Return those of the sorted `numbers` that none of `spans` holds."""
    held = sorted((span.first, span.last) for span in spans)
    loose: list[int] = []
    end, place = -1, 0
    for each in numbers:
        while place < len(held) and held[place][0] <= each:
            end = max(end, held[place][1])
            place += 1
        if each > end:
            loose.append(each)
    return loose
