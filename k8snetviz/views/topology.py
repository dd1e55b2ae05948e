"""The topology: lanes from outside over Ingress, Service and workload to the node, what is broken first."""

from __future__ import annotations

from typing import Any

import pandas as pd

from k8snetviz.model.kinds import Reason, ServiceState
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables import BACKENDS, SERVICE_STATES
from k8snetviz.views import places
from k8snetviz.views.blank import blank_picture
from k8snetviz.views.canvas import BOXES, DASHED, DOTTED, SOLID, Box, Canvas, Stroke, Words, curve, line
from k8snetviz.views.cards import caption
from k8snetviz.views.entries import Entry, entries, missing_services
from k8snetviz.views.ledger_marks import SERVICE as PAIR
from k8snetviz.views.masthead import masthead
from k8snetviz.views.picture import Picture
from k8snetviz.views.pod_marks import draw_pods, legend, legend_px
from k8snetviz.views.rows import each, keys
from k8snetviz.views.stage import BOX, ROW, TOP, Stage, highlight
from k8snetviz.views.text import bold, count, cut, escaped, fit, hover, plain, width_px
from k8snetviz.views.theme import WIDTH_PX, rank, theme_named
from k8snetviz.views.topology_plan import Group, Plan, plan, states_in_words
from k8snetviz.views.topology_sides import draw_entries, draw_places

LIMIT = 60  # Services; a lane holds some more marks than that
_ENTRIES, _NODES = 40, 16
_ROOM = ("ClusterIP", "no selector")
_SHORT = {  # what is said where no workload stands; the sentence is told by the mouse
    Reason.SELECTS_NOTHING.value: "its selector selects no pod",
    Reason.SCALED_TO_ZERO.value: "its workload is scaled to zero",
    Reason.NO_ENDPOINTS.value: "no selector, and no endpoints",
    Reason.NOT_COLLECTED.value: "not known: not collected",
}
_SERVICE_TOLD = "<b>%{customdata[0]}</b><br>%{customdata[1]} · %{customdata[2]} · %{customdata[3]}<br>%{customdata[4]}<br>%{customdata[5]}"
_GROUP_TOLD = "<b>%{customdata[0]}</b><br>%{customdata[1]}<br>%{customdata[2]}"


def topology_picture(
    snapshot: Snapshot,
    states: pd.DataFrame,
    backends: pd.DataFrame,
    *,
    select: str | None = None,
    limit: int = LIMIT,
    theme: str = "light",
    width: int = WIDTH_PX,
) -> Picture:
    """Draw the Services of `states` with what leads to them and the backends behind them; edges are rows of the ledger.

    Parameters
    ----------
    snapshot : what the entries, nodes and gaps are read from
    states : SERVICE_STATES; pass a part of it to draw a part. With no rows the figure says so.
    backends : BACKENDS; rows of Services that are not in `states` are left out
    select : a Service as ``namespace/name`` whose path is coloured
    limit : Services drawn, what is broken first; the rest is counted in one row
    theme : light or dark
    width : in pixels
    """
    SERVICE_STATES.check(states)
    BACKENDS.check(backends.head(0))  # the rows that are drawn are checked whole
    if states.empty:
        return blank_picture(snapshot, "Topology", theme, width)
    layout = plan(states, backends, limit, select)
    ways = entries(snapshot, states)
    shown = _shown_entries(snapshot, ways, layout, states)
    nodes = places.nodes_of(snapshot, layout.members)
    by_node = len(nodes) <= _NODES
    where = places.node_places(snapshot, nodes) if by_node else places.capped(places.zone_places(nodes), _NODES)
    canvas = Canvas(theme_named(theme), width)
    stage = Stage(canvas, snapshot, layout, highlight(layout, select), shown, tuple(where), "node" if by_node else "zone")
    chips = masthead(canvas, snapshot, states)
    _draw(stage)
    y = TOP + stage.area + 12
    if chips + legend_px() > width:  # no room above
        legend(canvas, 8, y)
        y += 20
    else:
        legend(canvas, width - 8 - legend_px(), 42)
    end = caption(canvas, _caption(stage, states, len(ways) - len(shown)), y)
    return canvas.picture(end, _alt(snapshot, layout, states))


def _draw(stage: Stage) -> None:
    for lane in stage.lanes:
        title = "ZONE" if lane is stage.lanes.node and stage.place == "zone" else lane.title
        stage.canvas.words(lane.x + 2, TOP - 18, title, Words(stage.canvas.theme.muted, 11))
    draw_entries(stage)
    _draw_links(stage)
    _draw_services(stage)
    _draw_groups(stage)
    _draw_folded(stage)
    draw_places(stage)


def _shown_entries(snapshot: Snapshot, ways: list[Entry], layout: Plan, states: pd.DataFrame) -> tuple[Entry, ...]:
    """Return the ways in that lead to a drawn Service, or to none that exists, in the order of their Services.

    A picture of a part shows of the latter those that stand in a namespace of it, or name a Service there.
    """
    rows = {(row.namespace, row.service): row.row for row in each(layout.services)}
    spaces = None if len(states) == len(snapshot.table("services")) else set(states["namespace"])
    ranked: list[tuple[float, int, Entry]] = []
    for entry, lost in zip(ways, missing_services(snapshot, ways), strict=True):
        own = [rows[reference] for reference in entry.services if reference in rows]
        about = {entry.name.partition("/")[0], *(name.partition("/")[0] for name in lost)}
        if own or (lost and (spaces is None or about & spaces)):
            ranked.append((sum(own) / len(own) if own else 0.0, len(ranked), entry))
    return tuple(entry for _, _, entry in sorted(ranked)[:_ENTRIES])


def _draw_links(stage: Stage) -> None:
    theme, services, groups = stage.canvas.theme, stage.service_boxes(), stage.group_boxes()
    for row in each(stage.plan.links):
        source = services[(row.namespace, row.service)]
        target = groups[(row.group_kind, row.group_namespace, row.group)]
        state = ServiceState(row.state)
        chosen = (row.namespace, row.service) == stage.chosen.service
        color = theme.edge if state is ServiceState.SERVING and not chosen else theme.states[state]
        dash = DASHED if state in (ServiceState.DOWN, ServiceState.EMPTY) else SOLID
        look = Stroke(color, 2.5 if chosen else 1.5, dash=dash)
        stage.canvas.path(curve(source.right, source.middle, target.x, target.middle), look)


def _draw_services(stage: Stage) -> None:
    canvas, theme = stage.canvas, stage.canvas.theme
    known = {(row.namespace, row.service): row for row in each(stage.snapshot.table("services").merge(stage.plan.services[PAIR]))}
    backed = set(keys(stage.plan.links, PAIR))
    boxes, fields = stage.service_boxes(), []
    for row in each(stage.plan.services):
        reference, state = (row.namespace, row.service), ServiceState(row.state)
        box, chosen = boxes[reference], reference == stage.chosen.service
        fill = theme.chosen if chosen else theme.panel
        canvas.box(box, Stroke(theme.states[state], 2 if chosen else 1, fill=fill, level=BOXES))
        canvas.glyph(box.x + 15, box.middle, state)
        kind = _kind(row, headless=reference in known and bool(known[reference].headless))
        room = box.width - 28 - 8
        long = width_px(plain(f"{row.namespace}/{row.service}"), 12, strong=True) > room - width_px(kind, 11)
        if not (long and kind in _ROOM):  # what is usual, or seen beside, makes room for a long name
            canvas.words(box.right - 8, box.middle, escaped(kind), Words(theme.muted, 11, "right"))
            room -= width_px(kind, 11) + 6
        canvas.words(box.x + 28, box.middle, _name(row.namespace, row.service, room), Words(theme.text, 12))
        if reference not in backed:
            _draw_nothing_behind(stage, row, box, known[reference].external_name if reference in known else None)
        fields.append(_service_fields(row, kind))
    canvas.hover("Service", list(boxes.values()), fields, _SERVICE_TOLD)


def _draw_nothing_behind(stage: Stage, row: Any, box: Box, target: str | None) -> None:
    """Say in the workload lane why no workload stands there."""
    canvas, lane = stage.canvas, stage.lanes.workload
    state, theme = ServiceState(row.state), canvas.theme
    words = plain(row.detail if pd.notna(row.detail) else row.reason)
    if state is ServiceState.EXTERNAL and not pd.isna(target):
        words = f"CNAME {plain(target)}"
    x = lane.x + 10
    room = lane.x + lane.width + 16 - x
    if pd.notna(row.reason) and width_px(words, 12) > room:
        words = _SHORT.get(row.reason, words)
    quiet = state in (ServiceState.EXTERNAL, ServiceState.EMPTY, ServiceState.UNKNOWN)
    look = Words(theme.muted if quiet else theme.states[state], 12)
    canvas.path(line((box.right, box.middle), (lane.x, box.middle)), Stroke(theme.edge, 1, dash=DOTTED))
    canvas.words(x, box.middle, escaped(cut(words, room, 12)), look)


def _draw_groups(stage: Stage) -> None:
    canvas, theme, boxes = stage.canvas, stage.canvas.theme, stage.group_boxes()
    for group in stage.plan.groups:
        box = boxes[group.key]
        fill = theme.chosen if group.key in stage.chosen.groups else theme.panel
        canvas.box(box, Stroke(theme.border, 1, fill=fill, level=BOXES))
    canvas.hover("Workload", list(boxes.values()), [_group_fields(group) for group in stage.plan.groups], _GROUP_TOLD)
    draw_pods(canvas, [(group.label, group.members, boxes[group.key]) for group in stage.plan.groups])


def _draw_folded(stage: Stage) -> None:
    folded, canvas = stage.plan.folded, stage.canvas
    if folded.empty:
        return
    left, right = stage.lanes.service.x, stage.lanes.workload.x + stage.lanes.workload.width
    box = Box(left, TOP + stage.plan.height * ROW, right - left, BOX)
    canvas.box(box, Stroke(canvas.theme.border, 1, fill=canvas.theme.panel, level=BOXES))
    canvas.glyph(box.x + 16, box.middle, ServiceState(min(folded["state"], key=rank)))
    words = f"{count(len(folded), 'more Service')}: {states_in_words(folded)}; {count(int(folded['ready'].sum()), 'backend')} ready"
    canvas.words(box.x + 30, box.middle, escaped(cut(words, box.width - 40, 12)), Words(canvas.theme.text, 12))


def _kind(row: Any, *, headless: bool) -> str:
    if row.type == "ExternalName":
        return "ExternalName"
    if headless:
        return "headless"
    return plain(row.type) if row.managed or row.type != "ClusterIP" else "no selector"


def _name(namespace: str, service: str, room: float) -> str:
    """Return ``namespace/**name**`` within `room` pixels; the name keeps more of it than the namespace."""
    prefix, name = plain(namespace) + "/", plain(service)
    if width_px(prefix, 12) + width_px(name, 12, strong=True) > room:
        name = fit(name, max(room - min(width_px(prefix, 12), room * 0.25), 20), 12, strong=True)
        prefix = fit(prefix[:-1], room - width_px(name, 12, strong=True) - 5, 12) + "/"
    return escaped(prefix) + bold(name)


def _service_fields(row: Any, kind: str) -> list[str]:
    ready = f"{plain(row.ready)} ready of {plain(row.selected)} selected"
    reason = " · ".join(escaped(part) for part in (row.reason, row.rule) if pd.notna(part))
    return [escaped(f"{row.namespace}/{row.service}"), row.state, escaped(kind), ready, reason, hover(row.detail)]


def _group_fields(group: Group) -> list[str]:
    kind, namespace, name = group.key
    counts = group.members["mark"].value_counts().sort_index()
    summary = ", ".join(f"{number:,} {mark}" for mark, number in counts.items())
    broken = group.members[group.members["mark"].ne("ready")].head(4)
    listed = "; ".join(f"{member}: {plain(why)}" for member, why in zip(broken["member"], broken["why"], strict=True))
    return [escaped(f"{kind} {namespace}/{name}"), escaped(summary), hover(listed)]


def _caption(stage: Stage, states: pd.DataFrame, left_out: int) -> str:
    drawn = len(stage.plan.services)
    words = (
        f"{'All ' if drawn > 1 else ''}{count(drawn, 'Service')} drawn"
        if drawn == len(states)
        else f"This picture shows a part: {drawn:,} of {count(len(states), 'Service')}"
    )
    broken = any(rank(state) < rank(ServiceState.SERVING.value) for state in states["state"].unique())
    words += ", what is broken first" if broken and len(states) > 1 else ""
    words += "; edges are backends of the endpoint ledger."
    return words + (f" Not drawn: {count(left_out, 'entry')} to Services that are folded." if left_out else "")


def _alt(snapshot: Snapshot, layout: Plan, states: pd.DataFrame) -> str:
    broken = layout.services[~layout.services["state"].isin(["serving", "external"])]
    names = ", ".join(plain(f"{row.namespace}/{row.service} {row.state}") for row in each(broken.head(5)))
    more = f" and {len(broken) - 5:,} more" if len(broken) > 5 else ""
    listed = f"; {names}{more}" if names else ""
    return f"Topology of {plain(snapshot.provenance.name)}: {count(len(states), 'Service')}, {states_in_words(states)}{listed}."
