"""What the address map shows of ADDRESS_RANGES: one line per range, many nodes folded under the ranges that cover them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

import pandas as pd

from k8snetviz.model.tables.addresses import RangeRole
from k8snetviz.views.rows import each
from k8snetviz.views.text import count, plain

ROLES = {  # in the order in which they are drawn, with their titles
    RangeRole.POD: "Pod ranges",
    RangeRole.SERVICE: "Service ranges",
    RangeRole.NODE: "Node addresses",
    RangeRole.LOAD_BALANCER: "Load-balancer addresses",
    RangeRole.EXTERNAL: "External addresses",
}
LIMIT = 12  # lines of one role and family; beyond it ranges are folded
_BROKEN = 8  # ranges with an overlap that keep a line of their own
_GROUPS = 8  # lines that the others are folded to
_PLAIN_DIGITS = 10**9  # larger numbers are powers of two


@dataclass(frozen=True)
class Line:
    """One range, or several under the range that covers them."""

    title: str
    cidr: str
    first: int
    last: int
    size: int
    used: int | None  # None: not known
    whole: bool  # else `used` is a lower bound
    inferred: bool
    outside: int
    overlap: bool
    told: str  # a sentence on what overlaps or lies outside; empty where there is nothing to say
    ranges: int = 1


def lines_of(ranges: pd.DataFrame) -> list[Line]:
    """Return the lines for the ADDRESS_RANGES of one role and family: what overlaps first, then by address."""
    every = sorted((_line(row) for row in each(ranges)), key=lambda own: (not own.overlap, own.first, -own.last, own.title))
    if len(every) <= LIMIT:
        return every
    broken = [own for own in every if own.overlap]
    lines, rest = broken[:_BROKEN], broken[_BROKEN:]
    if rest:
        lines.append(_folded(rest, f"{len(rest):,} more with overlaps"))
    quiet = [own for own in every if not own.overlap and not own.inferred]
    lines += [own[0] if len(own) == 1 else _folded(own, count(len(own), "node")) for own in _covered(quiet)]
    return lines + [own for own in every if not own.overlap and own.inferred]


def size_in_words(size: int) -> str:
    """Return a number of addresses; beyond a billion as a power of two."""
    if size < _PLAIN_DIGITS:
        return f"{size:,}"
    power = size.bit_length() - 1
    return f"2^{power}" if size == 1 << power else f"about 2^{power + 1 if size * 2 > 3 << power else power}"


def use_in_words(line: Line) -> str:
    """Return ``13 of 256``, ``≥ 13 of 256`` where not all was read, or that it is not known."""
    if line.used is None:
        return f"? of {size_in_words(line.size)}"
    return ("" if line.whole else "≥ ") + f"{line.used:,} of {size_in_words(line.size)}"


def _line(row: Any) -> Line:
    network = ip_network(row.cidr)
    return Line(
        title="from addresses in use" if row.inferred else plain(row.name),
        cidr=row.cidr,
        first=int(network.network_address),
        last=int(network.broadcast_address),
        size=network.num_addresses if pd.isna(row.size) else int(row.size),
        used=None if pd.isna(row.used) else int(row.used),
        whole=bool(row.whole),
        inferred=bool(row.inferred),
        outside=0 if pd.isna(row.outside) else int(row.outside),
        overlap=pd.notna(row.overlap),
        told="" if pd.isna(row.detail) else plain(row.detail),
    )


def _covered(lines: Sequence[Line]) -> list[list[Line]]:
    """Return `lines`, sorted by address, in at most a few groups: those that have their leading bits in common."""
    shift, firsts = 0, {own.first for own in lines}
    while len(firsts) > _GROUPS:
        shift += 1
        firsts = {first >> 1 for first in firsts}
    groups: dict[int, list[Line]] = {}
    for own in lines:
        groups.setdefault(own.first >> shift, []).append(own)
    return list(groups.values())


def _folded(lines: Sequence[Line], title: str) -> Line:
    first, last = min(own.first for own in lines), max(own.last for own in lines)
    different = list({(own.first, own.last): own for own in lines}.values())  # nodes with one range share its addresses
    known = [own.used for own in different if own.used is not None]
    outside = sum(own.outside for own in lines)
    return Line(
        title=title,
        cidr=_covering(first, last, version=ip_network(lines[0].cidr).version),
        first=first,
        last=last,
        size=sum(own.size for own in different),
        used=sum(known) if known else None,
        whole=all(own.whole for own in lines),
        inferred=all(own.inferred for own in lines),
        outside=outside,
        overlap=any(own.overlap for own in lines),
        told=f"{count(outside, 'live pod')} of these nodes with an address outside their node's range (NM-13 to NM-16)" if outside else "",
        ranges=sum(own.ranges for own in lines),
    )


def _covering(first: int, last: int, *, version: int) -> str:
    """Return the smallest range that holds both addresses."""
    host = (first ^ last).bit_length()
    low = (first >> host) << host
    return str(IPv4Network((low, 32 - host)) if version == 4 else IPv6Network((low, 128 - host)))
