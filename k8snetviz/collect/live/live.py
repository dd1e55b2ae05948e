"""A live cluster that is followed: snapshots of it on demand, and word when it changes or cannot be heard."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from k8snetviz.collect.live.connection import Connection
from k8snetviz.collect.live.follow import Follower
from k8snetviz.collect.live.patience import Asker
from k8snetviz.collect.live.polling import AGAIN_S
from k8snetviz.collect.live.state import Part, State
from k8snetviz.model.snapshot import Snapshot

_END_S = 1.0
_LOG = logging.getLogger(__name__)


class Live:
    """A cluster that is followed. `snapshot` returns what is known now; `stop` (or leaving a ``with`` block) ends it."""

    def __init__(self, connection: Connection, asker: Asker, state: State) -> None:
        self._connection, self._asker, self._state = connection, asker, state
        self._threads: list[threading.Thread] = []
        self._silent: dict[Part, tuple[str, float]] = {}  # why, and since when
        self._lock = threading.Lock()
        self._stopped_at: float | None = None
        self._polled: Callable[[], int] = lambda: 0
        self.name = connection.name

    def snapshot(self) -> Snapshot:
        """Return what the cluster holds now, as far as it was told; later changes do not touch it."""
        return self._state.snapshot(datetime.now(UTC) - timedelta(seconds=self.age_s))

    @property
    def changes(self) -> int:
        """A number that grows with every change."""
        return self._state.changes

    @property
    def objects(self) -> int:
        """Number of objects that are known."""
        return self._state.size()

    @property
    def connected(self) -> bool:
        """Whether every list that may be read is being heard."""
        with self._lock:
            return not self._silent and not self.stopped

    @property
    def stopped(self) -> bool:
        """Whether it was ended by `stop`."""
        return self._asker.stopped.is_set()

    @property
    def problem(self) -> str:
        """Why the cluster cannot be heard; empty when it can."""
        with self._lock:
            return next((why for why, _ in self._silent.values()), "stopped" if self.stopped else "")

    @property
    def age_s(self) -> float:
        """Seconds since the cluster could not be heard any more, or was no longer followed; 0 while it is heard."""
        with self._lock:
            times = [since for _, since in self._silent.values()] + ([self._stopped_at] if self._stopped_at else [])
            return time.monotonic() - min(times) if times else 0.0

    @property
    def age(self) -> str:
        """How old what is known may be: ``live``, or ``not heard for 12 s: connection refused``.

        Where more lists are followed than can be watched: ``live, 312 lists read every 30 s``.
        """
        if self.stopped:
            return "stopped"
        problem, age = self.problem, self.age_s
        if problem:
            return f"not heard for {age:.0f} s: {problem}"
        polled = self._polled()
        return f"live, {polled:,} lists read every {AGAIN_S:.0f} s" if polled else "live"

    def on_change(self, call: Callable[[Snapshot], None], *, every_s: float = 1.0) -> None:
        """Call `call` with a new Snapshot after changes, at most once in `every_s` seconds, from a thread of its own.

        What `call` raises is logged, and the next change is told all the same.
        """
        self.start(lambda: self._tell(call, every_s), "k8snetviz-tell")

    def stop(self) -> None:
        """End every watch; snapshots that were taken stay good."""
        with self._lock:
            self._stopped_at = self._stopped_at or time.monotonic()
        self._asker.stopped.set()
        self._connection.close()
        end = time.monotonic() + _END_S
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(max(0.0, end - time.monotonic()))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<Live {self.name}: {self.objects:,} objects, {self.age}>"

    def follow(self, follower: Follower, left: Callable[[], None] = lambda: None) -> None:
        """Run `follower` in a thread of its own; `left` is called when it ends."""
        self.start(lambda: self._run(follower, left), f"k8snetviz-{follower.part.kind}")

    def of_polled(self, count: Callable[[], int]) -> None:
        """Take who tells how many lists are read again and again instead of being watched."""
        self._polled = count

    def heard(self, part: Part, problem: str, silent_s: float) -> None:
        """Take word of a follower: why it hears nothing, and since how long, or that it does."""
        with self._lock:
            if problem:
                since = self._silent[part][1] if part in self._silent else time.monotonic() - silent_s
                self._silent[part] = problem, since
            else:
                self._silent.pop(part, None)

    def start(self, run: Callable[[], None], name: str) -> None:
        """Run `run` in a thread that `stop` waits for; it must end when the cluster is no longer followed."""
        thread = threading.Thread(target=run, name=name, daemon=True)
        with self._lock:
            self._threads = [*(each for each in self._threads if each.is_alive()), thread]
            thread.start()

    def _run(self, follower: Follower, left: Callable[[], None]) -> None:
        ended = False
        try:
            follower.run()
            ended = True
        finally:
            if not ended:  # a defect of ours; nobody is told that this list is heard
                self.heard(follower.part, "following it broke off", 0.0)
                follower.ready.set()
            left()

    def _tell(self, call: Callable[[Snapshot], None], every_s: float) -> None:
        seen = self._state.changes
        while not self._asker.stopped.wait(every_s):
            if self._state.changes != seen:
                seen = self._state.changes
                try:
                    call(self.snapshot())
                except Exception:  # noqa: BLE001 - it is the caller's
                    _LOG.exception("what was to be called after changes of %s failed", self.name)
