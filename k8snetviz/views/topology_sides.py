"""The outer lanes of a topology: what leads in on the left, the nodes or zones on the right."""

from __future__ import annotations

from k8snetviz.model.kinds import Kind, ServiceState
from k8snetviz.views.canvas import BOXES, DOTTED, SOLID, Box, Stroke, Words
from k8snetviz.views.entries import Entry, missing_services
from k8snetviz.views.ledger_marks import homes
from k8snetviz.views.places import zoneless
from k8snetviz.views.rows import each
from k8snetviz.views.stage import BOX, TALL, TOP, Stage
from k8snetviz.views.text import escaped, hover, plain
from k8snetviz.views.topology_plan import GroupKey

_GAP = 8
_FEW = 24  # workloads; the edges of more to their nodes are drawn finer
_ENTRY_TOLD = "<b>%{customdata[0]} %{customdata[1]}</b><br>%{customdata[2]}<br>to %{customdata[3]}<br>%{customdata[4]}"
_NODE_TOLD = "<b>%{customdata[0]} %{customdata[1]}</b><br>%{customdata[2]}<br>%{customdata[3]}"


def draw_entries(stage: Stage) -> None:
    """Draw the clients, each way in, and the edges from there to the Services; say so where none was collected."""
    canvas, theme = stage.canvas, stage.canvas.theme
    if not stage.entries:
        words = "nothing leads in" if stage.snapshot.knows(Kind.INGRESS) else "Ingresses: not collected"
        canvas.words(stage.lanes.entry.x + 2, TOP + 14, words, Words(theme.muted, 12))
        return
    lost = missing_services(stage.snapshot, stage.entries)
    notes = [f"no Service {', '.join(names)}" if names else entry.note for names, entry in zip(lost, stage.entries, strict=True)]
    boxes = _entry_boxes(stage, [TALL if note else BOX for note in notes])
    outside = Box(stage.lanes.outside.x, (boxes[0].middle + boxes[-1].middle) / 2 - BOX / 2, stage.lanes.outside.width, BOX)
    canvas.box(outside, Stroke(theme.border, 1, fill=theme.panel, level=BOXES), radius=14)
    canvas.words(outside.x + outside.width / 2, outside.middle, "clients", Words(theme.text, 12, "center"))
    for entry, names, note, box in zip(stage.entries, lost, notes, boxes, strict=True):
        _draw_way(stage, outside, box, entry)
        stage.labelled(box, entry.title, note, ServiceState.DOWN if names else entry.state)
    fields = [_entry_fields(entry, note) for entry, note in zip(stage.entries, notes, strict=True)]
    canvas.hover("Entry", boxes, fields, _ENTRY_TOLD)


def draw_places(stage: Stage) -> None:
    """Draw the nodes or zones, and from each workload an edge to those that hold its pods."""
    if not stage.places:
        words = "no node" if stage.snapshot.knows(Kind.NODE) else "Nodes: not collected"
        stage.canvas.words(stage.lanes.node.x + 2, TOP + 14, words, Words(stage.canvas.theme.muted, 12))
        return
    boxes = [stage.place_box(number) for number in range(len(stage.places))]
    for box, place in zip(boxes, stage.places, strict=True):
        stage.labelled(box, place.name, place.note, place.state, strong=True)
    _draw_homes(stage)
    fields = [[escaped(field) for field in place.fields] for place in stage.places]
    stage.canvas.hover("Node", boxes, fields, _NODE_TOLD)


def _entry_boxes(stage: Stage, heights: list[int]) -> list[Box]:
    """Return a box per entry: as near to the middle of its Services as the boxes above it leave room."""
    services, boxes, free = stage.service_boxes(), [], float(TOP)
    room = TOP + stage.area - sum(heights) - _GAP * len(heights)  # what may be left empty above the entries still to come
    for entry, height in zip(stage.entries, heights, strict=True):
        middles = [services[reference].middle for reference in entry.services if reference in services]
        wanted = sum(middles) / len(middles) - height / 2 if middles else free
        boxes.append(Box(stage.lanes.entry.x, max(free, min(wanted, room)), stage.lanes.entry.width, height))
        free = boxes[-1].y + height + _GAP
        room += height + _GAP
    return boxes


def _draw_way(stage: Stage, outside: Box, box: Box, entry: Entry) -> None:
    services = stage.service_boxes()
    stage.edge(outside, box, chosen=stage.chosen.service in entry.services)
    for reference in entry.services:
        if reference in services:
            stage.edge(box, services[reference], chosen=reference == stage.chosen.service)


def _entry_fields(entry: Entry, note: str) -> list[str]:
    targets = ", ".join(f"{namespace}/{name}" for namespace, name in entry.services) or "no Service"
    return [escaped(entry.kind), escaped(entry.name), hover(", ".join(entry.hosts)), hover(targets), hover(note)]


def _draw_homes(stage: Stage) -> None:
    numbers = {place.name: number for number, place in enumerate(stage.places)}
    members = stage.plan.members
    if stage.place == "zone":
        members = members.assign(zone=members["zone"].fillna(zoneless(stage.snapshot)).mask(members["node"].isna()))
    boxes = stage.group_boxes()
    width = 1 if len(boxes) <= _FEW else 0.5
    rest = len(stage.places) - 1 if stage.places[-1].fields[0] == "zones" else None  # it stands for those that are not drawn
    found: dict[tuple[GroupKey, int], bool] = {}
    for row in each(homes(members, stage.place)):
        number = numbers.get(plain(getattr(row, stage.place)), rest)
        if number is not None:
            edge = ((row.group_kind, row.group_namespace, row.group), number)
            found[edge] = found.get(edge, False) or bool(row.serves)
    for (key, number), serves in found.items():
        dash = SOLID if serves else DOTTED
        stage.edge(boxes[key], stage.place_box(number), chosen=key in stage.chosen.groups, dash=dash, width=width)
