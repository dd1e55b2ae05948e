"""One list followed: read whole, then changed by what the server tells; begun again where the server has forgotten (AP-8..AP-10)."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator

import msgspec

from k8snetviz.collect.batches import Gap
from k8snetviz.collect.live.answers import Status, status_of
from k8snetviz.collect.live.connection import Connection, Lost, Refused
from k8snetviz.collect.live.paging import pages
from k8snetviz.collect.live.patience import Asker, Failed
from k8snetviz.collect.live.served import Place
from k8snetviz.collect.live.state import Objects, Part, Pruner, State
from k8snetviz.model.kinds import GapReason

_GONE = 410
_ASKED_S = 290  # seconds after which the server ends a watch, as client-go asks it to
_QUIET_S = 100.0  # bookmarks come about every minute: silence for longer is a dead connection
_LONGEST_S = 15.0
_INITIAL_END = "k8s.io/initial-events-end"
_RAWS = msgspec.json.Decoder(list[msgspec.Raw])


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


class Follower:
    """Follows one list in a thread of its own until it is told to stop."""

    def __init__(
        self, connection: Connection, asker: Asker, place: Place, namespace: str | None, state: State, told: Callable[[Part, str], None]
    ) -> None:
        self.part = Part(place.spec.kind, namespace)
        self._connection, self._asker, self._place, self._state, self._told = connection, asker, place, state, told
        self._path = place.path(namespace)
        self._pruner = Pruner(place.spec.kind)
        self._version: str | None = None
        self._streams = True  # whether the server streams lists
        self.ready = threading.Event()  # the list is known, or known to be refused

    def run(self) -> None:
        """Follow; a refusal for good ends it."""
        wait = 0.5
        while not self._asker.stopped.is_set():
            try:
                if self._version is None:
                    self._list()
                self.ready.set()
                self._told(self.part, "")
                self._watch()
                wait = 0.5
            except Expired:
                self._version = None
            except Lost as lost:
                self._told(self.part, str(lost))
                self._asker.stopped.wait(wait)
                wait = min(_LONGEST_S, wait * 2)
            except Failed as failed:
                if self._ends(failed):
                    return
                self._asker.stopped.wait(wait)
                wait = min(_LONGEST_S, wait * 2)

    def _ends(self, failed: Failed) -> bool:
        """Note why the list cannot be had; True where asking again is of no use."""
        refused = failed.status in (401, 403)
        reason = GapReason.FORBIDDEN if refused else GapReason.ERROR
        detail = f"{failed} (status {failed.status})" if failed.status else str(failed)
        if failed.status in (404, 405):
            self._state.absent(self.part.kind)
        elif self._version is None:
            self._state.missing(self.part, Gap(reason, detail, self.part.kind, self.part.namespace, self._path))
        self.ready.set()
        self._told(self.part, "" if refused or failed.status in (404, 405) else detail)
        return refused or failed.status in (404, 405)

    # -- the whole list -------------------------------------------------------------------------

    def _list(self) -> None:
        if self._streams:
            try:
                self._list_by_stream()
                return
            except Refused as refused:
                if refused.answer.status in (401, 403, 404, 405):
                    raise _failed(refused) from refused
                self._streams = False  # 400 and 422: an older server (AP-10)
        self._list_by_pages()

    def _list_by_pages(self) -> None:
        objects, version = Objects(), None
        for page in pages(self._asker, self._path, 500, lambda _: None):
            version = page.head.resource_version
            for raw in _RAWS.decode(page.items):
                key, text, _ = self._pruner.take(raw)
                objects[key] = text
        self._version = version or "0"
        self._state.replace(self.part, self._place.api_version, objects)

    def _list_by_stream(self) -> None:
        objects = Objects()
        query: dict[str, str | int] = {"watch": 1, "sendInitialEvents": "true", "allowWatchBookmarks": "true"}
        query["resourceVersionMatch"] = "NotOlderThan"
        for kind, raw in self._events(query):
            if kind == "BOOKMARK":
                mark = _BOOKMARK.decode(raw).metadata
                if (mark.annotations or {}).get(_INITIAL_END) == "true":
                    self._version = mark.resource_version
                    self._state.replace(self.part, self._place.api_version, objects)
                    return
            elif kind == "DELETED":
                objects.pop(self._pruner.take(raw)[0], None)
            else:
                key, text, _ = self._pruner.take(raw)
                objects[key] = text
        raise Lost("the streamed list ended before its end")

    # -- changes --------------------------------------------------------------------------------

    def _watch(self) -> None:
        """Apply events until the server ends the watch."""
        query: dict[str, str | int] = {"watch": 1, "resourceVersion": self._version or "0", "allowWatchBookmarks": "true"}
        try:
            for kind, raw in self._events(query):
                if kind == "BOOKMARK":
                    self._version = _BOOKMARK.decode(raw).metadata.resource_version or self._version
                else:
                    key, text, version = self._pruner.take(raw)
                    self._state.apply(self.part, key, None if kind == "DELETED" else text)
                    self._version = version or self._version
        except Refused as refused:
            raise _failed(refused) from refused

    def _events(self, query: dict[str, str | int]) -> Iterator[tuple[str, msgspec.Raw]]:
        """Yield type and object of every event; Expired where the server tells 410."""
        try:
            for line in self._connection.stream(self._path, query | {"timeoutSeconds": _ASKED_S}, quiet_s=_QUIET_S):
                if self._asker.stopped.is_set():
                    return
                event = _EVENT.decode(line)
                if event.type == "ERROR":
                    raise _error(_STATUS.decode(event.object))
                yield event.type, event.object
        except Refused as refused:
            if refused.answer.status == _GONE:
                raise Expired from refused
            raise
        except msgspec.DecodeError as error:
            raise Lost(f"an event that cannot be read: {error}") from error


def _failed(refused: Refused) -> Failed:
    status = status_of(refused.answer.body)
    return Failed(refused.answer.status, status.message or status.reason or "refused")


def _error(status: Status) -> Exception:
    return Expired() if status.code == _GONE or status.reason == "Expired" else Lost(status.message or json.dumps(status.reason))
