"""The containers of one pod as cards in a grid, with their declared ports; colliding ones first, numbered and joined."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import pairwise
from typing import Any

import pandas as pd

from k8snetviz.model.kinds import ContainerRole, ServiceState
from k8snetviz.views.canvas import BOXES, MARKS, Box, Canvas, Stroke, Words, line
from k8snetviz.views.text import bold, count, cut, escaped, fit, plain, width_px

_GAP, _MOST, _PORTS = 14, 9, 6  # between cards, at most; ports in a card
_NARROW = 170  # pixels: no card is less wide
_HEAD, _CHIP, _STEP = 46, 22, 28
_ROLES = {
    ContainerRole.APP.value: "container",
    ContainerRole.SIDECAR.value: "sidecar, runs beside (CP-4)",
    ContainerRole.INIT.value: "init, runs before (CP-4)",
    ContainerRole.EPHEMERAL.value: "ephemeral, no ports (CP-4)",
}
_TOLD = "<b>%{customdata[0]}</b><br>%{customdata[1]}<br>%{customdata[2]}<br>%{customdata[3]}"
Groups = dict[tuple[str, str], int]  # number of a collision by what collides and its value


def clash_numbers(clashes: pd.DataFrame) -> Groups:
    """Return the number of each collision, in the order of the table."""
    pairs = clashes[["clash", "value"]].drop_duplicates().itertuples(index=False, name=None)
    return {(str(clash), str(value)): number for number, (clash, value) in enumerate(pairs, start=1)}


def draw_containers(canvas: Canvas, containers: pd.DataFrame, ports: pd.DataFrame, clashes: pd.DataFrame, area: Box) -> float:
    """Draw the containers into the width of `area`, from its upper edge on; return where they end."""
    order = {role: place for place, role in enumerate(_ROLES)}
    ranked = containers.assign(rank=containers["role"].map(order)).sort_values(["rank", "position", "container"], kind="stable")
    shown: list[Any] = list(ranked.head(_MOST).itertuples())
    lists = [_ports_of(each, ports, clashes) for each in shown]
    columns = max(min(len(shown), int((area.width + _GAP) // (_NARROW + _GAP))), 2)
    width = (area.width - _GAP * (columns - 1)) / columns
    chips: dict[tuple[str, int], list[Box]] = {}
    cards, top = [], area.y
    for start in range(0, len(shown), columns):
        row = lists[start : start + columns]
        height = _HEAD + _STEP * max(1, *(min(len(each), _PORTS) + (len(each) > _PORTS) for each in row)) + 4
        for column, own in enumerate(row):
            box = Box(area.x + column * (width + _GAP), top, width, height)
            cards.append(box)
            _draw_card(canvas, shown[start + column], own, box, chips)
        _join(canvas, cards[start:], chips)
        top += height + _GAP
    fields = [[escaped(each.container), escaped(_ROLES[each.role]), _told(own), ""] for each, own in zip(shown, lists, strict=True)]
    canvas.hover("Container", cards, fields, _TOLD)
    if len(ranked) > _MOST:
        kinds = ranked.iloc[_MOST:]["role"].value_counts().sort_index()
        words = f"and {count(len(ranked) - _MOST, 'more container')}: " + ", ".join(f"{number} {role}" for role, number in kinds.items())
        canvas.words(area.x, top + 2, words, Words(canvas.theme.text, 12))
        top += 24
    return top


def _ports_of(container: Any, ports: pd.DataFrame, clashes: pd.DataFrame) -> list[dict[Hashable, Any]]:
    """Return the ports of a container with the numbers of their collisions, colliding ones first."""
    numbers = clash_numbers(clashes)
    own = ports[ports["container"].eq(container.container)].to_dict("records")
    mine = clashes[clashes["container"].eq(container.container)].to_dict("records")
    for port in own:
        same = [row for row in mine if (row["port"], row["protocol"]) == (port["port"], port["protocol"])]
        port["numbers"] = sorted({numbers[row["clash"], row["value"]] for row in same if _meant(row, port)})
    return sorted(own, key=lambda port: (not port["numbers"], port["port"], port["protocol"]))


def _meant(clash: dict[Hashable, Any], port: dict[Hashable, Any]) -> bool:
    return bool(clash["clash"] != "port-name" or (pd.notna(port["port_name"]) and clash["value"] == port["port_name"]))


def _draw_card(canvas: Canvas, container: Any, ports: list[dict[Hashable, Any]], box: Box, chips: dict[tuple[str, int], list[Box]]) -> None:
    theme = canvas.theme
    canvas.box(box, Stroke(theme.border, 1, fill=theme.ground, level=BOXES))
    name = bold(fit(plain(container.container), box.width - 20, 12, strong=True))
    canvas.words(box.x + 10, box.y + 14, name, Words(theme.text, 12))
    canvas.words(box.x + 10, box.y + 31, escaped(cut(_ROLES[container.role], box.width - 18, 11)), Words(theme.muted, 11))
    for place, port in enumerate(ports[:_PORTS]):
        chip = Box(box.x + 8, box.y + _HEAD + place * _STEP, box.width - 16, _CHIP)
        _draw_port(canvas, port, chip)
        for number in port["numbers"]:
            chips.setdefault((container.container, number), []).append(chip)
    if len(ports) > _PORTS:
        words = f"and {count(len(ports) - _PORTS, 'more port')}"
        canvas.words(box.x + 12, box.y + _HEAD + _PORTS * _STEP + 8, words, Words(theme.muted, 11))
    elif not ports:
        canvas.words(box.x + 10, box.y + _HEAD + 6, "declares no port", Words(theme.muted, 11))


def _draw_port(canvas: Canvas, port: dict[Hashable, Any], chip: Box) -> None:
    theme, numbers = canvas.theme, port["numbers"]
    color = theme.states[ServiceState.DOWN] if numbers else theme.edge
    canvas.box(chip, Stroke(color, 1.5 if numbers else 1, fill=theme.panel, level=MARKS))
    room = chip.width - 12
    if numbers:
        mark = ",".join(str(number) for number in numbers)
        canvas.words(chip.right - 6, chip.middle, mark, Words(color, 11, "right"))
        canvas.glyph(chip.right - 12 - width_px(mark, 11), chip.middle, ServiceState.DOWN, 7)
        room -= 20 + width_px(mark, 11)
    number = f"{port['port']}/{plain(port['protocol'])}" + (
        "" if pd.isna(port["host_port"]) or port["host_port"] == port["port"] else f" host {port['host_port']}"
    )
    name = "" if pd.isna(port["port_name"]) else fit(plain(port["port_name"]), max(room - width_px(number, 11) - 4, 24), 12)
    canvas.words(chip.x + 6, chip.middle, escaped(name), Words(theme.text, 12))
    after = width_px(name, 12) + 4 if name else 0
    canvas.words(chip.x + 6 + after, chip.middle, escaped(cut(number, room - after, 11)), Words(theme.muted, 11))


def _join(canvas: Canvas, cards: list[Box], chips: dict[tuple[str, int], list[Box]]) -> None:
    """Join colliding ports of cards that stand side by side; the others are joined by their number."""
    look = Stroke(canvas.theme.states[ServiceState.DOWN], 1.5, level=MARKS)
    for number in sorted({key[1] for key in chips}):
        boxes = [box for key, found in chips.items() if key[1] == number for box in found]
        for left, right in pairwise(cards):
            here = [box for box in boxes if left.x < box.x < left.right and left.y < box.y < left.y + left.height]
            there = [box for box in boxes if right.x < box.x < right.right and right.y < box.y < right.y + right.height]
            if here and there:
                middle = (left.right + right.x) / 2
                a, b = here[0], there[0]
                canvas.path(line((a.right, a.middle), (middle, a.middle), (middle, b.middle), (b.x, b.middle)), look)


def _told(ports: list[dict[Hashable, Any]]) -> str:
    listed = [
        f"{'' if pd.isna(port['port_name']) else plain(port['port_name']) + ' '}{port['port']}/{plain(port['protocol'])}" for port in ports
    ]
    return escaped(", ".join(listed[:20]) or "declares no port")
