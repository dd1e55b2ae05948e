"""CONTAINER_SETS, and the long tables CONTAINERS and CONTAINER_PORTS that expand from them."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

import pandas as pd

from k8snetviz.collect.kindspec import EVERY, Builder, PodBuilder
from k8snetviz.collect.tables_statuses import expanded
from k8snetviz.collect.whole_columns import frame_of
from k8snetviz.model.schema import Table
from k8snetviz.model.tables import CONTAINER_PORTS, CONTAINER_SETS, CONTAINERS

if TYPE_CHECKING:
    from k8snetviz.collect.store import ObjectStore

_NOTHING = (None, None, None, None, None)


def container_sets(store: ObjectStore) -> pd.DataFrame:
    """Return CONTAINER_SETS."""
    rows = [
        (number, place, port_place, name, role, *port)
        for number, found in enumerate(store.finished_pods().container_sets)
        for place, (name, role, ports) in enumerate(found)
        for port_place, port in enumerate(ports or (_NOTHING,))
    ]
    return frame_of(CONTAINER_SETS, rows)


def containers(store: ObjectStore, places: slice = EVERY) -> pd.DataFrame:
    """Return CONTAINERS, of the pods at `places`."""
    sets = store.finished_pods().container_sets
    return _per_pod(
        store,
        CONTAINERS,
        [sorted([(name, role, place) for place, (name, role, _) in enumerate(found)], key=itemgetter(0)) for found in sets],
        places,
    )


def container_ports(store: ObjectStore, places: slice = EVERY) -> pd.DataFrame:
    """Return CONTAINER_PORTS, of the pods at `places`."""
    sets = store.finished_pods().container_sets
    return _per_pod(
        store,
        CONTAINER_PORTS,
        [sorted([(name, role, *port) for name, role, ports in found for port in ports], key=itemgetter(0, 3, 4)) for found in sets],
        places,
    )


def _per_pod(store: ObjectStore, table: Table, rows_of_set: list[list[tuple[Any, ...]]], places: slice) -> pd.DataFrame:
    """Return `table`: for every pod at `places` the rows of its container list."""
    found = store.finished_pods()
    pods, taken = expanded([len(rows) for rows in rows_of_set], found.container_set[places])
    flat = [row for rows in rows_of_set for row in rows]
    columns: dict[str, Any] = {"namespace": found.namespaces[places][pods], "pod": found.texts("names")[places][pods]}
    for place, column in enumerate(table.columns[2:]):
        columns[column.name] = pd.array([row[place] for row in flat], dtype=column.dtype).take(taken)
    return table.from_columns(columns, ordered=False)


POD_BUILDERS: dict[str, PodBuilder] = {"containers": containers, "container_ports": container_ports}
BUILDERS: dict[str, Builder] = {"container_sets": container_sets, "containers": containers, "container_ports": container_ports}
