"""Lists of single namespaces: read a few at a time, then watched as far as there is room, else read again and again."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable

from k8snetviz.collect.live.follow import Follower
from k8snetviz.collect.live.patience import Asker

READERS = 4  # lists that are read at the same time
AGAIN_S = 30.0  # after which a list that is not watched is read again
_LOOK_S = 0.2


class Poller:
    """Reads lists in a few threads, however many lists there are.

    `watched` is told of each list that was read, and whether it is watched from then on; if not, it is read again.
    """

    def __init__(self, asker: Asker, watched: Callable[[Follower], bool]) -> None:
        self._asker, self._watched = asker, watched
        self._due: list[tuple[float, int, Follower]] = []  # a heap
        self._count = itertools.count()
        self._lock = threading.Lock()
        self.size = 0  # lists that are read again and again

    def add(self, follower: Follower) -> None:
        """Read `follower` as soon as a reader is free; those that were added first come first."""
        with self._lock:
            heapq.heappush(self._due, (0.0, next(self._count), follower))

    def run(self) -> None:
        """Read what is due until the cluster is no longer followed; for several threads."""
        while not self._asker.stopped.is_set():
            follower = self._next()
            if follower is None:
                self._asker.stopped.wait(_LOOK_S)
            else:
                self._read(follower)

    def _next(self) -> Follower | None:
        with self._lock:
            return heapq.heappop(self._due)[2] if self._due and self._due[0][0] <= time.monotonic() else None

    def _read(self, follower: Follower) -> None:
        again = not follower.ended and follower.read() and not self._watched(follower)
        with self._lock:
            self.size += again - follower.polled
            follower.polled = again
            if again:
                heapq.heappush(self._due, (time.monotonic() + AGAIN_S, next(self._count), follower))
