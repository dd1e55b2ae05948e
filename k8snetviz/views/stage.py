"""Where the marks of a topology stand: lanes, rows and boxes, the coloured path, and how a labelled box is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from k8snetviz.model.kinds import ServiceState
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.views.canvas import BOXES, SOLID, Box, Canvas, Stroke, Words, curve
from k8snetviz.views.entries import Entry, Reference
from k8snetviz.views.ledger_marks import GROUP
from k8snetviz.views.masthead import HEIGHT as MASTHEAD
from k8snetviz.views.places import Place
from k8snetviz.views.rows import each, keys
from k8snetviz.views.text import bold, cut, escaped, fit, plain
from k8snetviz.views.topology_plan import GroupKey, Plan

ROW, BOX, TALL = 36, 28, 40
_FARTHEST = 150  # from node to node
TOP = MASTHEAD + 34  # of the first row


@dataclass(frozen=True)
class Lane:
    """A column of marks."""

    title: str
    x: float
    width: float


class Lanes(NamedTuple):
    """The columns, from left to right."""

    outside: Lane
    entry: Lane
    service: Lane
    workload: Lane
    node: Lane


_LANES = (  # title; left edge and width at the usual width of a picture, then of a wide one
    ("OUTSIDE", (4, 54), (8, 66)),
    ("ENTRY", (76, 148), (104, 172)),
    ("SERVICE", (244, 220), (304, 246)),
    ("WORKLOAD AND PODS", (486, 208), (584, 250)),
    ("NODE", (716, 128), (876, 156)),
)


@dataclass(frozen=True)
class Highlight:
    """The Service whose path is coloured, in the colour of its state; nothing by default."""

    service: Reference | None = None
    state: ServiceState = ServiceState.UNKNOWN
    groups: frozenset[GroupKey] = frozenset()


def highlight(plan: Plan, select: str | None) -> Highlight:
    """Return the Highlight of the Service `select` (``namespace/name``), which `plan` draws."""
    if select is None:
        return Highlight()
    row = plan.services[(plan.services["namespace"] + "/" + plan.services["service"]).eq(select)].iloc[0]
    own = plan.links[plan.links["namespace"].eq(row["namespace"]) & plan.links["service"].eq(row["service"])]
    groups = frozenset(keys(own, GROUP))
    return Highlight((row["namespace"], row["service"]), ServiceState(row["state"]), groups)


@dataclass(frozen=True)
class Stage:
    """A plan with its marks in place, and the canvas they are drawn on."""

    canvas: Canvas
    snapshot: Snapshot
    plan: Plan
    chosen: Highlight
    entries: tuple[Entry, ...]
    places: tuple[Place, ...]
    place: str  # node or zone: what `places` are

    @cached_property
    def lanes(self) -> Lanes:
        """Return the columns at the width of the canvas."""
        at = self.canvas.at
        return Lanes(*(Lane(title, *(at(a, b) for a, b in zip(narrow, wide, strict=True))) for title, narrow, wide in _LANES))

    @property
    def area(self) -> float:
        """Return the height that the lanes share."""
        rows = self.plan.height + (1 if len(self.plan.folded) else 0)
        return max(rows * ROW, len(self.places) * (TALL + 8), len(self.entries) * (TALL + 4)) + 6.0

    def service_boxes(self) -> dict[Reference, Box]:
        """Return the box of each drawn Service."""
        lane = self.lanes.service
        return {(row.namespace, row.service): Box(lane.x, TOP + row.row * ROW, lane.width, BOX) for row in each(self.plan.services)}

    def group_boxes(self) -> dict[GroupKey, Box]:
        """Return the box of each workload."""
        lane = self.lanes.workload
        return {group.key: Box(lane.x, TOP + group.row * ROW, lane.width, BOX) for group in self.plan.groups}

    def place_box(self, number: int) -> Box:
        """Return the box of a node or zone: spread over the height, but not farther apart than they can be seen together."""
        pitch = min(self.area / len(self.places), _FARTHEST)
        return Box(self.lanes.node.x, TOP + (number + 0.5) * pitch - TALL / 2 - 3, self.lanes.node.width, TALL)

    def edge(self, source: Box, target: Box, *, chosen: bool, dash: str = SOLID, width: float = 1) -> None:
        """Draw a quiet edge, or one in the colour of the chosen path."""
        theme = self.canvas.theme
        look = Stroke(theme.states[self.chosen.state], 2, dash=dash) if chosen else Stroke(theme.edge, width, dash=dash)
        self.canvas.path(curve(source.right, source.middle, target.x, target.middle), look)

    def labelled(self, box: Box, title: str, note: str, state: ServiceState | None, *, strong: bool = False) -> None:
        """Draw a box with a title and, under it, a note in the colour of its state."""
        canvas, theme = self.canvas, self.canvas.theme
        color = theme.border if state is None else theme.states[state]
        canvas.box(box, Stroke(color, 1, fill=theme.panel, level=BOXES))
        text = fit(plain(title), box.width - 14, 12, strong=strong)
        y = box.middle if not note else box.y + 13
        canvas.words(box.x + 10, y, bold(text) if strong else escaped(text), Words(theme.text, 12))
        if not note:
            return
        indent = 0
        if state is not None:
            canvas.glyph(box.x + 14, box.y + 28, state, 8)
            indent = 14
        look = Words(theme.muted if state is None else color, 11)
        canvas.words(box.x + 10 + indent, box.y + 28, escaped(cut(note, box.width - 14 - indent, 11)), look)
