"""``knv.watch()``: a live cluster followed; snapshots of it on demand, and word when it changes or cannot be heard."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from k8snetviz.collect.live.answers import version_of
from k8snetviz.collect.live.connection import Connection, connect
from k8snetviz.collect.live.follow import Follower
from k8snetviz.collect.live.patience import Asker, Failed, Patience
from k8snetviz.collect.live.served import groups_of, place_of
from k8snetviz.collect.live.state import Part, State
from k8snetviz.collect.registry import specs
from k8snetviz.errors import ClusterError
from k8snetviz.model.kinds import CLUSTER_SCOPED, Kind
from k8snetviz.model.snapshot import Snapshot

_FIRST_S = 60.0


class Live:
    """A cluster that is followed. `snapshot` returns what is known now; `stop` (or leaving a ``with`` block) ends it."""

    def __init__(self, connection: Connection, asker: Asker, state: State) -> None:
        self._connection, self._asker, self._state = connection, asker, state
        self._followers: list[Follower] = []
        self._threads: list[threading.Thread] = []
        self._silent: dict[Part, str] = {}
        self._lock = threading.Lock()
        self._lost_at: float | None = None
        self.name = connection.name

    def snapshot(self) -> Snapshot:
        """Return what the cluster holds now, as far as it was told; later changes do not touch it."""
        return self._state.snapshot()

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
            return not self._silent

    @property
    def problem(self) -> str:
        """Why the cluster cannot be heard; empty when it can."""
        with self._lock:
            return next(iter(self._silent.values()), "")

    @property
    def age_s(self) -> float:
        """Seconds since the cluster could not be heard any more; 0 while it can."""
        with self._lock:
            return 0.0 if self._lost_at is None else time.monotonic() - self._lost_at

    def on_change(self, call: Callable[[Snapshot], None], *, every_s: float = 1.0) -> None:
        """Call `call` with a new Snapshot after changes, at most once in `every_s` seconds, from a thread of its own."""
        self._start(lambda: self._tell(call, every_s), "k8snetviz-tell")

    def stop(self) -> None:
        """End every watch; snapshots that were taken stay good."""
        self._asker.stopped.set()
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def __repr__(self) -> str:
        heard = "live" if self.connected else f"not heard for {self.age_s:.0f} s: {self.problem}"
        return f"<Live {self.name}: {self.objects:,} objects, {heard}>"

    def follow(self, followers: list[Follower]) -> None:
        """Start `followers` and wait until each knows its list, or that it is refused."""
        self._followers += followers
        for follower in followers:
            self._start(follower.run, f"k8snetviz-{follower.part.kind}")
        end = time.monotonic() + _FIRST_S
        for follower in followers:
            follower.ready.wait(max(0.0, end - time.monotonic()))

    def heard(self, part: Part, problem: str) -> None:
        """Take word of a follower: why it hears nothing, or that it does."""
        with self._lock:
            if problem:
                self._silent[part] = problem
                self._lost_at = self._lost_at or time.monotonic()
            else:
                self._silent.pop(part, None)
                if not self._silent:
                    self._lost_at = None

    def _start(self, run: Callable[[], None], name: str) -> None:
        thread = threading.Thread(target=run, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _tell(self, call: Callable[[Snapshot], None], every_s: float) -> None:
        seen = self._state.changes
        while not self._asker.stopped.wait(every_s):
            if self._state.changes != seen:
                seen = self._state.changes
                call(self.snapshot())


def watch(
    context: str | None = None,
    *,
    namespaces: Sequence[str] | None = None,
    kubeconfig: str | Path | None = None,
    timeout_s: float = 60.0,
    patience: Patience = Patience(),  # noqa: B008 - immutable
) -> Live:
    """Return a live cluster, followed: every kind that `load` reads is listed once, then changed by what the server tells.

    Parameters are those of `collect`. What is refused is a gap of every snapshot, as there.

    Raises
    ------
    UsageError : there is no such context.
    ClusterError : the server cannot be reached, or refused everything.
    """
    connection = connect(context, kubeconfig=kubeconfig, timeout_s=timeout_s, at_once=len(specs()) + 4)
    asker = Asker(connection, patience)
    try:
        version = version_of(asker.body("/version"))
    except Failed as failure:
        if failure.status == 0:
            raise ClusterError(
                f"wanted the cluster of {connection.name} at {connection.server}, it cannot be reached: {failure}"
            ) from failure
        version = None
    hints = {"started": datetime.now(UTC).isoformat(timespec="seconds")} | ({"server_version": version} if version else {})
    state = State(connection.name, hints)
    live = Live(connection, asker, state)
    groups = groups_of(asker)
    places = {kind: place_of(specs()[kind], groups) for kind in specs()}

    def follower(kind: Kind, namespace: str | None) -> Follower | None:
        place = places[kind]
        if place is None:
            state.absent(kind)
            return None
        return Follower(connection, asker, place, namespace, state, live.heard)

    asked = [(kind, space) for kind in specs() for space in (namespaces if namespaces and kind not in CLUSTER_SCOPED else [None])]
    live.follow([made for kind, space in asked if (made := follower(kind, space))])
    refused = [part.kind for part in state.refused() if part.namespace is None and part.kind not in CLUSTER_SCOPED]
    spaces = (state.names(Kind.NAMESPACE) or [connection.namespace]) if refused else []
    live.follow([made for kind in refused for space in spaces if (made := follower(kind, space))])  # AP-15
    if not state.known():
        live.stop()
        raise ClusterError(f"wanted something of the cluster of {connection.name} at {connection.server}, everything was refused")
    return live
