"""The placement: Services against nodes or zones, with the backends that serve there; what is broken first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from k8snetviz.model.kinds import Kind, ServiceState
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables import BACKENDS, SERVICE_STATES
from k8snetviz.views.blank import blank_picture
from k8snetviz.views.canvas import BOXES, DASHED, SOLID, Box, Canvas, Stroke, Words, line
from k8snetviz.views.cards import caption
from k8snetviz.views.hints import hinted_services
from k8snetviz.views.masthead import HEIGHT as MASTHEAD
from k8snetviz.views.masthead import masthead
from k8snetviz.views.picture import Picture
from k8snetviz.views.placement_plan import NOWHERE, ONE_NODE, Cell, Column, Placement, plan
from k8snetviz.views.rows import each
from k8snetviz.views.text import bold, count, cut, escaped, fit, hover, plain, width_px
from k8snetviz.views.theme import RANKS, WIDTH_PX, theme_named
from k8snetviz.views.topology_plan import states_in_words

LIMIT = 60  # Services
_ROW = 24
_LEFT, _RIGHT = (216, 264), (640, 820)  # edges of the matrix at the usual width of a picture, and of a wide one
_NARROW = 84  # a column less wide has a number for its name
_KEYS, _KEY_ROW = 3, 18  # names of numbered columns beside each other
_TOLD = "<b>%{customdata[0]}</b><br>%{customdata[1]}<br>%{customdata[2]}<br>%{customdata[3]}"
_COLUMN_TOLD = "<b>%{customdata[0]}</b><br>%{customdata[1]}<br>%{customdata[2]}"


def placement_picture(
    snapshot: Snapshot, states: pd.DataFrame, backends: pd.DataFrame, *, limit: int = LIMIT, theme: str = "light", width: int = WIDTH_PX
) -> Picture:
    """Draw where the backends of Services run: one row per Service, one column per node, or per zone of many nodes.

    Parameters
    ----------
    snapshot : what the masthead and the nodes are read from
    states : SERVICE_STATES; pass a part of it to draw a part. With no rows the figure says so.
    backends : BACKENDS; rows of Services that are not in `states` are left out
    limit : Services drawn, what is broken first, then what stands in one place only; the rest is counted
    theme : light or dark
    width : in pixels
    """
    SERVICE_STATES.check(states), BACKENDS.check(backends.head(0))  # marks are made of all rows, and know each word
    if states.empty:
        return blank_picture(snapshot, "Placement", theme, width)
    canvas = Canvas(theme_named(theme), width)
    masthead(canvas, snapshot, states)
    matrix = _Matrix(canvas, plan(snapshot, states, backends, limit), _hints(snapshot))
    bottom = matrix.draw(MASTHEAD)
    end = caption(canvas, _caption(snapshot, matrix, states), bottom + 14)
    return canvas.picture(end, f"Placement in {plain(snapshot.provenance.name)}: {_alt(matrix.plan, states)}")


@dataclass(frozen=True)
class _Matrix:
    """A plan and the canvas it is drawn on."""

    canvas: Canvas
    plan: Placement
    hints: dict[tuple[str, str], str]  # what is said of the Services that have hints

    @property
    def left(self) -> float:
        """Return the left edge of the columns."""
        return self.canvas.at(*_LEFT)

    @property
    def right(self) -> float:
        """Return their right edge."""
        return self.canvas.at(*_RIGHT)

    @property
    def note(self) -> float:
        """Return the left edge of what is said beside."""
        return self.right + 12

    @property
    def step(self) -> float:
        """Return the width of a column."""
        return (self.right - self.left) / max(3, len(self.plan.columns))

    @property
    def numbered(self) -> bool:
        """Tell whether columns are too narrow for their names."""
        return self.step < _NARROW

    def draw(self, y: float) -> float:
        """Draw everything from `y` on; return where it ends."""
        y = self._draw_head(y)
        y = self._draw_totals(y)
        for row in each(self.plan.services):
            self._draw_service(row, y)
            y += _ROW
        boxes = [
            Box(0, y - _ROW * (len(self.plan.services) - number), self.canvas.width, _ROW) for number in range(len(self.plan.services))
        ]
        self.canvas.hover("Service", boxes, [self._fields(row) for row in each(self.plan.services)], _TOLD)
        if len(self.plan.folded):
            y = self._draw_folded(y)
        return self._draw_keys(y) if self.numbered else y

    def _draw_head(self, y: float) -> float:
        """Draw the names of the columns (or their numbers), what is wrong with them, and the zones over the nodes."""
        theme, columns = self.canvas.theme, self.plan.columns
        height = 58 if not self.numbered and any(own.word for own in columns) else 44
        self.canvas.box(Box(0.5, y, self.canvas.width - 1, height), Stroke(theme.border, 1, fill=theme.panel), radius=3)
        self.canvas.words(8, y + 28, "<b>Service</b>", Words(theme.muted, 12))
        self.canvas.words(self.note, y + 28, "<b>Where it serves</b>", Words(theme.muted, 12))
        boxes = [Box(self.left + number * self.step, y, self.step, height) for number in range(len(columns))]
        for number, (box, column) in enumerate(zip(boxes, columns, strict=True)):
            middle = box.x + box.width / 2
            name = str(number + 1) if self.numbered else fit(column.name, self.step - 24, 12, strong=True)
            color = theme.text if column.state is None else theme.states[column.state]
            self.canvas.words(middle, y + 30, bold(name), Words(color, 12, "center"))
            if column.state is not None:
                self.canvas.glyph(middle - width_px(name, 12, strong=True) / 2 - 8, y + 30, column.state, 8)
            if column.word and not self.numbered:
                self.canvas.words(middle, y + 47, escaped(column.word), Words(color, 11, "center"))
        if self.plan.by_node or not self.numbered:  # else the key tells
            self._draw_zones(y)
        if not boxes:
            self.canvas.words(self.left + 8, y + 30, "no node holds a backend", Words(theme.muted, 12))
        fields = [[escaped(own.name), hover(own.note), self._total_words(own)] for own in columns]
        self.canvas.hover("Node" if self.plan.by_node else "Zone", boxes, fields, _COLUMN_TOLD)
        return y + height

    def _draw_zones(self, y: float) -> None:
        """Write over the nodes what zone they are in, over the zones how many nodes they have."""
        theme = self.canvas.theme
        start = 0
        columns = self.plan.columns
        for number, column in enumerate(columns):
            if number + 1 < len(columns) and self.plan.by_node and columns[number + 1].zone == column.zone:
                continue
            left, right = self.left + start * self.step, self.left + (number + 1) * self.step
            words = column.zone if self.plan.by_node else column.note
            self.canvas.words((left + right) / 2, y + 11, escaped(fit(words, right - left - 6, 11)), Words(theme.muted, 11, "center"))
            if start:
                self.canvas.path(line((left, y + 4), (left, y + 20)), Stroke(theme.edge, 1))
            start = number + 1

    def _draw_totals(self, y: float) -> float:
        theme = self.canvas.theme
        self.canvas.words(8, y + _ROW / 2, "Backends of all, each once", Words(theme.muted, 12))
        for number, column in enumerate(self.plan.columns):
            cell = self.plan.totals.get(column.name)
            words = "none" if cell is None else _cell_words(cell._replace(partly=0), self.step - 6)
            middle = self.left + (number + 0.5) * self.step
            self.canvas.words(middle, y + _ROW / 2, words, Words(theme.muted, 11, "center"))
        held = [self.plan.totals.get(own.name) for own in self.plan.columns if own.name != NOWHERE]
        idle = sum(cell is None or not cell.serving for cell in held)
        place = "node" if self.plan.by_node else "zone"
        words = f"{count(idle, place)} {'serves' if idle == 1 else 'serve'} nothing" if idle else ""
        self.canvas.words(self.note, y + _ROW / 2, words, Words(theme.muted, 12))
        self.canvas.path(line((0, y + _ROW), (self.canvas.width, y + _ROW)), Stroke(theme.edge, 1))
        return y + _ROW

    def _draw_service(self, row: Any, y: float) -> None:
        theme, middle, state = self.canvas.theme, y + _ROW / 2, ServiceState(row.state)
        self.canvas.glyph(14, middle, state, 9)
        name = fit(plain(f"{row.namespace}/{row.service}"), self.left - 26 - 10, 12)
        self.canvas.words(26, middle, escaped(name), Words(theme.text, 12))
        drawn = False
        for number, column in enumerate(self.plan.columns):
            cell = self.plan.cells.get((row.namespace, row.service, column.name))
            if cell is not None:
                self._draw_cell(Box(self.left + number * self.step + 2, y + 2, self.step - 4, _ROW - 4), cell)
                drawn = True
        if not drawn:
            words = f"{row.state}: {plain(row.reason)}" if pd.notna(row.reason) else f"{row.state}: no backend of its own"
            self.canvas.words(self.left + 8, middle, escaped(cut(words, self.right - self.left - 16, 12)), Words(theme.muted, 12))
        look = Words(theme.states[ServiceState.DEGRADED] if pd.notna(row.alone) else theme.muted, 12)
        hint = self.hints.get((row.namespace, row.service), "")
        where = f"{_where(row, hint)}: {plain(row.reason)}" if drawn and not row.ready and pd.notna(row.reason) else _where(row, hint)
        self.canvas.words(self.note, middle, escaped(cut(where, self.canvas.width - self.note - 6, 12)), look)
        self.canvas.path(line((0, y + _ROW), (self.canvas.width, y + _ROW)), Stroke(theme.border, 0.7))

    def _draw_cell(self, box: Box, cell: Cell) -> None:
        theme = self.canvas.theme
        whole = cell.serving == cell.counted and not cell.partly
        state = ServiceState.SERVING if whole else ServiceState.DEGRADED if cell.serving else ServiceState.DOWN
        look = Stroke(theme.states[state], 1, fill=theme.panel, dash=SOLID if cell.serving else DASHED, level=BOXES)
        self.canvas.box(box, look, radius=3)
        words = _cell_words(cell, box.width - 2)
        self.canvas.words(box.x + box.width / 2, box.middle, words, Words(theme.states[state], 11, "center"))

    def _draw_folded(self, y: float) -> float:
        folded, theme = self.plan.folded, self.canvas.theme
        words = f"{count(len(folded), 'more Service')}: {states_in_words(folded)}"
        alone = int(folded["alone"].notna().sum())
        words += f"; {alone:,} of them in one place only" if alone else ""
        self.canvas.words(26, y + _ROW / 2, escaped(cut(words, self.canvas.width - 40, 12)), Words(theme.text, 12))
        self.canvas.path(line((0, y + _ROW), (self.canvas.width, y + _ROW)), Stroke(theme.border, 0.7))
        return y + _ROW

    def _draw_keys(self, y: float) -> float:
        """Draw what the numbers of the columns stand for."""
        width = (self.canvas.width - 16) / _KEYS
        for number, column in enumerate(self.plan.columns):
            x, middle = 8 + number % _KEYS * width, y + 16 + number // _KEYS * _KEY_ROW
            words = f"{column.name}, {column.zone or column.note}"
            self.canvas.words(x + 22, middle, f"<b>{number + 1}</b>", Words(self.canvas.theme.text, 11, "right"))
            indent = 28
            if column.state is not None:
                self.canvas.glyph(x + 34, middle, column.state, 8)
                indent, words = 44, f"{column.word}: {words}" if column.word else words
            look = Words(self.canvas.theme.muted if column.state is None else self.canvas.theme.states[column.state], 11)
            self.canvas.words(x + indent, middle, escaped(fit(words, width - indent - 8, 11)), look)
        return y + 8 + -(-len(self.plan.columns) // _KEYS) * _KEY_ROW + 6

    def _total_words(self, column: Column) -> str:
        cell = self.plan.totals.get(column.name)
        return "no backends" if cell is None else f"serving: {cell.serving:,} of {count(cell.counted, 'backend')}"

    def _fields(self, row: Any) -> list[str]:
        held = [(own, self.plan.cells.get((row.namespace, row.service, own.name))) for own in self.plan.columns]
        listed = ", ".join(f"{own.name} {_cell_words(cell)}" for own, cell in held if cell is not None)
        detail = "" if pd.isna(row.detail) else row.detail
        hint = self.hints.get((row.namespace, row.service), "")
        return [escaped(f"{row.namespace}/{row.service}"), f"{row.state} · {_where(row, hint)}", hover(listed), hover(detail)]


def _cell_words(cell: Cell, width: float = WIDTH_PX) -> str:
    """Return ``3``, ``2/3``, or a share where `width` pixels do not hold the numbers; never 100% where one does not serve."""
    words = f"{cell.serving:,}" if cell.serving == cell.counted else f"{cell.serving:,}/{cell.counted:,}"
    if width_px(words, 11) > width:
        words = f"{max(1, cell.serving * 100 // cell.counted)}%" if cell.serving else "0/…"
    return words + ("*" if cell.partly else "")


def _hints(snapshot: Snapshot) -> dict[tuple[str, str], str]:
    """Return ``hints`` for the Services whose endpoints are all meant for somebody, ``hints*`` for those that ignore them."""
    told = hinted_services(snapshot)
    return {pair: "hints*" if own.zoneless and own.nodeless else "hints" for pair, own in told.items()}


def _where(row: Any, hint: str) -> str:
    """Return ``3 ready · 2 nodes · 2 zones``, or that they are all in one place; then a word on hints."""
    if pd.isna(row.ready) or row.ready == 0:
        return "" if row.state == ServiceState.EXTERNAL.value else "nowhere" if pd.notna(row.ready) else "not known"
    if pd.notna(row.alone):
        return " · ".join(filter(None, (f"{row.ready:,} ready, {row.alone}", hint)))
    places = ((row.nodes, "node"), (row.zones, "zone"))[bool(hint) :]  # with hints there is no room for both
    spread = [count(int(number), noun) for number, noun in places if pd.notna(number) and number]
    return " · ".join(filter(None, (f"{row.ready:,} ready", *spread, hint)))


def _caption(snapshot: Snapshot, matrix: _Matrix, states: pd.DataFrame) -> str:
    drawn = matrix.plan
    words = f"{len(drawn.services):,} of {count(len(states), 'Service')}" if len(drawn.folded) else count(len(states), "Service")
    broken = any(RANKS[state] < RANKS[ServiceState.SERVING.value] for state in states["state"].unique())
    words += ", what is broken first" if broken and len(states) > 1 else ""
    words += ". A cell: 3 backends, all serve; 2/3 or 66% do; 0/2 (dashed) none does; empty: none there."
    words += " *: not on every port." if any(cell.partly for cell in drawn.cells.values()) else ""
    said = {matrix.hints.get((row.namespace, row.service)) for row in each(drawn.services)}
    words += " Hints: each endpoint is meant for zones or nodes (KX-11)." if "hints" in said else ""
    words += " Hints*: an endpoint has none, so its port ignores them (KX-12)." if "hints*" in said else ""
    return words + ("" if snapshot.knows(Kind.NODE) else " Nodes: not collected.")


def _alt(drawn: Placement, states: pd.DataFrame) -> str:
    every = pd.concat([drawn.services, drawn.folded])
    one_node = int(every["alone"].eq(ONE_NODE).sum())
    one_zone = int(every["alone"].notna().sum()) - one_node
    alone = f"; backends all on one node: {one_node:,}, all in one zone: {one_zone:,}" if one_node or one_zone else ""
    place = count(drawn.known, "node" if drawn.by_node else "zone")
    return f"{count(len(states), 'Service')} on {place}, {states_in_words(states)}{alone}."
