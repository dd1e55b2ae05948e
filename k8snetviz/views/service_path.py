"""The service path: for one Service what its type opens, what each node does with a connection, and which pods it reaches."""

from __future__ import annotations

from typing import Any

import pandas as pd

from k8snetviz.model.kinds import BackendState, ServiceState
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables import BACKENDS, SERVICE_NAMES, SERVICE_PATHS, SERVICE_STATES
from k8snetviz.model.tables.paths import Path, PathOutcome
from k8snetviz.views.canvas import DASHED, SOLID, Box, Canvas, Stroke, Words, curve, line
from k8snetviz.views.cards import GAP, Card, Note, arrow, bottom, draw_cards, sentences, stacked
from k8snetviz.views.heading import HEIGHT, heading
from k8snetviz.views.path_doors import cluster_door, outside_doors, own
from k8snetviz.views.path_edges import Placed, draw_to_nodes, draw_to_pods
from k8snetviz.views.path_names import draw_names
from k8snetviz.views.path_nodes import Verdict, node_cards, verdict
from k8snetviz.views.path_pods import PodCard, pod_cards
from k8snetviz.views.path_words import consequences
from k8snetviz.views.picture import Picture
from k8snetviz.views.text import count, fit, plain
from k8snetviz.views.theme import WIDTH_PX, theme_named

_LANES = (  # left edge and width at the usual width of a picture, then of a wide one
    ((4, 104), (8, 128)),
    ((130, 170), (176, 216)),
    ((324, 256), (436, 268)),
    ((632, 212), (800, 232)),
)
_TITLES = ("CLIENT", "ADDRESS IT USES", "NODE THAT RECEIVES IT", "BACKEND PODS")
_TOP = HEIGHT + 30


def service_path_picture(
    snapshot: Snapshot,
    states: pd.DataFrame,
    backends: pd.DataFrame,
    ways: tuple[pd.DataFrame, pd.DataFrame],
    *,
    theme: str = "light",
    width: int = WIDTH_PX,
) -> Picture:
    """Draw client, address, receiving node and pods of one Service; DNS names where it has no address.

    Parameters
    ----------
    snapshot : what addresses, ports, nodes and gaps are read from
    states : the row of SERVICE_STATES of the Service
    backends : BACKENDS; rows of other Services are left out
    ways : SERVICE_PATHS and SERVICE_NAMES of the Service
    theme : light or dark
    width : in pixels
    """
    SERVICE_STATES.check(states), BACKENDS.check(backends), SERVICE_PATHS.check(ways[0]), SERVICE_NAMES.check(ways[1])
    state: Any = next(states.itertuples())
    row: Any = next(own(snapshot.table("services"), state).itertuples())
    mine = own(backends, row)
    canvas = Canvas(theme_named(theme), width)
    name = plain(f"{row.namespace}/{row.service}")
    title = fit(name, canvas.at(195, 235), 15, strong=True) + ": how it is reached"
    heading(canvas, snapshot, (title, _kind(row)), (ServiceState(state.state), _state_words(state)))
    if row.headless or row.type == "ExternalName":
        end, said = draw_names(canvas, row, mine, ways[1], top=_TOP, known=state.state != ServiceState.UNKNOWN.value)
    else:
        end, said = _draw(canvas, snapshot, (row, state), mine, ways[0])
    end = sentences(canvas, said, end + 20)
    return canvas.picture(end + 2, f"Service path of {name}, {_kind(row)}, {state.state}: {_first(said)}")


def _first(said: list[str]) -> str:
    return plain(said[0]) if said else "nothing to say about it."


def _kind(row: Any) -> str:
    words = [plain(row.type)] + (["headless"] if row.headless else [])
    policies = (("external policy", row.external_traffic_policy), ("internal policy", row.internal_traffic_policy))
    words += [f"{name} {plain(value)}" for name, value in policies if pd.notna(value) and not row.headless]
    return " · ".join(words)


def _state_words(state: Any) -> str:
    detail = f": {plain(state.detail)}" if pd.notna(state.detail) else ""
    counted = f", {count(int(state.ready), 'backend')} ready" if pd.notna(state.ready) and not detail else ""
    return f"{state.state}{counted}{detail}"


def _draw(
    canvas: Canvas, snapshot: Snapshot, service: tuple[Any, Any], backends: pd.DataFrame, paths: pd.DataFrame
) -> tuple[float, list[str]]:
    for title, lane in zip(_TITLES, _lanes(canvas), strict=True):
        canvas.words(lane[0] + 2, _TOP - 16, title, Words(canvas.theme.muted, 11))
    row = service[0]
    placed = _place(canvas, snapshot, service, backends, paths)
    _draw_clients(canvas, placed)
    draw_to_nodes(canvas, placed)
    draw_to_pods(canvas, placed, paths)
    doors = [(door.card, box) for door, box in placed.doors] + [placed.cluster]
    draw_cards(canvas, "Address", *_columns(doors))
    nodes = [(node.card, box) for node, box in placed.nodes] + ([placed.home[:2]] if placed.home else [])
    draw_cards(canvas, "Node", *_columns(nodes))
    draw_cards(canvas, "Pod", *_columns([(pod.card, box) for pod, box in placed.pods]))
    families = [plain(each) for each in (row.family, row.second_family) if pd.notna(each)]
    said = consequences(snapshot, row, paths, families)
    if len(backends) and backends["observed"].eq(BackendState.UNKNOWN.value).all():
        said.append("No endpoints were collected: what is drawn follows from pods and selector alone (EP-47).")
    return placed.bottom, said


def _lanes(canvas: Canvas) -> list[tuple[float, float]]:
    return [(canvas.at(narrow[0], wide[0]), canvas.at(narrow[1], wide[1])) for narrow, wide in _LANES]


def _columns(pairs: list[tuple[Card, Box]]) -> tuple[list[Card], list[Box]]:
    return [card for card, _ in pairs], [box for _, box in pairs]


def _place(canvas: Canvas, snapshot: Snapshot, service: tuple[Any, Any], backends: pd.DataFrame, paths: pd.DataFrame) -> Placed:
    row, state = service
    _, address, node_lane, pod_lane = _lanes(canvas)
    doors = outside_doors(snapshot, row)
    inside = paths[paths["path"].eq(Path.INTERNAL.value)]
    local = inside["policy"].eq("Local").any()
    drawn = paths if local else paths[paths["path"].eq(Path.EXTERNAL.value)]
    nodes = node_cards(snapshot, drawn) if len(drawn) else []
    pods = pod_cards(backends, fallback=bool(paths["fallback"].fillna(False).any())) or [PodCard("", None, False, _nothing(state))]
    door_boxes = stacked([door.card for door in doors], address[0], _TOP, address[1])
    node_boxes = stacked([node.card for node in nodes], node_lane[0], _TOP, node_lane[1])
    low = bottom(door_boxes, _TOP - GAP) + GAP
    card, home = cluster_door(snapshot, row), None
    tall = card.height
    if not local and len(inside):
        low = max(low, bottom(node_boxes, _TOP - GAP) + GAP)
        own_node, told = _home(inside)
        tall = max(tall, own_node.height)
        home = (own_node, Box(node_lane[0], low + (tall - own_node.height) / 2, node_lane[1], own_node.height), told)
    pod_boxes = stacked([pod.card for pod in pods], pod_lane[0], _TOP, pod_lane[1])
    cluster = (card, Box(address[0], low + (tall - card.height) / 2, address[1], card.height))
    return Placed(
        list(zip(doors, door_boxes, strict=True)),
        cluster,
        list(zip(nodes, node_boxes, strict=True)),
        home,
        list(zip(pods, pod_boxes, strict=True)),
    )


def _home(inside: pd.DataFrame) -> tuple[Card, Verdict]:
    """Return the card of the node that a client pod is on, which stands for all nodes."""
    told, number = verdict(inside, Path.INTERNAL), inside["node"].nunique()
    some = number > 1 and not inside["node"].isna().any()
    every = f"the same on each of {count(number, 'node')}" if some else "the same on every node"
    return Card("the client's own node", (Note(every), Note(told.words, told.state)), _bad(told)), told


def _bad(told: Verdict) -> ServiceState | None:
    return None if told.outcome is PathOutcome.DELIVERED else told.state


def _nothing(state: Any) -> Card:
    """Return the card that stands where no pod does: none, or not known."""
    look = ServiceState(state.state)
    unknown = look is ServiceState.UNKNOWN
    why = plain(state.reason if pd.notna(state.reason) else state.state)
    rule = f" ({plain(state.rule)})" if pd.notna(state.rule) else ""
    return Card("backends are not known" if unknown else "no backend", (Note(why + rule, look),), look, DASHED)


def _draw_clients(canvas: Canvas, placed: Placed) -> None:
    theme, cards, boxes, lane = canvas.theme, [], [], _lanes(canvas)[0]
    if placed.doors:
        middle = (placed.doors[0][1].y + bottom([box for _, box in placed.doors], 0)) / 2
        cards.append(Card("outside", (Note("any client"),)))
        boxes.append(Box(lane[0], middle - cards[-1].height / 2, lane[1], cards[-1].height))
        for door, box in placed.doors:
            look = Stroke(theme.edge, 1.5, dash=SOLID if door.dash else DASHED)
            canvas.path(curve(boxes[-1].right, boxes[-1].middle, box.x, box.middle), look)
            arrow(canvas, box.x, box.middle, theme.edge)
    box = placed.cluster[1]
    cards.append(Card("a pod", (Note("in the cluster"),)))
    boxes.append(Box(lane[0], box.middle - cards[-1].height / 2, lane[1], cards[-1].height))
    canvas.path(line((boxes[-1].right, box.middle), (box.x, box.middle)), Stroke(theme.edge, 1.5))
    arrow(canvas, box.x, box.middle, theme.edge)
    draw_cards(canvas, "Client", cards, boxes)
