"""The events of one watch, as the server writes them: changes, bookmarks, and that it has forgotten where the watch stood."""

from __future__ import annotations

import random
from collections.abc import Iterator

import msgspec

from k8snetviz.collect.live.answers import Status
from k8snetviz.collect.live.connection import Connection, Refused
from k8snetviz.collect.live.state import UNREADABLE
from k8snetviz.collect.live.trouble import Lost

_GONE = 410
_ASKED_S = (240, 300)  # seconds after which the server ends a watch: not all at once
_INITIAL_END = "k8s.io/initial-events-end"


class _Event(msgspec.Struct):
    type: str
    object: msgspec.Raw


class _Bookmark(msgspec.Struct, rename="camel"):
    class Meta(msgspec.Struct, rename="camel"):
        """ListMeta."""

        resource_version: str | None = None
        annotations: dict[str, str] | None = None

    metadata: Meta = msgspec.field(default_factory=Meta)


_EVENT = msgspec.json.Decoder(_Event)
_BOOKMARK = msgspec.json.Decoder(_Bookmark)
_STATUS = msgspec.json.Decoder(Status)


class Expired(Exception):  # noqa: N818 - reads as what happened
    """The server no longer knows where the watch stood."""


def events(connection: Connection, path: str, query: dict[str, str | int], quiet_s: float) -> Iterator[tuple[str, msgspec.Raw]]:
    """Yield type and object of every event, before them an empty type once the server answers, until the server ends the watch.

    Raises Expired where the server tells 410 in whichever way, Refused with any other status, Lost where the connection or a line breaks.
    """
    asked = random.randint(*_ASKED_S)  # noqa: S311 - spreads requests
    try:
        for line in connection.stream(path, query | {"timeoutSeconds": asked}, quiet_s=quiet_s):
            event = _EVENT.decode(line) if line else _Event("", msgspec.Raw())
            if event.type == "ERROR":
                raise _error(_STATUS.decode(event.object))
            yield event.type, event.object
    except Refused as refused:
        if refused.answer.status == _GONE:
            raise Expired from refused
        raise
    except UNREADABLE as error:
        raise Lost(f"an event that cannot be read: {error}") from error


def mark_of(raw: msgspec.Raw) -> tuple[str | None, bool]:
    """Return the resourceVersion of a bookmark, and whether it ends the first part of a streamed list."""
    try:
        meta = _BOOKMARK.decode(raw).metadata
    except UNREADABLE as error:
        raise Lost(f"a bookmark that cannot be read: {error}") from error
    return meta.resource_version, (meta.annotations or {}).get(_INITIAL_END) == "true"


def _error(status: Status) -> Exception:
    gone = status.code == _GONE or status.reason == "Expired"
    return Expired() if gone else Lost(status.message or status.reason or "an error without words")
