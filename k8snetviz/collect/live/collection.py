"""One collection on its way: every kind in the order of AP-18, what is refused once more by namespace, what is missing as gaps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from k8snetviz.collect.batches import Gap
from k8snetviz.collect.live.cluster_config import cluster_config
from k8snetviz.collect.live.connection import CONNECTIONS, Connection, connect
from k8snetviz.collect.live.contact import nothing_of, server_version
from k8snetviz.collect.live.gather import Job, LiveSink, Outcome, Told, gather
from k8snetviz.collect.live.patience import Asker, Patience
from k8snetviz.collect.live.progress import shown
from k8snetviz.collect.live.served import groups_of, place_of
from k8snetviz.collect.registry import specs
from k8snetviz.collect.snapshot_file import config_hint
from k8snetviz.errors import UsageError
from k8snetviz.model.kinds import CLUSTER_SCOPED, GapReason, Kind

PAGE = 500  # what kubectl and client-go ask for
_FIRST = (Kind.NAMESPACE, Kind.NODE, Kind.SERVICE, Kind.SERVICE_CIDR, Kind.IP_ADDRESS)
_SLICES = (Kind.ENDPOINT_SLICE, Kind.ENDPOINTS)
_LAST = (Kind.POD, Kind.EVENT)
_REFUSED, _ABSENT = (401, 403), (404, 405)
_SHOWN = 5


class Cluster(NamedTuple):
    """Which cluster is meant, as whom, and how patiently it is asked."""

    context: str | None = None
    namespaces: Sequence[str] | None = None
    kubeconfig: str | Path | None = None
    timeout_s: float = 60.0
    patience: Patience = Patience()
    cluster_config: bool = False  # whether the ConfigMaps kubeadm-config and kube-proxy are asked for

    def connect(self, at_once: int = CONNECTIONS) -> Connection:
        """Return a connection that keeps `at_once` sockets open; UsageError where there is no such cluster."""
        if isinstance(self.namespaces, str) or (self.namespaces is not None and not self.namespaces):
            raise UsageError(f"wanted a list of namespaces, found {self.namespaces!r}")
        if self.timeout_s <= 0:
            raise UsageError(f"wanted a positive time, found timeout_s={self.timeout_s}")
        return connect(self.context, kubeconfig=self.kubeconfig, timeout_s=self.timeout_s, at_once=at_once)


class Bounds(NamedTuple):
    """How much is asked at once."""

    page_size: int = PAGE
    at_once: int = 4  # lists
    ahead: int = 4  # pages that wait for the decoder
    one_kind: bool = False  # lists of one kind only at a time


def ask(cluster: Cluster, sink: LiveSink, bounds: Bounds, progress: Told | bool = True) -> str:
    """Hand everything of `cluster` to `sink`; return what the connection is called. For errors see `Collection.run`."""
    if bounds.page_size < 1 or bounds.at_once < 1:
        raise UsageError(f"wanted positive bounds, found page_size={bounds.page_size}, at_once={bounds.at_once}")
    connection = cluster.connect()
    try:
        with shown(progress) as told:
            asker = Asker(connection, cluster.patience)
            Collection(connection, asker, sink, cluster.namespaces, told, bounds=bounds).run()
            if cluster.cluster_config:
                _take_config(asker, sink)
    finally:
        connection.close()
    return connection.name


def _take_config(asker: Asker, sink: LiveSink) -> None:
    found, gaps = cluster_config(asker)
    sink.hint("cluster_config", config_hint(found))
    for gap in gaps:
        sink.gap(gap)


class Collection:
    """Asks one cluster for everything and hands it to a sink."""

    def __init__(
        self,
        connection: Connection,
        asker: Asker,
        sink: LiveSink,
        namespaces: Sequence[str] | None = None,
        told: Told | None = None,
        *,
        bounds: Bounds,
    ) -> None:
        self._connection = connection
        self._asker = asker
        self._asked = list(dict.fromkeys(namespaces)) if namespaces is not None else None
        self._told = told
        self._bounds = bounds
        self._sink = sink
        self._outcomes: list[Outcome] = []

    def run(self) -> None:
        """Ask for everything; ClusterError where the server cannot be reached or nothing of it may be read."""
        self._sink.hint("started", _now())
        version = server_version(self._connection, self._asker)
        if version:
            self._sink.hint("server_version", version)
        self._groups = groups_of(self._asker)
        for phase in _phases(one_kind=self._bounds.one_kind):
            self._phase(phase)
        self._sink.hint("finished", _now())
        if not any(outcome.status == 200 for outcome in self._outcomes):
            first = next((each for each in self._outcomes if each.message), None)
            raise nothing_of(self._connection, first.status if first else 0, first.message if first else "")

    def _phase(self, kinds: Iterable[Kind]) -> None:
        jobs: list[Job] = []
        for kind in kinds:
            place = place_of(specs()[kind], self._groups)
            if place is None:
                self._not_served(kind)
            elif self._asked is None or kind in CLUSTER_SCOPED:
                jobs.append(Job(place))
            else:
                jobs += [Job(place, namespace) for namespace in self._asked]
        outcomes = self._gather(jobs)
        refused = [each for each in outcomes if each.status in _REFUSED and each.job.namespace is None]
        narrower = [each.job.place for each in refused if each.job.kind not in CLUSTER_SCOPED]
        spaces = self._spaces() if narrower else []
        again = self._gather([Job(place, space) for place in narrower for space in spaces])
        self._conclude(outcomes, again)

    def _gather(self, jobs: list[Job]) -> list[Outcome]:
        size, at_once, ahead, _ = self._bounds
        return gather(jobs, self._asker, self._sink, size=size, at_once=at_once, ahead=ahead, told=self._told) if jobs else []

    def _spaces(self) -> list[str]:
        """Return the namespaces to try one by one: those that the cluster shows, else that of the context."""
        return self._sink.namespace_names() or [self._connection.namespace]

    def _conclude(self, outcomes: list[Outcome], again: list[Outcome]) -> None:
        """Turn what did not come into gaps: refused, not served, failed."""
        self._outcomes += [*outcomes, *again]
        got = {(each.job.kind, each.job.namespace) for each in again if each.status == 200}
        for outcome in (*outcomes, *again):
            if outcome.status == 200 or outcome.objects:
                self._sink.known(outcome.job.kind, outcome.job.namespace, complete=outcome.status == 200)
        for outcome in outcomes:
            kind, namespace = outcome.job.kind, outcome.job.namespace
            if outcome.status in _ABSENT:
                self._not_served(kind)
            elif outcome.status in _REFUSED:
                where = sorted(space for found, space in got if found is kind and space is not None)
                self._gap(GapReason.FORBIDDEN, outcome, namespace, f"; read in {_named(where)}" if where else "")
            elif outcome.status != 200 and not outcome.objects:
                self._gap(GapReason.ERROR, outcome, namespace)

    def _gap(self, reason: GapReason, outcome: Outcome, namespace: str | None, more: str = "") -> None:
        said = f"{outcome.message or 'no answer'} (status {outcome.status})" if outcome.status else outcome.message
        name = outcome.job.place.path(outcome.job.namespace)
        self._sink.gap(Gap(reason, said + more, outcome.job.kind, namespace, name))

    def _not_served(self, kind: Kind) -> None:
        """A kind that the cluster does not know: there are none, and that is known (AP-14)."""
        self._sink.known(kind, None, complete=True)


def _phases(*, one_kind: bool) -> list[list[Kind]]:
    """Return every kind that is read, in the order of AP-18: those that may be read at the same time stand together."""
    middle = [kind for kind in specs() if kind not in (*_FIRST, *_SLICES, *_LAST)]
    phases = [[*_FIRST, *middle], list(_SLICES), list(_LAST)]
    return [[kind] for phase in phases for kind in phase] if one_kind else phases


def _named(spaces: list[str]) -> str:
    return ", ".join(spaces[:_SHOWN]) + (f" and {len(spaces) - _SHOWN} more" if len(spaces) > _SHOWN else "")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
