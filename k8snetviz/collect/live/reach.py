"""What of a cluster is followed: which kinds, in which namespaces, as kinds, namespaces and rights come and go."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Sequence

from k8snetviz.collect.live.connection import Connection
from k8snetviz.collect.live.contact import nothing_of, server_version
from k8snetviz.collect.live.follow import Follower
from k8snetviz.collect.live.live import Live
from k8snetviz.collect.live.patience import Asker
from k8snetviz.collect.live.polling import READERS, Poller
from k8snetviz.collect.live.served import Place, groups_of, place_of
from k8snetviz.collect.live.state import Part, State
from k8snetviz.collect.registry import specs
from k8snetviz.model.kinds import CLUSTER_SCOPED, Kind

WATCHES = 200  # lists of single namespaces that are watched, each in a thread with a connection of its own
AGAIN_S = 60.0  # between two looks for groups that were not served, and for rights that were not given
TRIED_AGAIN = 50  # refused lists of single namespaces that are tried at each of these looks
_LOOK_S = 1.0  # between two looks at the namespaces that are known
_FIRST = (Kind.POD, Kind.ENDPOINT_SLICE, Kind.SERVICE, Kind.ENDPOINTS)  # watched before others where there is not room for all


class Reach:
    """Followers of everything that may be read: of the whole cluster where that may be, else of single namespaces (AP-15)."""

    def __init__(self, connection: Connection, asker: Asker, state: State, live: Live, namespaces: Sequence[str] | None) -> None:
        self._connection, self._asker, self._state, self._live = connection, asker, state, live
        self._asked: list[str | None] = list(dict.fromkeys(namespaces)) if namespaces else [None]
        self._places: dict[Kind, Place] = {}
        self._at_work: dict[Part, Follower] = {}
        self._tried: dict[Part, float] = {}  # refused lists: when they were asked for last
        self._lock = threading.Lock()
        self._watches = 0
        self._poller = Poller(asker, self._promote)

    def begin(self) -> None:
        """Follow, and return when every list is known, or why it does not come; ClusterError where none may be read."""
        self._state.server_version = server_version(self._connection, self._asker)
        self._live.of_polled(lambda: self._poller.size)
        for number in range(READERS):
            self._live.start(self._poller.run, f"k8snetviz-reader-{number}")
        self._look_for_kinds()
        self._settle()
        if not self._state.known():
            first = next(iter(self._state.gaps()), None)
            raise nothing_of(self._connection, self._state.refused_as, first.detail if first else "")
        self._live.start(self._go_on, "k8snetviz-reach")

    def _go_on(self) -> None:
        seen: object = None
        due = time.monotonic() + AGAIN_S
        while not self._asker.stopped.wait(min(_LOOK_S, AGAIN_S)):
            if time.monotonic() >= due:
                self._look_for_kinds()
                self._try_again()
                seen, due = None, time.monotonic() + AGAIN_S
            if (now := self._seen()) != seen:
                self._settle()
                seen = now

    def _seen(self) -> object:
        """What decides which lists are followed."""
        return self._spaces(), self._refused()

    def _look_for_kinds(self) -> None:
        groups = groups_of(self._asker)
        for kind, spec in specs().items():
            place = place_of(spec, groups)
            if place is not None:
                self._places[kind] = place
            elif kind not in self._places:
                self._state.absent(kind)

    def _settle(self) -> None:
        """Follow what is not yet followed, and let go of what is no longer there or stands in a wider list."""
        first = [Part(kind, space) for kind in self._places for space in ([None] if kind in CLUSTER_SCOPED else self._asked)]
        self._follow(part for part in first if part not in self._at_work and part not in self._tried)
        spaces, refused = self._spaces(), self._refused()
        narrow = {Part(kind, space) for kind in refused for space in spaces}
        kept = narrow | set(first)
        for part in [part for part in self._at_work if part not in kept]:
            self._at_work.pop(part).end()
            self._state.drop(part)
        for part in [part for part in self._tried if part not in kept]:
            del self._tried[part]
            self._state.drop(part)
        fresh = narrow - self._at_work.keys() - self._tried.keys()
        self._follow(sorted(fresh, key=lambda part: (part.kind not in _FIRST, part.kind, part.namespace or "")))

    def _follow(self, parts: Iterable[Part]) -> None:
        """Follow `parts`, and return when each is known, or why it does not come."""
        made = [
            Follower(self._connection, self._asker, self._places[part.kind], part.namespace, self._state, self._live.heard)
            for part in parts
        ]
        for follower in made:
            self._at_work[follower.part] = follower
            self._tried.pop(follower.part, None)
            self._state.begin(follower.part)
            if follower.part.namespace is None:
                self._live.follow(follower)
            else:
                self._poller.add(follower)
        for follower in made:
            while not follower.ready.wait(_LOOK_S) and not self._asker.stopped.is_set():
                continue
        refused = set(self._state.refused())
        for part in [part for part, follower in self._at_work.items() if part in refused and not follower.known]:
            del self._at_work[part]
            self._tried[part] = time.monotonic()

    def _try_again(self) -> None:
        """Ask for lists that were refused: all of the whole cluster, of single namespaces those that were asked for longest ago."""
        longest_ago = sorted(self._tried, key=lambda part: self._tried[part])
        wide = [part for part in longest_ago if part.namespace is None]
        narrow = [part for part in longest_ago if part.namespace is not None]
        self._follow([*wide, *narrow[:TRIED_AGAIN]])

    def _promote(self, follower: Follower) -> bool:
        """Watch `follower` from now on, if there is room."""
        with self._lock:
            if self._watches >= WATCHES:
                return False
            self._watches += 1
        self._live.follow(follower, self._left)
        return True

    def _left(self) -> None:
        with self._lock:
            self._watches -= 1

    def _spaces(self) -> list[str]:
        """Return the namespaces to follow one by one: those that the cluster shows, else that of the context."""
        return self._state.names(Kind.NAMESPACE) or [self._connection.namespace]

    def _refused(self) -> list[Kind]:
        """Return the kinds that may not be read in the whole cluster."""
        return sorted({part.kind for part in self._state.refused() if part.namespace is None} - CLUSTER_SCOPED)
