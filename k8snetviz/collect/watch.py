"""Watch events ``{type, object}`` folded in order into the objects that are there at the end (SN-6)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

WATCH_TYPES = frozenset({"ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"})
_SYNCED = b'"k8s.io/initial-events-end"'


class _Meta(msgspec.Struct):
    name: str = ""
    namespace: str | None = None


class _Object(msgspec.Struct, rename="camel"):
    kind: str = ""
    api_version: str = ""
    metadata: _Meta = msgspec.field(default_factory=_Meta)


_OBJECT = msgspec.json.Decoder(_Object)


class WatchFold:
    """Keeps the last state of every object that a stream of events tells of."""

    def __init__(self) -> None:
        self._objects: dict[tuple[str, str, str | None, str], bytes] = {}
        self.events = 0
        self.whole = False  # the stream began with a list and said where it ended

    def event(self, kind: str, text: bytes) -> bool:
        """Take one event; False when its object cannot be read."""
        self.events += 1
        if kind == "BOOKMARK":
            self.whole = self.whole or _SYNCED in text
            return True
        try:
            found = _OBJECT.decode(text)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            return False
        key = (found.api_version, found.kind, found.metadata.namespace, found.metadata.name)
        self._objects.pop(key, None)
        if kind != "DELETED":
            self._objects[key] = text
        return True

    def objects(self) -> Iterator[tuple[str, str, bytes]]:
        """Yield API version, kind and text of what is there at the end."""
        for (version, kind, _, _), text in self._objects.items():
            yield version, kind, text
