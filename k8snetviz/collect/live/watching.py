"""``knv.watch()``: a live cluster, followed from now on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from k8snetviz.collect.live.collection import Cluster
from k8snetviz.collect.live.live import Live
from k8snetviz.collect.live.patience import Asker, Patience
from k8snetviz.collect.live.reach import WATCHES, Reach
from k8snetviz.collect.live.state import State
from k8snetviz.collect.registry import specs


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
    namespace, also in those that come later: up to 200 lists by watches of their own, more of them by reading them again every
    half minute. Rights that are given later, and kinds that are served later, are looked for every minute.

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
    cluster = Cluster(context, namespaces, kubeconfig, timeout_s, patience)
    connection = cluster.connect(at_once=len(specs()) + WATCHES)
    asker = Asker(connection, patience)
    state = State(connection.name)
    live = Live(connection, asker, state)
    try:
        Reach(connection, asker, state, live, namespaces).begin()
    except BaseException:
        live.stop()
        raise
    return live
