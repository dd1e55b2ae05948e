"""``knv.watch()``: begins to follow every kind of a live cluster, and those that it serves later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from k8snetviz.collect.live.answers import version_of
from k8snetviz.collect.live.connection import Connection, connect
from k8snetviz.collect.live.follow import Follower
from k8snetviz.collect.live.live import Live
from k8snetviz.collect.live.patience import Asker, Failed, Patience
from k8snetviz.collect.live.served import groups_of, place_of
from k8snetviz.collect.live.state import State
from k8snetviz.collect.registry import specs
from k8snetviz.errors import ClusterError, UsageError
from k8snetviz.model.kinds import CLUSTER_SCOPED, Kind

AGAIN_S = 60.0  # between two looks for groups that were not served before


def watch(
    context: str | None = None,
    *,
    namespaces: Sequence[str] | None = None,
    kubeconfig: str | Path | None = None,
    timeout_s: float = 60.0,
    patience: Patience = Patience(),  # noqa: B008 - immutable
) -> Live:
    """Return a live cluster, followed: every kind that `load` reads is listed once, then changed by what the server tells.

    What is refused is a gap of every snapshot, as with `collect`; a list that is refused for the whole cluster is followed in each
    namespace that exists when it begins. Refusals at the beginning stay: call it again after a role was applied. Kinds that the
    cluster does not serve yet are looked for every minute.

    Parameters
    ----------
    context : name of the context; the current one without. In a pod without kubeconfig, its service account.
    namespaces : only these; kinds outside namespaces are followed all the same
    kubeconfig : file to read instead of ``KUBECONFIG`` or ``~/.kube/config``
    timeout_s : seconds without a byte after which a list counts as lost and is asked for again
    patience : how often and how long to ask again at first; later it is asked for ever, at most 15 seconds apart

    Raises
    ------
    UsageError : there is no such context, or `namespaces` or `timeout_s` cannot be.
    ClusterError : the server cannot be reached, or refused everything.
    """
    if timeout_s <= 0:
        raise UsageError(f"wanted a positive bound, found timeout_s={timeout_s}")
    if isinstance(namespaces, str) or (namespaces is not None and not namespaces):
        raise UsageError(f"wanted a list of namespaces, found {namespaces!r}")
    connection = connect(context, kubeconfig=kubeconfig, timeout_s=timeout_s, at_once=len(specs()) + 4)
    asker = Asker(connection, patience)
    state = State(connection.name)
    live = Live(connection, asker, state)
    try:
        _Beginning(connection, asker, state, live, namespaces).run()
    except BaseException:
        live.stop()
        raise
    return live


class _Beginning:
    """What is followed, and in which namespaces."""

    def __init__(self, connection: Connection, asker: Asker, state: State, live: Live, namespaces: Sequence[str] | None) -> None:
        self._connection, self._asker, self._state, self._live = connection, asker, state, live
        self._asked: list[str | None] = list(dict.fromkeys(namespaces)) if namespaces else [None]

    def run(self) -> None:
        self._version()
        later = self._follow(specs())
        if not self._state.known():
            raise ClusterError(self._nothing())
        if later:
            self._live.start(lambda: self._look(later), "k8snetviz-later")

    def _version(self) -> None:
        """Ask for the version of the server; who does not even get that has no connection."""
        try:
            self._state.server_version = version_of(self._asker.body("/version"))
        except Failed as failure:
            if failure.status == 0:
                raise ClusterError(
                    f"wanted the cluster of {self._connection.name} at {self._connection.server}, it cannot be reached: {failure}"
                ) from failure

    def _follow(self, kinds: Iterable[Kind]) -> list[Kind]:
        """Follow those of `kinds` that are served; return the others."""
        groups = groups_of(self._asker)
        places = {kind: place_of(specs()[kind], groups) for kind in kinds}

        def followers(kind: Kind, spaces: Sequence[str | None]) -> list[Follower]:
            place = places[kind]
            if place is None:
                self._state.absent(kind)
                return []
            return [Follower(self._connection, self._asker, place, space, self._state, self._live.heard) for space in spaces]

        self._live.follow([made for kind in places for made in followers(kind, [None] if kind in CLUSTER_SCOPED else self._asked)])
        refused = {part.kind for part in self._state.refused() if part.namespace is None} & (places.keys() - CLUSTER_SCOPED)
        spaces = (self._state.names(Kind.NAMESPACE) or [self._connection.namespace]) if refused else []
        self._live.follow([made for kind in sorted(refused) for made in followers(kind, spaces)])  # AP-15
        return [kind for kind, place in places.items() if place is None]

    def _look(self, kinds: list[Kind]) -> None:
        """Look for `kinds` again and again: a definition of theirs may be installed."""
        while kinds and not self._asker.stopped.wait(AGAIN_S):
            kinds = self._follow(kinds)

    def _nothing(self) -> str:
        first = next((gap.detail for gap in self._state.gaps()), "no answer")
        return (
            f"wanted something of the cluster of {self._connection.name} at {self._connection.server}, everything was refused: {first}; "
            "apply deploy/rbac.yaml to the user, or name a namespace that it may read"
        )
