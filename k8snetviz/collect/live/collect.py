"""``knv.collect()``: a live cluster -> Snapshot, read-only, every kind that `load` reads; what is refused is a gap."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from k8snetviz.collect.live.collection import PAGE, Bounds, Cluster, ask
from k8snetviz.collect.live.gather import Progress
from k8snetviz.collect.live.patience import Patience
from k8snetviz.collect.load import provenance
from k8snetviz.collect.store import ObjectStore
from k8snetviz.model.kinds import Kind
from k8snetviz.model.pauses import no_collection
from k8snetviz.model.snapshot import Snapshot


class LiveStore(ObjectStore):
    """A store that a collection fills."""

    def known(self, kind: Kind, namespace: str | None, *, complete: bool) -> None:
        """Note that a list was read."""
        self.coverage.told.append((kind, namespace, complete))

    def objects_of(self, source: int) -> int:
        """Return how many objects came from a list so far."""
        return self.sources[source].objects

    def namespace_names(self) -> list[str]:
        """Return the namespaces that the cluster showed, in order."""
        kept = self.kept.get(Kind.NAMESPACE)
        return sorted(item.metadata.name for item in kept.objects) if kept else []


def collect(
    context: str | None = None,
    *,
    namespaces: Sequence[str] | None = None,
    kubeconfig: str | Path | None = None,
    page_size: int = PAGE,
    at_once: int = 4,
    timeout_s: float = 60.0,
    patience: Patience = Patience(),  # noqa: B008 - immutable
    progress: Callable[[Progress], None] | bool = True,
    cluster_config: bool = False,
) -> Snapshot:
    """Return the Snapshot of a live cluster, as the user of a kubeconfig context may see it.

    Only lists are asked for: GET, never of Secrets, nor of ConfigMaps but for `cluster_config`. Kinds are read in the order that leaves
    the fewest false findings (AP-18): slices before pods. A list that is refused for the whole cluster is asked for namespace by
    namespace (AP-15).

    Parameters
    ----------
    context : name of the context; the current one without. In a pod without kubeconfig, its service account.
    namespaces : only these; kinds outside namespaces are read all the same
    kubeconfig : file to read instead of ``KUBECONFIG`` or ``~/.kube/config``
    page_size : objects a page
    at_once : lists that are read at the same time
    timeout_s : seconds without a byte after which a request counts as lost and is made again
    patience : how often and how long to ask again: after 429, 5xx, a broken connection
    progress : hears of every page. True: one line on a terminal's stderr or below the cell tells how far it is, and goes
        when all is through; False: nothing is shown.
    cluster_config : ask for the ConfigMaps ``kubeadm-config`` and ``kube-proxy`` of ``kube-system``, too, for `ranges` that no other
        object declares and for `provenance.proxy_mode`; only these are kept. Needs a right of its own: see ``deploy/rbac.yaml``.

    Raises
    ------
    UsageError : there is no such context, or a bound is not positive.
    ClusterError : the server cannot be reached, or refused everything.
    """
    cluster = Cluster(context, namespaces, kubeconfig, timeout_s, patience, cluster_config)
    store = LiveStore()
    with no_collection():
        name = ask(cluster, store, Bounds(page_size, at_once), progress)
        store.finish()
    return Snapshot(store, provenance(store, name, ()))
