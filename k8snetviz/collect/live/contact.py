"""The first word with a server, and the sentences where it comes to nothing."""

from __future__ import annotations

from k8snetviz.collect.live.answers import version_of
from k8snetviz.collect.live.connection import Connection
from k8snetviz.collect.live.patience import Asker, Failed
from k8snetviz.errors import ClusterError

_UNAUTHORIZED = 401


def server_version(connection: Connection, asker: Asker) -> str | None:
    """Return what the server calls its version, None where it does not tell; ClusterError where there is no server."""
    try:
        return version_of(asker.body("/version"))
    except Failed as failure:
        if failure.status:
            return None
        why = "; ".join(filter(None, (str(failure), connection.outdated)))
        raise ClusterError(f"wanted the cluster of {connection.name} at {connection.server}, it cannot be reached: {why}") from failure


def nothing_of(connection: Connection, status: int, message: str) -> ClusterError:
    """Return the error that nothing could be read; `status` and `message` are of the first list that did not come."""
    if status == _UNAUTHORIZED:
        todo = connection.outdated or "the credentials of the kubeconfig do not hold there (any more): log in anew"
    else:
        todo = "apply deploy/rbac.yaml to the user, or name a namespace that it may read"
    wanted = f"wanted something of the cluster of {connection.name} at {connection.server}"
    return ClusterError(f"{wanted}, everything was refused: {message or 'no answer'}; {todo}")
