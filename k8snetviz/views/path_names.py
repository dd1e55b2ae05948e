"""Service paths that are names only: a headless Service with its per-pod names, an ExternalName with its chain."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pandas as pd

from k8snetviz.model.kinds import ServiceState
from k8snetviz.views.canvas import DASHED, SOLID, Box, Canvas, Stroke, Words, curve, line
from k8snetviz.views.cards import Card, Note, arrow, draw_cards, stacked
from k8snetviz.views.path_pods import PodCard, pod_cards
from k8snetviz.views.text import count, plain

_CLIENT, _NAME, _OWN, _PODS = (  # left edge and width at the usual width of a picture, then of a wide one
    ((4, 8), (104, 118)),
    ((128, 164), (214, 262)),
    ((362, 452), (266, 324)),
    ((648, 820), (196, 212)),
)
_HEADLESS = ("CLIENT", "NAME IT ASKS FOR", "NAME OF ITS OWN", "PODS, REACHED DIRECTLY")
_CHAIN = ("CLIENT", "NAME IT ASKS FOR", "WHAT THE ALIAS NAMES", "")
_MOST = 4  # names of a chain, answers of one name


def draw_names(
    canvas: Canvas, row: Any, backends: pd.DataFrame, names: pd.DataFrame, *, top: float, known: bool
) -> tuple[float, list[str]]:
    """Draw what DNS answers for a Service without address; return where it ends, and the sentences under it.

    ``known=False``: whether there are endpoints is not known.
    """
    titles = _HEADLESS if row.headless else _CHAIN
    for title, lane in zip(titles, (_CLIENT, _NAME, _OWN, _PODS), strict=True):
        canvas.words(canvas.at(*lane[0]) + 2, top - 16, title, Words(canvas.theme.muted, 11))
    if row.headless:
        return _draw_headless(canvas, row, (backends, names), top, known=known)
    return _draw_chain(canvas, names, top)


def _client(canvas: Canvas, target: Box) -> None:
    card = Card("a pod", (Note("in the cluster"),))
    box = Box(canvas.at(*_CLIENT[0]), target.middle - card.height / 2, canvas.at(*_CLIENT[1]), card.height)
    draw_cards(canvas, "Client", [card], [box])
    canvas.path(line((box.right, box.middle), (target.x, target.middle)), Stroke(canvas.theme.edge, 1.5))
    arrow(canvas, target.x, target.middle, canvas.theme.edge)


def _draw_headless(
    canvas: Canvas, row: Any, tables: tuple[pd.DataFrame, pd.DataFrame], top: float, *, known: bool
) -> tuple[float, list[str]]:
    backends, names = tables
    published, known = names[names["published"].fillna(False)], known and not names["published"].isna().any()
    card = _answer_card(row, published, unknown=not known)
    pods = pod_cards(backends, fallback=False)
    pod_boxes = stacked([pod.card for pod in pods], canvas.at(*_PODS[0]), top, canvas.at(*_PODS[1]))
    draw_cards(canvas, "Pod", [pod.card for pod in pods], pod_boxes)
    drawn = [(_own_card(pod, names), pod, box) for pod, box in zip(pods, pod_boxes, strict=True)]
    name_box = Box(canvas.at(*_NAME[0]), top, canvas.at(*_NAME[1]), card.height)
    own_boxes = [Box(canvas.at(*_OWN[0]), box.middle - own.height / 2, canvas.at(*_OWN[1]), own.height) for own, _, box in drawn]
    for (own, _, box), at in zip(drawn, own_boxes, strict=True):
        dash = DASHED if own.dash == DASHED else SOLID
        color = canvas.theme.edge if own.dash == DASHED else canvas.theme.states[ServiceState.SERVING]
        canvas.path(curve(name_box.right, name_box.middle, at.x, at.middle), Stroke(color, 1.5, dash=dash))
        canvas.path(line((at.right, at.middle), (box.x, box.middle)), Stroke(color, 1.5, dash=dash))
        arrow(canvas, at.x, at.middle, color)
        arrow(canvas, box.x, box.middle, color)
    draw_cards(canvas, "Name", [card, *(own for own, _, _ in drawn)], [name_box, *own_boxes])
    _client(canvas, name_box)
    ends = [box.y + box.height for box in (name_box, *pod_boxes)]
    return max(ends), _headless_words(row, published, known=known)


def _answer_card(row: Any, published: pd.DataFrame, *, unknown: bool) -> Card:
    name = f"{row.service}.{row.namespace}.svc"
    if published.empty and unknown:
        return Card(name, (Note("answers are not known", ServiceState.UNKNOWN),), ServiceState.UNKNOWN, DASHED)
    if published.empty:
        return Card(name, (Note("no answer: NXDOMAIN (DN-5)", ServiceState.DOWN),), ServiceState.DOWN, DASHED)
    notes = [Note(f"{plain(each.record)} {plain(each.answer)}") for each in published.head(_MOST).itertuples()]
    if len(published) > _MOST:
        notes.append(Note(f"and {count(len(published) - _MOST, 'more address')}"))
    return Card(name, (*notes, Note("those that are ready (DN-4)", ServiceState.SERVING)))


def _own_card(pod: PodCard, names: pd.DataFrame) -> Card:
    """Return the card of the name that one pod has for itself."""
    if not pod.name:
        return Card("more names", (Note("not drawn"),), dash=DASHED)
    holder = (names["pod_namespace"] + "/" + names["pod"]).fillna(names["answer"])
    mine = names[holder.eq(pod.name).fillna(False)]
    if mine.empty:
        return Card("no record", (Note("no address, or not in the slices (DN-4)"),), dash=DASHED)
    first = mine.iloc[0]
    host = first["host_name"]
    title = "no stable name" if pd.isna(host) else str(host).removesuffix(".cluster.local")
    why = "the DNS server makes one up (DN-6)" if pd.isna(host) else "hostname of the pod (DN-6, EP-25)"
    if mine["published"].fillna(False).any():
        return Card(title, (Note(why),))
    lost = mine["published"].isna().any()
    note = (
        Note("whether it is published is not known", ServiceState.UNKNOWN) if lost else Note("not ready: no record", ServiceState.DEGRADED)
    )
    return Card(title, (Note(why), note), note.state, DASHED)


def _headless_words(row: Any, published: pd.DataFrame, *, known: bool) -> list[str]:
    said = ["No proxy and no address in between: the client picks an answer, and the source address stays (DN-4, KX-1, KX-58)."]
    if published.empty:
        none = "No endpoint is ready, so the name does not resolve (DN-5)."
        said = [none if known else "Whether the name resolves is not known: what would tell was not collected, or not whole (SN-26)."]
    if row.publish_not_ready:
        said.append("publishNotReadyAddresses: pods have their names before they are ready (DN-17).")
    if pd.notna(row.second_family):
        kinds = {"A": int(published["record"].eq("A").sum()), "AAAA": int(published["record"].eq("AAAA").sum())}
        said.append("Dual stack: " + ", ".join(f"{count(number, 'address')} as {record}" for record, number in kinds.items()) + " (DN-4).")
    return [*said, "The zone is not collected; usually it is cluster.local."]


def _draw_chain(canvas: Canvas, names: pd.DataFrame, top: float) -> tuple[float, list[str]]:
    steps = [rows for _, rows in names.groupby("step", sort=True)]
    cards = [_step_card(rows) for rows in steps[:_MOST]]
    if len(steps) > _MOST:
        cards.append(Card(f"{len(steps) - _MOST} more names", dash=DASHED))
    boxes = [
        Box(canvas.at(*_NAME[0]), top, canvas.at(*_NAME[1]), cards[0].height),
        *stacked(cards[1:], canvas.at(*_OWN[0]), top, canvas.width - 8 - canvas.at(*_OWN[0])),
    ]
    draw_cards(canvas, "Name", cards, boxes)
    _client(canvas, boxes[0])
    color = canvas.theme.states[ServiceState.EXTERNAL]
    for before, box in pairwise(boxes):
        first = before is boxes[0]
        x, y = (before.right, before.middle) if first else (before.x + 20, before.y + before.height)
        data = curve(x, y, box.x, box.middle) if first else line((x, y), (x, box.y))
        canvas.path(data, Stroke(color, 1.5, dash=DASHED))
        if first:
            arrow(canvas, box.x, box.middle, color)
    last: Any = names.sort_values("step", kind="stable").iloc[-1]
    rule = f" ({plain(last['rule'])})" if pd.notna(last["rule"]) else ""
    said = [f"The chain ends with {plain(last['name'])}: {plain(last['detail'])}{rule}."]
    if names["published"].eq(True).fillna(False).any():
        said.append(
            "An alias in DNS only: no proxy and no port mapping; the client's host name will not match a certificate there (DN-10)."
        )
    return max(box.y + box.height for box in boxes), said


def _step_card(rows: pd.DataFrame) -> Card:
    first: Any = rows.iloc[0]
    answers = [f"{plain(each.record)} {plain(each.answer)}" for each in rows[rows["answer"].notna()].itertuples()]
    notes = [Note(text) for text in answers[:_MOST]] + ([Note(f"and {len(answers) - _MOST} more")] if len(answers) > _MOST else [])
    rule = f" ({plain(first['rule'])})" if pd.notna(first["rule"]) else ""
    given = first["published"]
    state = ServiceState.UNKNOWN if pd.isna(given) else ServiceState.EXTERNAL if given else ServiceState.DOWN
    title = str(first["name"]).removesuffix(".cluster.local")
    return Card(title, (*notes, Note(plain(first["detail"]) + rule, state)), state, SOLID if state is ServiceState.EXTERNAL else DASHED)
