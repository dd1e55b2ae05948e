"""The edges of a service path: from addresses to nodes, from nodes to pods; and the places that they join."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from k8snetviz.model.kinds import ServiceState
from k8snetviz.model.tables.paths import Path, PathOutcome
from k8snetviz.views.canvas import DASHED, SOLID, Box, Canvas, Stroke, curve, line
from k8snetviz.views.cards import Card, arrow
from k8snetviz.views.path_doors import Door
from k8snetviz.views.path_nodes import NodeCard, Verdict
from k8snetviz.views.path_pods import PodCard

_BRACKET = (606, 776)  # at the usual width of a picture, and of a wide one: the line that gathers the pods which any node may choose
_APART = 5  # edges of one node above the middle of a pod, those of any node below


@dataclass(frozen=True)
class Placed:
    """Everything on the picture of a Service with an address, in its place."""

    doors: list[tuple[Door, Box]]
    cluster: tuple[Card, Box]
    nodes: list[tuple[NodeCard, Box]]
    home: tuple[Card, Box, Verdict] | None  # the client's own node, where all nodes do the same for their pods
    pods: list[tuple[PodCard, Box]]

    @property
    def bottom(self) -> float:
        """Return where the lanes end."""
        boxes = [box for _, box in (*self.doors, *self.nodes, *self.pods)] + [self.cluster[1], *([self.home[1]] if self.home else [])]
        return max(box.y + box.height for box in boxes)


def draw_to_nodes(canvas: Canvas, placed: Placed) -> None:
    """Draw from each address to each node: dashed in the colour of trouble where the node does not deliver."""
    for door, box in placed.doors:
        if door.dash is not None:
            for node, target in placed.nodes:
                if Path.EXTERNAL in node.verdicts:
                    _edge(canvas, box, target, node.verdicts[Path.EXTERNAL], door.dash)
    if placed.home is not None:
        _edge(canvas, placed.cluster[1], placed.home[1], placed.home[2], SOLID)
        return
    for node, target in placed.nodes:
        if Path.INTERNAL in node.verdicts:
            _edge(canvas, placed.cluster[1], target, node.verdicts[Path.INTERNAL], SOLID)


def _edge(canvas: Canvas, source: Box, target: Box, told: Verdict, dash: str) -> None:
    good = told.outcome is PathOutcome.DELIVERED
    color = canvas.theme.states[told.state]
    canvas.path(
        curve(source.right, source.middle, target.x, target.middle), Stroke(color, 1.5 if good else 1, dash=dash if good else DASHED)
    )
    arrow(canvas, target.x, target.middle, color)


def draw_to_pods(canvas: Canvas, placed: Placed, paths: pd.DataFrame) -> None:
    """Draw from nodes to their own pods where a policy is Local, else to the bracket that gathers all pods in use."""
    color = canvas.theme.states[ServiceState.SERVING]
    used = [(pod, box) for pod, box in placed.pods if pod.used]
    gathers = False
    policy = dict(zip(paths["path"], paths["policy"], strict=True))
    for node, source in placed.nodes:
        good = [path for path, told in node.verdicts.items() if told.delivers]
        if any(policy[path] == "Local" for path in good):
            for box in _pods_of(node, used):
                canvas.path(curve(source.right, source.middle, box.x, box.middle - _APART), Stroke(color, 1.5))
                arrow(canvas, box.x, box.middle - _APART, color)
        if any(policy[path] == "Cluster" for path in good):
            gathers = True
            canvas.path(line((source.right, source.middle), (canvas.at(*_BRACKET), source.middle)), Stroke(color, 1.5))
    if placed.home is not None and placed.home[2].delivers:
        gathers = True
        canvas.path(line((placed.home[1].right, placed.home[1].middle), (canvas.at(*_BRACKET), placed.home[1].middle)), Stroke(color, 1.5))
    if gathers and used:
        _draw_bracket(canvas, placed, [box for _, box in used], policy)


def _pods_of(node: NodeCard, used: list[tuple[PodCard, Box]]) -> list[Box]:
    """Return the boxes of the pods on a node; that of the counted ones where none of them is drawn."""
    own = [box for pod, box in used if pod.node == node.node]
    return own or [box for pod, box in used if not pod.name]


def _draw_bracket(canvas: Canvas, placed: Placed, pods: list[Box], policy: dict[str, str]) -> None:
    color = canvas.theme.states[ServiceState.SERVING]
    ends = [box.middle + _APART for box in pods]
    if policy.get(Path.EXTERNAL.value) == "Cluster":
        ends += [box.middle for node, box in placed.nodes if Path.EXTERNAL in node.verdicts and node.verdicts[Path.EXTERNAL].delivers]
    if placed.home is not None and placed.home[2].delivers:
        ends.append(placed.home[1].middle)
    canvas.path(line((canvas.at(*_BRACKET), min(ends)), (canvas.at(*_BRACKET), max(ends))), Stroke(color, 1.5))
    for box in pods:
        canvas.path(line((canvas.at(*_BRACKET), box.middle + _APART), (box.x, box.middle + _APART)), Stroke(color, 1.5))
        arrow(canvas, box.x, box.middle + _APART, color)
