"""Every picture on its own, from a Snapshot: ``knv.view.topology(snap)``. Tables are computed here, drawn in `views`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from k8snetviz.analysis.address_ranges import address_ranges
from k8snetviz.analysis.change_lines import change_lines
from k8snetviz.analysis.diff import diff, not_compared
from k8snetviz.analysis.ledger import backends as ledger
from k8snetviz.analysis.pod_references import resolve_pod
from k8snetviz.analysis.port_clashes import port_clashes
from k8snetviz.analysis.references import resolve_service
from k8snetviz.analysis.service_names import service_names
from k8snetviz.analysis.service_paths import service_paths
from k8snetviz.analysis.states import service_states
from k8snetviz.analysis.timeline import History, history_of_rows
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.timelines import Moment, history
from k8snetviz.views.address_map import address_map_picture
from k8snetviz.views.changes import LIMIT as _HIT
from k8snetviz.views.changes import changes_picture
from k8snetviz.views.mapping import LIMIT as _ROWS
from k8snetviz.views.mapping import mapping_picture
from k8snetviz.views.placement import LIMIT as _PLACED
from k8snetviz.views.placement import placement_picture
from k8snetviz.views.pod_inside import pod_inside_picture
from k8snetviz.views.service_path import service_path_picture
from k8snetviz.views.theme import WIDTH_PX
from k8snetviz.views.timeline import LIMIT as _LANES
from k8snetviz.views.timeline import timeline_picture
from k8snetviz.views.topology import LIMIT as _SERVICES
from k8snetviz.views.topology import topology_picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from k8snetviz.views.picture import Picture

__all__ = ["address_map", "changes", "mapping", "placement", "pod_inside", "service_path", "timeline", "topology"]


def topology(
    snap: Snapshot,
    *,
    states: pd.DataFrame | None = None,
    backends: pd.DataFrame | None = None,
    select: str | None = None,
    limit: int = _SERVICES,
    theme: str = "light",
    width: int = WIDTH_PX,
) -> Picture:
    """Draw what leads to the Services, the Services, the workloads behind them with their pods, and the nodes.

    Parameters
    ----------
    snap : the snapshot
    states : SERVICE_STATES; a part of it draws a part, such as the rows of one namespace. All Services by default.
    backends : BACKENDS, if it is at hand; computed by default
    select : a Service such as ``shop/cart`` whose path is coloured
    limit : Services drawn, what is broken first; the rest is counted in one row
    theme : light or dark
    width : in pixels; by default what fits into a cell of JupyterLab beside its file browser
    """
    states, backends = _answers(snap, states, backends)
    chosen = None
    if select is not None:
        reference = resolve_service(snap, select)
        chosen = f"{reference.namespace}/{reference.name}"
    return topology_picture(snap, states, backends, select=chosen, limit=limit, theme=theme, width=width)


def mapping(
    snap: Snapshot,
    *,
    states: pd.DataFrame | None = None,
    backends: pd.DataFrame | None = None,
    limit: int = _ROWS,
    theme: str = "light",
    width: int = WIDTH_PX,
) -> Picture:
    """Draw the mapping table: Service port to pods, with state, address, target port and first reason.

    Parameters
    ----------
    snap : the snapshot
    states : SERVICE_STATES; a part of it draws a part. All Services by default.
    backends : BACKENDS, if it is at hand; computed by default
    limit : rows drawn, what does not serve first; the rest is counted
    theme : light or dark
    width : in pixels; by default what fits into a cell of JupyterLab beside its file browser
    """
    states, backends = _answers(snap, states, backends)
    return mapping_picture(snap, states, backends, limit=limit, theme=theme, width=width)


def service_path(
    snap: Snapshot,
    service: str,
    *,
    states: pd.DataFrame | None = None,
    backends: pd.DataFrame | None = None,
    theme: str = "light",
    width: int = WIDTH_PX,
) -> Picture:
    """Draw how one Service is reached: client, address, receiving node and pods, by what its type opens.

    Parameters
    ----------
    snap : the snapshot
    service : as ``ns/name`` or ``service:ns/name``
    states : SERVICE_STATES, if it is at hand; computed by default
    backends : BACKENDS, if it is at hand; computed by default
    theme : light or dark
    width : in pixels; by default what fits into a cell of JupyterLab beside its file browser

    Raises
    ------
    UnknownReference : there is no such Service; names the nearest.
    """
    reference = resolve_service(snap, service)
    name = f"{reference.namespace}/{reference.name}"
    states, backends = _answers(snap, states, backends)
    own = states[(states["namespace"] == reference.namespace) & (states["service"] == reference.name)]
    ways = service_paths(snap, name, ledger=backends), service_names(snap, name, ledger=backends)
    return service_path_picture(snap, own, backends, ways, theme=theme, width=width)


def pod_inside(snap: Snapshot, pod: str, *, backends: pd.DataFrame | None = None, theme: str = "light", width: int = WIDTH_PX) -> Picture:
    """Draw one pod from inside: its containers in the network namespace they share, their ports, and where these collide.

    Parameters
    ----------
    snap : the snapshot
    pod : as ``ns/name`` or ``pod:ns/name``
    backends : BACKENDS, if it is at hand; computed by default
    theme : light or dark
    width : in pixels; by default what fits into a cell of JupyterLab beside its file browser

    Raises
    ------
    UnknownReference : there is no such pod; names the nearest.
    """
    reference = resolve_pod(snap, pod)
    pods = snap.pods
    own = pods[(pods["namespace"] == reference.namespace) & (pods["pod"] == reference.name)]
    rows = ledger(snap) if backends is None else backends
    return pod_inside_picture(snap, own, rows, port_clashes(snap, reference), theme=theme, width=width)


def address_map(snap: Snapshot, *, theme: str = "light", width: int = WIDTH_PX) -> Picture:
    """Draw the address ranges of pods, Services, nodes and load balancers: what is declared or inferred, used, overlapping.

    Parameters
    ----------
    snap : the snapshot
    theme : light or dark
    width : in pixels; by default what fits into a cell of JupyterLab beside its file browser
    """
    ranges = snap.answer("address_ranges", lambda: address_ranges(snap))
    return address_map_picture(snap, ranges, theme=theme, width=width)


def placement(
    snap: Snapshot,
    *,
    states: pd.DataFrame | None = None,
    backends: pd.DataFrame | None = None,
    limit: int = _PLACED,
    theme: str = "light",
    width: int = WIDTH_PX,
) -> Picture:
    """Draw on which nodes, or in which zones of many nodes, the backends of each Service run and serve.

    Parameters
    ----------
    snap : the snapshot
    states : SERVICE_STATES; a part of it draws a part. All Services by default.
    backends : BACKENDS, if it is at hand; computed by default
    limit : Services drawn, what is broken first; the rest is counted
    theme : light or dark
    width : in pixels; by default what fits into a cell of JupyterLab beside its file browser
    """
    states, backends = _answers(snap, states, backends)
    return placement_picture(snap, states, backends, limit=limit, theme=theme, width=width)


def changes(before: Snapshot, after: Snapshot, *, limit: int = _HIT, theme: str = "light", width: int = WIDTH_PX) -> Picture:
    """Draw what changed for traffic: first causes, the Services they hit with their states before and after, backends lost and gained.

    Parameters
    ----------
    before, after : two snapshots of one cluster
    limit : Services drawn, below the causes that hit most of them first; the rest is counted
    theme : light or dark
    width : in pixels; by default what fits into a cell of JupyterLab beside its file browser
    """
    found = diff(before, after)
    states = service_states(before), service_states(after)
    drawn = (before, after), found, change_lines(found), states, not_compared(before, after)
    return changes_picture(*drawn, limit=limit, theme=theme, width=width)


def timeline(
    *moments: Moment | Sequence[Moment] | History | pd.DataFrame, limit: int = _LANES, theme: str = "light", width: int = WIDTH_PX
) -> Picture:
    """Draw the states of Services over several snapshots, with Warning Events and restarts; dragging over it zooms in time.

    Parameters
    ----------
    moments : whatever `timeline` takes; or the History of snapshots, of which nothing is read again; or TIMELINE, or a part of
        it, which has no Events and restarts
    limit : Services drawn, what is broken at the end first, then what changed; the rest is counted
    theme : light or dark
    width : in pixels; by default what fits into a cell of JupyterLab beside its file browser
    """
    (first, *more) = moments or ((),)
    told: Any = first if not more and isinstance(first, (History, pd.DataFrame)) else history(*moments)  # type: ignore[arg-type]  # refuses what is no snapshot
    if isinstance(told, pd.DataFrame):
        told = history_of_rows(told)
    drawn = told.timeline, told.moments, told.flaps, told.events, told.restarts
    return timeline_picture(*drawn, limit=limit, theme=theme, width=width)


def _answers(snap: Snapshot, states: pd.DataFrame | None, backends: pd.DataFrame | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    return service_states(snap) if states is None else states, ledger(snap) if backends is None else backends
