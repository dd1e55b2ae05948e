"""Addresses as they stand in stored objects -> canonical text and family (NM-5, NM-6)."""

from __future__ import annotations

import ipaddress
from collections import deque
from itertools import repeat
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton

from k8snetviz.model.kinds import Family

_IPV4, _IPV6 = Family.IPV4.value, Family.IPV6.value


def canonical(text: str) -> tuple[str, str | None]:
    """Return canonical text and family of an address; text that does not parse comes back as it is, without family.

    Lenient as controllers are: leading zeros in IPv4 are decimal, IPv4-mapped IPv6 is IPv4 (NM-5).
    """
    try:
        if ":" not in text:
            inet_pton(AF_INET, text)  # takes the canonical form only
            return text, _IPV4
        printed = inet_ntop(AF_INET6, inet_pton(AF_INET6, text))
        if "." not in printed:
            return printed, _IPV6
    except (OSError, ValueError):
        pass
    return _lenient(text)


def plain(texts: list[str | None]) -> list[str | None] | None:
    """Return the canonical texts of many addresses at once; None when one of them calls for a closer look."""
    present = [text for text in texts if text is not None]
    try:
        if ":" not in "".join(present):
            deque(map(inet_pton, repeat(AF_INET), present), 0)
            return texts
        printed = [text if text is None else inet_ntop(AF_INET6, inet_pton(AF_INET6, text)) for text in texts]
    except (OSError, ValueError):
        return None
    return printed if "." not in "".join([text for text in printed if text is not None]) else None


def canonical_range(text: str) -> tuple[str, str | None]:
    """Return canonical text and family of a CIDR, host bits cleared; text that does not parse comes back as it is."""
    head, slash, prefix = text.partition("/")
    address, family = canonical(head)
    if family is None or not slash or not prefix.isascii() or not prefix.isdigit():
        return text, None
    bits = int(prefix) - (96 if ":" in head and family == _IPV4 else 0)
    size, code = (32, AF_INET) if family == _IPV4 else (128, AF_INET6)
    if 0 <= bits <= size:
        number = int.from_bytes(inet_pton(code, address)) >> size - bits << size - bits
        printed = inet_ntop(code, number.to_bytes(size // 8))
        if size == 32 or "." not in printed:
            return f"{printed}/{bits}", family
    try:
        return str(ipaddress.ip_network(f"{address}/{bits}", strict=False)), family
    except ValueError:
        return text, None


def _lenient(text: str) -> tuple[str, str | None]:
    head, colon, quad = text.rpartition(":")
    if "." in quad:
        octets = quad.split(".")
        if not all(octet.isascii() and octet.isdigit() and len(octet) < 16 for octet in octets):
            return text, None
        quad = ".".join(str(int(octet)) for octet in octets)
    try:
        address = ipaddress.ip_address(head + colon + quad)
    except ValueError:
        return text, None
    if isinstance(address, ipaddress.IPv4Address):
        return str(address), _IPV4
    if address.scope_id is not None:
        return text, None
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped), _IPV4
    return str(address), _IPV6
