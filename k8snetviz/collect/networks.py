"""The interfaces of a pod as its CNI plugin tells them in an annotation: bounded, and nothing else of it is kept."""

from __future__ import annotations

import re
from typing import Annotated, NamedTuple

import msgspec

from k8snetviz.collect.addresses import canonical
from k8snetviz.collect.structs.pod import NO_TEXT, PodAnnotations

_LONGEST = 65_536  # bytes of the annotation
_INTERFACES, _ADDRESSES = 64, 16
_MAC = re.compile(r"[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5,19}")


class _Network(msgspec.Struct, gc=False):
    """An entry of the annotation; everything else in it is left where it is."""

    interface: Annotated[str, msgspec.Meta(max_length=63)] | None = None
    ips: Annotated[list[Annotated[str, msgspec.Meta(max_length=64)]], msgspec.Meta(max_length=_ADDRESSES)] | None = None
    mac: str | None = None
    default: bool | None = None


class _Kept(msgspec.Struct, gc=False, omit_defaults=True):
    """An entry as a snapshot file holds it."""

    interface: str | None = None
    ips: tuple[str, ...] | None = None
    mac: str | None = None
    default: bool | None = None


class Interface(NamedTuple):
    """A network interface of a pod."""

    name: str | None
    mac: str | None
    default: bool
    addresses: tuple[str, ...]  # canonical where they parse


_TEXT = msgspec.json.Decoder(str)
_NETWORKS = msgspec.json.Decoder(Annotated[list[_Network], msgspec.Meta(max_length=_INTERFACES)])


def interfaces(annotations: PodAnnotations) -> tuple[Interface, ...] | None:
    """Return the interfaces that the annotations tell, none without them; None where they cannot be read.

    The older spelling speaks where the newer one is absent. Text that is no hardware address is left out.
    """
    raw = bytes(annotations.network_status) or bytes(annotations.networks_status)
    if raw in (b"", b"null", b'""'):
        return ()
    if len(raw) > _LONGEST:
        return None
    try:
        found = _NETWORKS.decode(_TEXT.decode(raw))
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return None
    return tuple(_interface(network) for network in found)


def _interface(network: _Network) -> Interface:
    mac = network.mac.lower() if network.mac and _MAC.fullmatch(network.mac) else None
    addresses = tuple(dict.fromkeys(canonical(text)[0] for text in network.ips or () if text))
    return Interface(network.interface or None, mac, network.default is True, addresses)


def annotation_of(found: tuple[Interface, ...] | None) -> PodAnnotations | None:
    """Return the annotation that tells `found` and nothing else; None without interfaces."""
    if not found:
        return None
    kept = [_Kept(one.name, one.addresses or None, one.mac, one.default or None) for one in found]
    return PodAnnotations(msgspec.Raw(msgspec.json.encode(msgspec.json.encode(kept).decode())), NO_TEXT)
