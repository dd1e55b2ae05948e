"""What items and lists of JSON say of themselves: words that are looked at before anything is decoded."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from k8snetviz.collect.json_walk import Ending, value_extent

_T = TypeVar("_T")


class Head(msgspec.Struct, rename="camel"):
    """What an item says of itself."""

    kind: msgspec.Raw = msgspec.Raw()
    api_version: msgspec.Raw = msgspec.Raw()
    items: msgspec.Raw = msgspec.Raw()


class ListMeta(msgspec.Struct, rename="camel"):
    """``metadata`` of a list."""

    continue_: msgspec.Raw = msgspec.field(default=msgspec.Raw(), name="continue")
    self_link: msgspec.Raw = msgspec.Raw()
    remaining: msgspec.Raw = msgspec.field(default=msgspec.Raw(), name="remainingItemCount")


_HEAD = msgspec.json.Decoder(Head)
HEADS = msgspec.json.Decoder(list[Head])
RAWS = msgspec.json.Decoder(list[msgspec.Raw])
META = msgspec.json.Decoder(ListMeta)
_TEXT = msgspec.json.Decoder(str)


def text_of(raw: msgspec.Raw) -> str:
    """Return the text of a JSON string; empty for everything else."""
    if bytes(raw)[:1] != b'"':
        return ""
    try:
        return _TEXT.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return ""


def decoded(decoder: msgspec.json.Decoder[_T], text: bytes | msgspec.Raw) -> _T | None:
    """Return what `decoder` makes of `text`; None when it is broken, or of another shape."""
    try:
        return decoder.decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None


def first_item(items: bytes) -> bytes | None:
    """Return the first item of a JSON array; None when there is none, or it is broken."""
    begin = 1
    while begin < len(items) and items[begin] in b" \t\r\n":
        begin += 1
    extent = value_extent(items, begin)
    return items[begin : extent.at] if extent.ending is Ending.WHOLE else None


def head_of(item: bytes | msgspec.Raw) -> Head | None:
    """Return what an item says of itself; None when it is no object."""
    try:
        return _HEAD.decode(item)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None


class _Named(msgspec.Struct):
    metadata: dict[str, msgspec.Raw] = {}


def has_name(item: bytes | msgspec.Raw) -> bool:
    """Tell whether an item has a name, as objects of the API have."""
    try:
        return "name" in msgspec.json.decode(item, type=_Named).metadata
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return False
