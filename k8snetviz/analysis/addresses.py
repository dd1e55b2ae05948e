"""Addresses and ranges, read as leniently as controllers read stored ones (NM-5)."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from k8snetviz.model.kinds import Family

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
_MAPPED_BITS = 96  # ::ffff:0:0/96 holds the IPv4-mapped addresses
_LONGEST = 64  # no spelling of an address or range is longer


def lenient_network(text: str) -> Network | None:
    """Return the range that `text` spells (one address is a range of one), or None.

    Leading zeros in IPv4 are decimal, IPv4-mapped IPv6 is IPv4, host bits behind the prefix are cleared.
    """
    if len(text) > _LONGEST or not text.isascii():
        return None
    address, slash, prefix = text.strip().partition("/")
    if address.startswith("[") and address.endswith("]"):
        address = address[1:-1]
    if "." in address:
        head, colon, quad = address.rpartition(":")
        address = head + colon + ".".join(part.lstrip("0") or "0" if part.isdigit() else part for part in quad.split("."))
    if "%" in address:
        return None  # a zone is a link of one host, nothing that a cluster holds
    try:
        network = ip_network(f"{address}{slash}{prefix}", strict=False)
    except ValueError:
        return None
    return _unmapped(network)


def lenient_address(text: str) -> Address | None:
    """Return the one address that `text` spells, or None."""
    network = None if "/" in text else lenient_network(text)
    return None if network is None else network.network_address


def family_of(network: Network | Address) -> Family:
    """Return the family of a range or address."""
    return Family.IPV4 if network.version == 4 else Family.IPV6


def inside(one: Network, other: Network) -> bool:
    """Tell whether `one` lies in `other`, or is equal to it."""
    if isinstance(one, IPv4Network) and isinstance(other, IPv4Network):
        return one.subnet_of(other)
    return isinstance(one, IPv6Network) and isinstance(other, IPv6Network) and one.subnet_of(other)


def canonical_inside(texts: Iterable[str], network: Network) -> list[str]:
    """Return those of `texts`, canonical addresses of the network's family, that lie in it."""
    kind = socket.AF_INET if network.version == 4 else socket.AF_INET6
    low, high = network.network_address.packed, network.broadcast_address.packed
    return [text for text in texts if low <= socket.inet_pton(kind, text) <= high]


def nested(one: Network, other: Network) -> bool:
    """Tell whether one of two ranges lies in the other, or they are equal; ranges never overlap otherwise."""
    return inside(one, other) or inside(other, one)


def _unmapped(network: Network) -> Network:
    if isinstance(network, IPv4Network) or network.prefixlen < _MAPPED_BITS:
        return network
    mapped = network.network_address.ipv4_mapped
    return network if mapped is None else IPv4Network((mapped, network.prefixlen - _MAPPED_BITS))
