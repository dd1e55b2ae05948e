"""What an API server says: the head of a page without its items, and the Status object of an error."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple, cast

import msgspec

_ITEMS = b'"items":['
_HEAD = 4096  # bytes in which the head of a page ends, as the API server writes it


class Head(msgspec.Struct, rename="camel"):
    """ListMeta: where the list stands, and how to go on."""

    resource_version: str | None = None
    next: str | None = msgspec.field(default=None, name="continue")
    remaining_item_count: int | None = None


class Page(NamedTuple):
    """A part of a list."""

    items: bytes  # JSON array, not yet read
    head: Head
    query: Mapping[str, str | int] = MappingProxyType({})  # that it answers


class _List(msgspec.Struct):
    kind: str = ""
    metadata: Head = msgspec.field(default_factory=Head)
    items: msgspec.Raw = msgspec.Raw(b"[]")


class Status(msgspec.Struct, rename="camel"):
    """Status of the Kubernetes API."""

    reason: str | None = None
    message: str | None = None
    code: int | None = None
    metadata: Head = msgspec.field(default_factory=Head)


class _Version(msgspec.Struct, rename="camel"):
    git_version: str | None = None


_VERSION = msgspec.json.Decoder(_Version)
_LIST = msgspec.json.Decoder(_List)
_STATUS = msgspec.json.Decoder(Status)


def page_of(body: bytes) -> Page | None:
    """Return the page in `body`; None where it is no whole list.

    The API server writes the head first: then the items are cut out without being read.
    """
    begin = body.find(_ITEMS, 0, _HEAD)
    end = len(body.rstrip())
    if begin > 0 and body[end - 2 : end] == b"]}":
        try:
            items = cast(bytes, memoryview(body)[begin + len(_ITEMS) - 1 : end - 1])  # the decoder reads it where it lies
            return Page(items, _LIST.decode(body[:begin] + b'"items":[]}').metadata)
        except msgspec.DecodeError:
            pass
    try:
        found = _LIST.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
    if not found.kind.endswith("List"):
        return None
    items = bytes(found.items)
    return Page(b"[]" if items == b"null" else items, found.metadata)


def status_of(body: bytes) -> Status:
    """Return the Status in `body`; its message is the beginning of the text where it is none."""
    try:
        found = _STATUS.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return Status(message=body[:200].decode("utf-8", "replace").strip() or None)
    return found


def version_of(body: bytes) -> str | None:
    """Return the version that the server calls itself, such as ``v1.34.2``."""
    try:
        return _VERSION.decode(body).git_version
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
