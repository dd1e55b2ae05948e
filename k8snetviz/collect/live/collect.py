"""``knv.collect()``: a live cluster -> Snapshot, read-only, every kind that `load` reads; what is refused is a gap."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from k8snetviz.collect.batches import Gap
from k8snetviz.collect.live.answers import version_of
from k8snetviz.collect.live.connection import Connection, connect
from k8snetviz.collect.live.gather import Job, Outcome, Progress, gather
from k8snetviz.collect.live.patience import Asker, Failed, Patience
from k8snetviz.collect.live.served import groups_of, place_of
from k8snetviz.collect.load import provenance
from k8snetviz.collect.pauses import no_collection
from k8snetviz.collect.registry import specs
from k8snetviz.collect.store import ObjectStore
from k8snetviz.errors import ClusterError, UsageError
from k8snetviz.model.kinds import CLUSTER_SCOPED, GapReason, Kind
from k8snetviz.model.snapshot import Snapshot

PAGE = 500  # what kubectl and client-go ask for
_FIRST = (Kind.NAMESPACE, Kind.NODE, Kind.SERVICE, Kind.SERVICE_CIDR, Kind.IP_ADDRESS)
_SLICES = (Kind.ENDPOINT_SLICE, Kind.ENDPOINTS)
_LAST = (Kind.POD, Kind.EVENT)
_REFUSED, _ABSENT = (401, 403), (404, 405)
_SHOWN = 5


def collect(
    context: str | None = None,
    *,
    namespaces: Sequence[str] | None = None,
    kubeconfig: str | Path | None = None,
    page_size: int = PAGE,
    at_once: int = 4,
    timeout_s: float = 60.0,
    patience: Patience = Patience(),  # noqa: B008 - immutable
    progress: Callable[[Progress], None] | None = None,
) -> Snapshot:
    """Return the Snapshot of a live cluster, as the user of a kubeconfig context may see it.

    Only lists are asked for: GET, never of Secrets or ConfigMaps. Kinds are read in the order that leaves the fewest false findings
    (AP-18): slices before pods. A list that is refused for the whole cluster is asked for namespace by namespace (AP-15).

    Parameters
    ----------
    context : name of the context; the current one without. In a pod without kubeconfig, its service account.
    namespaces : only these; kinds outside namespaces are read all the same
    kubeconfig : file to read instead of ``KUBECONFIG`` or ``~/.kube/config``
    page_size : objects a page
    at_once : lists that are read at the same time
    timeout_s : seconds without a byte after which a request counts as lost and is made again
    patience : how often and how long to ask again: after 429, 5xx, a broken connection
    progress : hears of every page

    Raises
    ------
    UsageError : there is no such context, or a bound is not positive.
    ClusterError : the server cannot be reached, or refused everything.
    """
    if page_size < 1 or at_once < 1 or timeout_s <= 0:
        raise UsageError(f"wanted positive bounds, found page_size={page_size}, at_once={at_once}, timeout_s={timeout_s}")
    if isinstance(namespaces, str) or (namespaces is not None and not namespaces):
        raise UsageError(f"wanted a list of namespaces, found {namespaces!r}")
    connection = connect(context, kubeconfig=kubeconfig, timeout_s=timeout_s)
    try:
        asker = Asker(connection, patience)
        return _Collection(connection, asker, namespaces, progress, page_size=page_size, at_once=at_once).run()
    finally:
        connection.close()


class _Collection:
    """One collection on its way."""

    def __init__(
        self,
        connection: Connection,
        asker: Asker,
        namespaces: Sequence[str] | None,
        told: Callable[[Progress], None] | None,
        *,
        page_size: int,
        at_once: int,
    ) -> None:
        self._connection = connection
        self._asker = asker
        self._asked = list(dict.fromkeys(namespaces)) if namespaces is not None else None
        self._told = told
        self._size = page_size
        self._at_once = at_once
        self._store = ObjectStore()
        self._outcomes: list[Outcome] = []

    def run(self) -> Snapshot:
        store = self._store
        store.hint("started", _now())
        self._version()
        self._groups = groups_of(self._asker)
        with no_collection():
            for phase in _phases():
                self._phase(phase)
            store.hint("finished", _now())
            if not any(outcome.status == 200 for outcome in self._outcomes):
                raise ClusterError(self._nothing())
            store.finish()
        return Snapshot(store, provenance(store, self._connection.name, ()))

    def _version(self) -> None:
        """Ask for the version of the server; who does not even get that has no connection."""
        try:
            body = self._asker.body("/version")
        except Failed as failure:
            if failure.status == 0:
                raise ClusterError(
                    f"wanted the cluster of {self._connection.name} at {self._connection.server}, it cannot be reached: {failure}"
                ) from failure
            return
        version = version_of(body)
        if version:
            self._store.hint("server_version", version)

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
        return gather(jobs, self._asker, self._store, size=self._size, at_once=self._at_once, told=self._told) if jobs else []

    def _spaces(self) -> list[str]:
        """Return the namespaces to try one by one: those that the cluster shows, else that of the context."""
        kept = self._store.kept.get(Kind.NAMESPACE)
        return sorted(item.metadata.name for item in kept.objects) if kept else [self._connection.namespace]

    def _conclude(self, outcomes: list[Outcome], again: list[Outcome]) -> None:
        """Turn what did not come into gaps: refused, not served, failed."""
        self._outcomes += [*outcomes, *again]
        got = {(each.job.kind, each.job.namespace) for each in again if each.status == 200}
        for outcome in (*outcomes, *again):
            if outcome.status == 200 or outcome.objects:
                self._store.coverage.told.append((outcome.job.kind, outcome.job.namespace, outcome.status == 200))
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
        self._store.gap(Gap(reason, said + more, outcome.job.kind, namespace, name))

    def _not_served(self, kind: Kind) -> None:
        """A kind that the cluster does not know: there are none, and that is known (AP-14)."""
        self._store.coverage.told.append((kind, None, True))

    def _nothing(self) -> str:
        first = next((each.message for each in self._outcomes if each.message), "no answer")
        return (
            f"wanted something of the cluster of {self._connection.name} at {self._connection.server}, everything was refused: {first}; "
            "apply deploy/rbac.yaml to the user, or name a namespace that it may read"
        )


def _phases() -> list[list[Kind]]:
    """Return every kind that is read, in the order of AP-18."""
    middle = [kind for kind in specs() if kind not in (*_FIRST, *_SLICES, *_LAST)]
    return [[*_FIRST, *middle], list(_SLICES), list(_LAST)]


def _named(spaces: list[str]) -> str:
    return ", ".join(spaces[:_SHOWN]) + (f" and {len(spaces) - _SHOWN} more" if len(spaces) > _SHOWN else "")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
