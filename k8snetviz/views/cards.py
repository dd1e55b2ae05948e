"""Cards: boxes with a title and lines, stacked in lanes; and sentences under a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from k8snetviz.model.kinds import ServiceState
from k8snetviz.views.canvas import BOXES, SOLID, Box, Canvas, Stroke, Words
from k8snetviz.views.text import bold, cut, escaped, fit, plain, width_px

GAP = 14
_HEAD, _LINE = 25, 16
_ARROW = 6


@dataclass(frozen=True)
class Note:
    """A line of a card; with a state it has its glyph and colour."""

    words: str
    state: ServiceState | None = None


@dataclass(frozen=True)
class Card:
    """What a box says. A card with a state has a border in its colour; the notes say it in words."""

    title: str
    notes: tuple[Note, ...] = ()
    state: ServiceState | None = None
    dash: str = SOLID
    told: str = ""  # what the mouse is told beside

    @property
    def height(self) -> float:
        """Return how high it is drawn."""
        return _HEAD + _LINE * len(self.notes) + (2 if self.notes else 0)


def stacked(cards: Sequence[Card], x: float, top: float, width: float) -> list[Box]:
    """Return a box per card, one under the other."""
    boxes: list[Box] = []
    for card in cards:
        boxes.append(Box(x, top, width, card.height))
        top += card.height + GAP
    return boxes


def bottom(boxes: Sequence[Box], otherwise: float) -> float:
    """Return the lower edge of the last box."""
    return boxes[-1].y + boxes[-1].height if boxes else otherwise


def draw_cards(canvas: Canvas, name: str, cards: Sequence[Card], boxes: Sequence[Box]) -> None:
    """Draw the cards into their boxes; `name` is that of the hover trace."""
    for card, box in zip(cards, boxes, strict=True):
        _draw(canvas, card, box)
    fields = [[escaped(card.title), "<br>".join(escaped(note.words) for note in card.notes), escaped(card.told)] for card in cards]
    canvas.hover(name, boxes, fields, "<b>%{customdata[0]}</b><br>%{customdata[1]}<br>%{customdata[2]}")


def _draw(canvas: Canvas, card: Card, box: Box) -> None:
    theme = canvas.theme
    color = theme.border if card.state is None else theme.states[card.state]
    canvas.box(box, Stroke(color, 1, fill=theme.panel, dash=card.dash, level=BOXES))
    canvas.words(box.x + 10, box.y + 14, bold(fit(plain(card.title), box.width - 20, 12, strong=True)), Words(theme.text, 12))
    for number, note in enumerate(card.notes):
        y, indent = box.y + _HEAD + 6 + number * _LINE, 0
        if note.state is not None:
            canvas.glyph(box.x + 14, y, note.state, 8)
            indent = 14
        look = Words(theme.muted if note.state is None else theme.states[note.state], 11)
        canvas.words(box.x + 10 + indent, y, escaped(cut(plain(note.words), box.width - 18 - indent, 11)), look)


def arrow(canvas: Canvas, x: float, y: float, color: str) -> None:
    """Draw the head of an arrow that points to the right at a point."""
    head = f"M{x:g},{y:g}L{x - _ARROW:g},{y - _ARROW / 2:g}L{x - _ARROW:g},{y + _ARROW / 2:g}Z"
    canvas.path(head, Stroke(color, 1, fill=color, level=BOXES))


def sentences(canvas: Canvas, lines: Sequence[str], y: float) -> float:
    """Write sentences, broken where they are too long, from `y` on; return where they end."""
    for text in lines:
        for part in wrapped(plain(text), canvas.width - 16, 12):
            canvas.words(8, y, escaped(part), Words(canvas.theme.muted, 12))
            y += 18
    return y


def caption(canvas: Canvas, text: str, y: float) -> float:
    """Write what is said under a picture from `y` on; return the height of the picture."""
    return sentences(canvas, [text], y) - 4


def wrapped(text: str, width: float, size: float) -> list[str]:
    """Return `text` in lines of `width` pixels, broken between words; a longer word is shortened."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_px(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(fit(word, width, size))
    return lines
