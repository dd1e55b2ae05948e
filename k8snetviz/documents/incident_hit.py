"""What was hit, and since when: one line for each Service in question, that does not serve, or whose state changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from k8snetviz.analysis.states import service_states
from k8snetviz.documents.incident_signs import Pair
from k8snetviz.documents.markup import Html, Part, html, paragraph, state_mark, table
from k8snetviz.documents.report_tables import QUIET, left_out, nothing_broken
from k8snetviz.documents.window import stamp
from k8snetviz.model.kinds import BROKEN_FIRST, Kind, ServiceState
from k8snetviz.views.rows import each

if TYPE_CHECKING:
    from k8snetviz.documents.incident import Incident

_ROWS, _ROOM = 200, 300_000  # rows of the table, and its bytes
_ORDER = {state.value: place for place, state in enumerate(BROKEN_FIRST)}


def services_hit(review: Incident) -> pd.DataFrame:
    """Return SERVICE_STATES of the last snapshot and, with the ending `_before`, state and ready of the first, of the Services to tell.

    A Service that one of the two has not, because it was not read there, has not changed.
    """
    asked = review.services if review.asked else []
    if review.before is None:
        found = review.states.copy()
        found["flipped"] = False
    else:
        earlier = service_states(review.before)[["namespace", "service", "state", "ready"]]
        found = review.states.merge(earlier, on=["namespace", "service"], how="outer", suffixes=("", "_before"))
        there = [found[name].notna() for name in ("state_before", "state")]
        known = [_known(review.before, found["namespace"]) | there[0], _known(review.after, found["namespace"]) | there[1]]
        found["flipped"] = known[0] & known[1] & (found["state"] != found["state_before"]).fillna(True)
    found["asked"] = (found["namespace"] + "/" + found["service"]).isin(asked)
    broken = found["state"].notna() & ~found["state"].isin(QUIET)
    found["order"] = found["state"].map(_ORDER).astype("Int64").fillna(0)
    chosen = found[found["asked"] | found["flipped"] | broken]
    return chosen.sort_values(["asked", "order", "namespace", "service"], ascending=[False, True, True, True]).reset_index(drop=True)


def _known(snap: Any, namespaces: pd.Series[str]) -> pd.Series[bool]:
    """Tell of which namespaces absence of a Service means that there is none."""
    return namespaces.map({space: snap.knows(Kind.SERVICE, space) for space in namespaces.unique()}).astype(bool)


def hit(review: Incident) -> Part:
    """Return the Services that were hit, one in a line."""
    return hit_with_links(review, {})


def hit_with_links(review: Incident, anchors: Mapping[str, str]) -> Part:
    """Return the Services that were hit; `anchors` tells where the page has the story of one."""
    rows, two = review.services_hit, review.before is not None
    if rows.empty:
        words = nothing_broken(review.states, known=review.after.knows(Kind.SERVICE))
        return Part(paragraph(f"{words} No Service is in another state than before." if two else words))
    heads = ("Service", *(("Before", "Now") if two else ("State",)), "Ready", "Since", "First reason", "In words")
    lines = (_line(review, row, anchors, two=two) for row in each(rows))
    made, shown = table(heads, lines, "Services that were hit, worst first", limit=_ROWS, room=_ROOM)
    ready = "Ready counts the backends that serve at least one port" + (", before and now." if two else ", of the pods that are selected.")
    return Part(Html(paragraph(f"{ready} Times are UTC.", "note") + made + left_out(shown, len(rows), "Service")))


def _line(review: Incident, row: Any, anchors: Mapping[str, str], *, two: bool) -> tuple[Any, ...]:
    name = f"{row.namespace}/{row.service}"
    linked = Html(f'<a href="#{anchors[name]}">{html(name)}</a>') if name in anchors else name
    now = _mark(row.state, "gone" if row.flipped else "not known")
    if not two:
        ready = None if pd.isna(row.ready) else f"{row.ready}" if pd.isna(row.selected) else f"{row.ready} of {row.selected}"
        return linked, now, ready, since(review, row), row.reason, row.detail
    before = _mark(row.state_before, "not there" if row.flipped else "not known")
    numbers = [row.ready_before, row.ready]
    ready = None if all(map(pd.isna, numbers)) else " → ".join("—" if pd.isna(number) else f"{number}" for number in numbers)
    return linked, before, now, ready, since(review, row), row.reason, row.detail


def _mark(state: Any, otherwise: str) -> Any:
    return state_mark(ServiceState(state)) if pd.notna(state) else otherwise


def since(review: Incident, row: Any) -> str | None:
    """Return since when a Service is as it is: between which snapshots, and the first sign of it that carries a time."""
    if pd.notna(row.state) and row.state in QUIET and not row.flipped:
        return None
    after, first = spell(review, (row.namespace, row.service))
    day = review.until.date() if review.until else None
    if review.before is not None and after is None:
        return f"{stamp(first, day)} or before: so in the first snapshot" if first else "so in the first snapshot"
    between = [f"between {stamp(after, day)} and {stamp(first, day)}"] if len(review.snaps) > 2 and after and first else []
    nothing = "nothing in the window tells when"
    nothing = f"between the two; {nothing}" if len(review.snaps) == 2 else nothing
    sign = review.first_signs.get((row.namespace, row.service))
    told = f"first sign {stamp(sign.time, day)}, {sign.object}: {sign.what.partition(':')[0]}" if sign else nothing
    return "; ".join([*between, told])


def spell(review: Incident, pair: Pair) -> tuple[datetime | None, datetime | None]:
    """Return the times of the last snapshot in which a Service was otherwise, if there is one, and of the first in which it was as now."""
    now = review.answers[-1].get(pair)
    first = len(review.snaps) - 1
    while first > 0 and review.answers[first - 1].get(pair) == now:
        first -= 1
    return (review.told[first - 1].time if first else None), review.told[first].time
