"""One list followed: read whole, then changed by what the server tells; begun again where the server has forgotten (AP-8..AP-10)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import msgspec

from k8snetviz.collect.batches import Gap
from k8snetviz.collect.live.answers import status_of
from k8snetviz.collect.live.connection import Connection, Refused
from k8snetviz.collect.live.events import Expired, events, mark_of
from k8snetviz.collect.live.paging import pages
from k8snetviz.collect.live.patience import Asker, Failed, asked_to_wait
from k8snetviz.collect.live.served import Place
from k8snetviz.collect.live.state import UNREADABLE, Objects, Part, Pruner, State
from k8snetviz.collect.live.trouble import Lost
from k8snetviz.errors import NetvizError
from k8snetviz.model.kinds import GapReason

_AHEAD = 504
_REFUSED, _ABSENT = (401, 403), (404, 405)
_OLD = (400, 422)  # what an older server answers to the wish for a streamed list (AP-10)
_QUIET_S = 100.0  # bookmarks come about every minute: silence for longer is a dead connection
_STEADY_S = 5.0  # what lasted as long was sound
_LONGEST_S = 15.0
_PAGE = 500
_RAWS = msgspec.json.Decoder(list[msgspec.Raw])


class Follower:
    """Follows one list in a thread of its own until it is told to stop.

    `told` hears why nothing is heard, and for how long that had been so; an empty word says that it is heard and up to date.
    """

    again_s = 60.0  # between two questions for a kind that the cluster does not serve

    def __init__(
        self,
        connection: Connection,
        asker: Asker,
        place: Place,
        namespace: str | None,
        state: State,
        told: Callable[[Part, str, float], None],
    ) -> None:
        self.part = Part(place.spec.kind, namespace)
        self._connection, self._asker, self._place, self._state, self._told = connection, asker, place, state, told
        self._path = place.path(namespace)
        self._pruner = Pruner(place.spec.kind)
        self._version: str | None = None
        self.known = False  # whether it was ever read whole
        self._streams = True  # whether the server streams lists
        self._failures = 0  # one after the other
        self._after_s = 0.0  # what the server asked to wait
        self.ready = threading.Event()  # the list is known, or known not to come
        self.polled = False  # whether it is read again and again, not watched
        self.ended = False  # it need not be followed any more

    def end(self) -> None:
        """Follow no longer; what still waits for an event ends with the next one, at the latest after silence."""
        self.ended = True
        self._told(self.part, "", 0.0)

    def read(self) -> bool:
        """Read the list once, in pages; False where it was refused from the beginning."""
        try:
            self._list_by_pages()
        except Failed as failed:
            return not self._ends(failed)
        except Lost as lost:
            self._failed(str(lost))
        finally:
            self.ready.set()
        return True

    def _over(self) -> bool:
        return self.ended or self._asker.stopped.is_set()

    def run(self) -> None:
        """Follow; a refusal at the beginning ends it."""
        while not self._over():
            began, wait = time.monotonic(), 0.0
            try:
                if self._version is not None or self._listed_in_pages():
                    self._watch()
                else:
                    self._watch_from_the_beginning()
            except Expired:
                self._version = None
            except Failed as failed:
                if self._over() or self._ends(failed):
                    break
                wait = self.again_s if failed.status in _ABSENT and self._version is None else self._after_s
            except (Lost, NetvizError) as lost:  # NetvizError: credentials that could not be renewed
                self._failed(str(lost), getattr(lost, "silent_s", 0.0))
            self._failures = 0 if time.monotonic() - began > _STEADY_S else self._failures + 1
            if self._failures > self._asker.patience.tries:
                self.ready.set()
            pause = self._asker.patience.pause(self._failures, _LONGEST_S) if self._failures else 0.0
            self._asker.stopped.wait(max(wait, pause))
        self.ready.set()

    def _failed(self, problem: str, silent_s: float = 0.0) -> None:
        if self._over():
            return
        if not self.known:
            self._state.missing(self.part, self._gap(GapReason.ERROR, problem))
        self._told(self.part, problem, silent_s)

    def _ends(self, failed: Failed) -> bool:
        """Note why the list cannot be had; True where it was refused from the beginning."""
        detail = f"{failed} (status {failed.status})" if failed.status else str(failed)
        if failed.status in _ABSENT:
            if self._version is None:  # the list itself is not served: there are none
                self.known = False
                self._state.absent(self.part.kind, self.part)
                self._told(self.part, "", 0.0)
                self.ready.set()
            self._version = None
        elif failed.status in _REFUSED and not self.known:
            self._state.refuse(self.part, self._gap(GapReason.FORBIDDEN, detail), failed.status)
            return True
        else:
            self._failed(detail)
            if failed.status and not self.known:
                self.ready.set()  # the pages were asked for with patience
        return False

    def _gap(self, reason: GapReason, detail: str) -> Gap:
        return Gap(reason, detail, self.part.kind, self.part.namespace, self._path)

    # -- the whole list -------------------------------------------------------------------------

    def _listed_in_pages(self) -> bool:
        """Read the list in pages where the server does not stream it."""
        if not self._streams:
            self._list_by_pages()
        return not self._streams

    def _list_by_pages(self) -> None:
        objects, version = Objects(), None
        unreadable: list[str] = []
        for page in pages(self._asker, self._path, _PAGE, lambda _: None):
            version = page.head.resource_version
            try:
                items = _RAWS.decode(page.items)
            except UNREADABLE as error:
                raise Lost(f"a page that cannot be read: {error}") from error
            for raw in items:
                unreadable += self._take(objects, raw)
        self._listed(objects, version or "0", unreadable)

    def _watch_from_the_beginning(self) -> None:
        """Read the list as a stream that goes on with what changes."""
        objects: Objects | None = Objects()
        unreadable: list[str] = []
        query: dict[str, str | int] = {"watch": 1, "sendInitialEvents": "true", "allowWatchBookmarks": "true"}
        query["resourceVersionMatch"] = "NotOlderThan"
        try:
            for kind, raw in self._events(query):
                if objects is None:
                    self._event(kind, raw)
                elif kind == "BOOKMARK":
                    version, last = mark_of(raw)
                    if last:
                        self._listed(objects, version or "0", unreadable)
                        objects = None
                elif kind:
                    unreadable += self._take(objects, raw, gone=kind == "DELETED")
        except Refused as refused:
            if refused.answer.status not in _OLD:
                raise self._refusal(refused) from refused
            self._streams = False
            return
        if objects is not None:
            self._streams = False  # a server that does not say where the list ends
            raise Lost("the streamed list ended before its end")

    def _take(self, objects: Objects, raw: msgspec.Raw, *, gone: bool = False) -> list[str]:
        """Put one object among `objects`, or take it out; return why it cannot be read, if it cannot."""
        try:
            key, text, _ = self._pruner.take(raw)
        except UNREADABLE as error:
            return [str(error)]
        if gone:
            objects.pop(key, None)
        else:
            objects[key] = text
        return []

    def _listed(self, objects: Objects, version: str, unreadable: list[str]) -> None:
        if self._over():
            return
        self._version, self.known = version, True
        self._state.replace(self.part, self._place.api_version, objects)
        for problem in unreadable[:1]:
            self._unreadable(f"{len(unreadable)} objects that cannot be read: {problem}")
        self._told(self.part, "", 0.0)
        self.ready.set()

    def _unreadable(self, detail: str) -> None:
        self._state.missing(self.part, self._gap(GapReason.UNREADABLE, detail))

    # -- changes --------------------------------------------------------------------------------

    def _watch(self) -> None:
        """Apply events until the server ends the watch."""
        query: dict[str, str | int] = {"watch": 1, "resourceVersion": self._version or "0", "allowWatchBookmarks": "true"}
        try:
            for kind, raw in self._events(query):
                self._event(kind, raw)
        except Refused as refused:
            raise self._refusal(refused) from refused

    def _event(self, kind: str, raw: msgspec.Raw) -> None:
        if not kind:
            self._told(self.part, "", 0.0)
            return
        if kind == "BOOKMARK":
            self._version = mark_of(raw)[0] or self._version
            return
        try:
            key, text, version = self._pruner.take(raw)
        except UNREADABLE as error:
            self._unreadable(f"a change that cannot be read: {error}")
            return
        self._state.apply(self.part, key, None if kind == "DELETED" else text)
        self._version = version or self._version

    def _events(self, query: dict[str, str | int]) -> Iterator[tuple[str, msgspec.Raw]]:
        for event in events(self._connection, self._path, query, _QUIET_S):
            if self._over():
                return
            yield event

    def _refusal(self, refused: Refused) -> Exception:
        status = status_of(refused.answer.body)
        self._after_s = asked_to_wait(refused.answer) or 0.0
        words = status.message or status.reason or "refused"
        if refused.answer.status == _AHEAD and "resource version" in words.lower():  # AP-6: a server that was set back
            return Expired()
        return Failed(refused.answer.status, words)
