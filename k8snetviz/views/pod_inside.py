"""Inside a pod: its containers in the one network namespace they share, what leads there, and where two ports collide."""

from __future__ import annotations

from typing import Any

import pandas as pd

from k8snetviz.model.kinds import BackendState, Kind, ServiceState
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables import BACKENDS, PORT_CLASHES
from k8snetviz.views.canvas import BOXES, EDGES, Box, Canvas, Stroke, Words, line
from k8snetviz.views.cards import GAP, Card, Note, draw_cards, sentences, stacked, wrapped
from k8snetviz.views.heading import HEIGHT, heading
from k8snetviz.views.picture import Picture
from k8snetviz.views.pod_containers import clash_numbers, draw_containers
from k8snetviz.views.text import bold, count, cut, escaped, fit, plain, width_px
from k8snetviz.views.theme import LOOKS_LIKE, WIDTH_PX, theme_named

_LEFT, _INSIDE, _RIGHT = (  # left edge and width, each at the usual width of a picture and of a wide one
    ((4, 8), (118, 150)),
    ((142, 180), (478, 600)),
    ((640, 804), (204, 228)),
)
_TOP = HEIGHT + 14
_SERVICES, _HOST_PORTS, _SHOWN = 5, 4, 4  # lines; the last of interfaces


def pod_inside_picture(
    snapshot: Snapshot, pod: pd.DataFrame, backends: pd.DataFrame, clashes: pd.DataFrame, *, theme: str = "light", width: int = WIDTH_PX
) -> Picture:
    """Draw one pod from inside.

    Parameters
    ----------
    snapshot : what containers, ports, addresses and gaps are read from
    pod : the row of PODS
    backends : BACKENDS; rows of other pods are left out
    clashes : PORT_CLASHES of the pod
    theme : light or dark
    width : in pixels
    """
    BACKENDS.check(backends), PORT_CLASHES.check(clashes)
    row: Any = next(pod.itertuples())
    containers, ports = _own(snapshot, "containers", row), _own(snapshot, "container_ports", row)
    canvas = Canvas(theme_named(theme), width)
    name = plain(f"{row.namespace}/{row.pod}")
    note, state = _note(row, containers), _state(row)
    heading(canvas, snapshot, (f"inside pod {name}", note), state)
    end = _draw_namespace(canvas, snapshot, row, (containers, ports, clashes))
    ways = backends[backends["pod_namespace"].eq(row.namespace).fillna(False) & backends["pod"].eq(row.pod).fillna(False)]
    end = max(end, _draw_sides(canvas, snapshot, row, ways, ports))
    end = sentences(canvas, _said(row, containers, clashes), end + 20)
    collisions = count(len(clash_numbers(clashes)), "collision")
    alt = f"Inside pod {name}: {note}, {count(len(ports), 'declared port')}, {collisions} of ports, {state[1]}."
    return canvas.picture(end + 2, plain(alt))


def _own(snapshot: Snapshot, table: str, row: Any) -> pd.DataFrame:
    return snapshot.of_pod(table, row.namespace, row.pod)


def _note(row: Any, containers: pd.DataFrame) -> str:
    phase = "phase not known" if pd.isna(row.phase) else plain(row.phase)
    where = "not on a node" if pd.isna(row.node) else f"on {plain(row.node)}"
    if row.template:
        phase, where = "template of a workload", "no pod was collected"
    words = {"app": "container", "sidecar": "sidecar", "init": "init container", "ephemeral": "ephemeral container"}
    counts = containers["role"].value_counts()
    listed = [count(int(counts[role]), word) for role, word in words.items() if role in counts.index]
    return f"{phase}, {where} · " + (", ".join(listed) or "containers not known")


def _state(row: Any) -> tuple[ServiceState, str]:
    cause = f": {plain(row.cause)}" if pd.notna(row.cause) else ""
    if row.template:
        return ServiceState.UNKNOWN, "not observed: a template stands for its pods (SN-12)"
    if pd.notna(row.phase) and row.phase in ("Succeeded", "Failed"):
        return (ServiceState.EMPTY, "finished") if row.phase == "Succeeded" else (ServiceState.DOWN, f"failed{cause}")
    if pd.notna(row.deleted):
        return ServiceState.DEGRADED, "terminating"
    if pd.isna(row.ready):
        return ServiceState.UNKNOWN, "readiness is not known"
    return (ServiceState.SERVING, "ready") if row.ready else (ServiceState.DEGRADED, f"not ready{cause}")


def _draw_namespace(canvas: Canvas, snapshot: Snapshot, row: Any, parts: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]) -> float:
    theme = canvas.theme
    x, width = (canvas.at(*each) for each in _INSIDE)
    room = width - 32
    title = f"network namespace of node {plain(row.node)}" if row.host_network else f"network namespace of pod {plain(row.pod)}"
    canvas.words(x + 16, _TOP + 18, bold(fit(title, room, 12, strong=True)), Words(theme.text, 12))
    y: float = _TOP + 37
    for words in (_addresses(snapshot, row), *_interfaces(_own(snapshot, "pod_interfaces", row))):
        canvas.words(x + 16, y, escaped(cut(words, room, 11)), Words(theme.muted, 11))
        y += 18
    y += 1
    if row.host_network:
        canvas.words(x + 16, y, escaped("shared with the node and every host-network pod there (NM-8)"), Words(theme.text, 11))
        y += 22
    if parts[0].empty:
        canvas.words(x + 16, y + 8, "containers: not in what was collected", Words(theme.muted, 12))
        y += 30
    else:
        y = draw_containers(canvas, *parts, Box(x + 16, y, room, 0))
    y = _clash_lines(canvas, parts[2], Box(x + 16, y + 6, room, 0))
    canvas.path(line((x + 16, y + 4), (x + width - 16, y + 4)), Stroke(theme.edge, 1.5, level=BOXES))
    words = "localhost: every running container reaches every port here (NM-1)"
    canvas.words(x + width / 2, y + 20, words, Words(theme.muted, 11, "center"))
    bottom = y + 36
    canvas.box(Box(x, _TOP, width, bottom - _TOP), Stroke(theme.edge, 1.5, fill=theme.panel, level=EDGES), radius=10)
    return bottom


def _addresses(snapshot: Snapshot, row: Any) -> str:
    listed = [plain(each) for each in _own(snapshot, "pod_addresses", row)["address"]]
    if not listed and pd.notna(row.address):
        listed = [plain(row.address)]
    if not listed:
        return "no address: a template has none" if row.template else "no address yet (NM-10)"
    return f"shared by all containers: {', '.join(listed)}"


def _interfaces(told: pd.DataFrame) -> list[str]:
    """Return a line per interface where the CNI plugin tells them, with addresses where there are several interfaces."""
    groups = [rows for _, rows in told.groupby("position", sort=True)]
    lines = [_interface(rows, addressed=len(groups) > 1) for rows in groups[:_SHOWN]]
    return [*lines, f"and {count(len(groups) - _SHOWN, 'more interface')}"] if len(groups) > _SHOWN else lines


def _interface(rows: pd.DataFrame, *, addressed: bool) -> str:
    first: Any = next(rows.itertuples())
    words = ["interface without a name" if pd.isna(first.interface) else plain(first.interface)]
    words += [", ".join(plain(each) for each in rows["address"].dropna()) or "no address"] if addressed else []
    words += [f"MAC {plain(first.mac)}"] if pd.notna(first.mac) else []
    return " · ".join(words + ["cluster network"] * bool(first.default and addressed))


def _clash_lines(canvas: Canvas, clashes: pd.DataFrame, area: Box) -> float:
    """Write what collides, by number; return where the lines end."""
    color, y = canvas.theme.states[ServiceState.DOWN], area.y
    groups = clash_numbers(clashes)
    for number, rows in zip(list(groups.values())[:6], _grouped(clashes), strict=False):
        first = rows.iloc[0]
        canvas.glyph(area.x + 5, y, ServiceState.DOWN, 8)
        words = f"{number}: {plain(first['detail'])} ({first['rule']})"
        for part in wrapped(words, area.width - 16, 12):
            canvas.words(area.x + 16, y, escaped(part), Words(color, 12))
            y += 18
    if len(groups) > 6:
        canvas.words(area.x + 16, y, f"and {count(len(groups) - 6, 'more collision')}", Words(color, 12))
        y += 20
    return y


def _grouped(clashes: pd.DataFrame) -> list[pd.DataFrame]:
    return [rows for _, rows in clashes.groupby(["clash", "value"], sort=False)]


def _draw_sides(canvas: Canvas, snapshot: Snapshot, row: Any, ways: pd.DataFrame, ports: pd.DataFrame) -> float:
    node = "not scheduled" if pd.isna(row.node) else plain(row.node)
    left = [Card("other pods", (Note("no NAT (NM-2)"),)), Card("kubelet", (Note(node), Note("reaches it (NM-3)")))]
    right = [_services(snapshot, row, ways), _host_ports(row, ports)]
    edge = Stroke(canvas.theme.edge, 1.5)
    x, width = (canvas.at(*each) for each in _INSIDE)
    ends = []
    for name, cards, lane in (("Outside", left, _LEFT), ("Leads here", right, _RIGHT)):
        boxes = stacked(cards, canvas.at(*lane[0]), _TOP + GAP, canvas.at(*lane[1]))
        draw_cards(canvas, name, cards, boxes)
        ends.append(boxes[-1].y + boxes[-1].height)
        for box in boxes:
            near = ((box.right, box.middle), (x, box.middle)) if lane is _LEFT else ((x + width, box.middle), (box.x, box.middle))
            canvas.path(line(*near), edge)
    return max(ends)


def _services(snapshot: Snapshot, row: Any, ways: pd.DataFrame) -> Card:
    """Return the card of the Services that have the pod among their candidates, one line per port."""
    rows = ways.drop_duplicates(["namespace", "service", "port", "protocol", "port_name"])
    if rows.empty:
        known = snapshot.knows(Kind.SERVICE, row.namespace)
        words = "none leads here" if known else "not, or not wholly, read"
        return Card("Services", (Note(words, None if known else ServiceState.UNKNOWN),))
    notes = [_service_note(each) for each in rows.head(_SERVICES).itertuples()]
    notes += [Note(f"and {count(len(rows) - _SERVICES, 'more port')}")] if len(rows) > _SERVICES else []
    return Card("Services that lead here", tuple(notes))


def _service_note(way: Any) -> Note:
    port = "" if pd.isna(way.port) else f" {way.port}"
    ports = port + ("" if pd.isna(way.target_port) or (pd.notna(way.port) and way.target_port == way.port) else f" → {way.target_port}")
    if way.serves:
        return Note(_short(way.service, ports), ServiceState.SERVING)
    told = way.observed if pd.isna(way.expected) else way.expected
    word = plain(way.reason) if pd.notna(way.reason) else f"drift {way.drift}" if told == BackendState.READY.value else told
    look = ServiceState.DOWN if told == BackendState.READY.value else LOOKS_LIKE[BackendState(told)]
    return Note(_short(way.service, f"{ports} {word}"), look)


def _short(service: str, rest: str) -> str:
    """Return the name of a Service and what is to be said of it; a long name makes room for that."""
    return fit(plain(service), max(_RIGHT[1][0] - 34 - width_px(rest, 11), 50), 11) + rest


def _host_ports(row: Any, ports: pd.DataFrame) -> Card:
    taken = ports[ports["host_port"].notna()]
    if taken.empty:
        return Card("host ports", (Note("none declared"),))
    if row.host_network:
        return Card("host ports", (Note("each port is one of the node"), Note("(host network, CP-7)")))
    listed = [f"{each.host_port}/{plain(each.protocol)} → {each.port}" for each in taken.itertuples()]
    more = [Note(f"and {len(listed) - _HOST_PORTS} more")] if len(listed) > _HOST_PORTS else []
    return Card("host ports (CP-8)", (*(Note(text) for text in listed[:_HOST_PORTS]), *more))


def _said(row: Any, containers: pd.DataFrame, clashes: pd.DataFrame) -> list[str]:
    said = []
    if clashes["clash"].eq("port").any():
        said.append("A port that two containers declare is accepted with a warning; the second one that listens cannot bind (CP-5).")
    if row.host_network:
        said.append("Host network: the pod has the addresses of its node; what it listens on is open on the node (NM-8).")
    if containers["role"].eq("init").any():
        said.append("Init containers run one by one before the others, so their ports collide with none (CP-4).")
    said.append("Declaring a port opens nothing, and leaving it out closes nothing (CP-2).")
    said.append("Not drawn: states of containers and probes. What really listens the API does not tell.")
    return said
