"""What the hints of EndpointSlices say, counted: whose traffic the endpoints of a Service are meant for."""

from __future__ import annotations

from typing import NamedTuple

from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables.services import HintScope
from k8snetviz.views.text import count, plain

_SERVICE = ["namespace", "service"]
_ENDPOINT = [*_SERVICE, "slice", "address"]
_SHOWN = 4  # zones or nodes


class Hinted(NamedTuple):
    """Endpoints of one Service that are ready, and those of them that no zone, or no node, is named for."""

    ready: int
    zoneless: int
    nodeless: int


def hinted_services(snapshot: Snapshot) -> dict[tuple[str, str], Hinted]:
    """Return the Services that have a hint on one of their endpoints."""
    hints = snapshot.table("endpoint_hints")
    hints = hints[hints["service"].notna()]
    if hints.empty:
        return {}
    wanted = hints[_SERVICE].drop_duplicates()
    ready = snapshot.table("slice_endpoints")
    ready = ready.loc[ready["ready"] & ready["service"].isin(wanted["service"]), _ENDPOINT].drop_duplicates().merge(wanted)
    for scope in HintScope:
        told = hints.loc[hints["scope"].eq(scope.value), _ENDPOINT].drop_duplicates()
        ready[scope.value] = ready.merge(told, how="left", indicator=True)["_merge"].eq("left_only").to_numpy(bool)
    groups = ready.groupby(_SERVICE, sort=False)
    counted = groups.agg(ready=("address", "size"), zoneless=(HintScope.ZONE.value, "sum"), nodeless=(HintScope.NODE.value, "sum"))
    return {pair: Hinted(*map(int, told)) for pair, *told in counted.itertuples(name=None)}


def meant_for(snapshot: Snapshot, namespace: str, service: str) -> str:
    """Return how many endpoints are meant for whom, such as ``zone-a 2, zone-b 1``; empty without hints."""
    hints = snapshot.table("endpoint_hints")
    own = hints[hints["service"].eq(service).fillna(False) & hints["namespace"].eq(namespace)]
    counts = own.drop_duplicates(["address", "scope", "place"]).groupby(["scope", "place"], sort=True).size()
    words = [
        f"{'node ' if scope == HintScope.NODE.value else ''}{plain(place)} {number:,}"
        for scope, place, number in counts.reset_index().itertuples(index=False, name=None)
    ]
    words = sorted(words, key=lambda text: text.startswith("node "))  # zones first: there are fewer of them
    more = [f"and {len(words) - _SHOWN:,} more"] if len(words) > _SHOWN else []
    return ", ".join(words[:_SHOWN] + more)


def hint_sentence(snapshot: Snapshot, namespace: str, service: str) -> str:
    """Return what follows from the hints of one Service (KX-11, KX-12); empty without hints."""
    told = hinted_services(snapshot).get((namespace, service))
    if told is None:
        return ""
    head = f"Hints say for whom endpoints are meant: {meant_for(snapshot, namespace, service)}; "
    if told.zoneless and told.nodeless:
        lost = min(told.zoneless, told.nodeless)
        verb = "has" if lost == 1 else "have"
        return head + f"but {lost:,} of {count(told.ready, 'ready endpoint')} {verb} none: its port ignores them (KX-12)."
    own = "those for itself" + ("" if told.zoneless else ", else those for its zone") if not told.nodeless else "those for its zone"
    return head + f"where policy is Cluster, a node uses {own}, else all that are drawn (KX-11)."
