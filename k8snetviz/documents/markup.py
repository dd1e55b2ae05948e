"""Small pieces of HTML: text is escaped unless it says that it is markup, tables end where their room ends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from numbers import Integral
from typing import Any

import pandas as pd

from k8snetviz.model.kinds import GLYPHS, ServiceState
from k8snetviz.model.printable import printable

LONGEST = 400  # characters of one text: a namespace and a name fit in
MISSING = "—"  # as in the explorer: not known, or of no meaning here
_CELLS = re.compile("<(t[hd]|caption)(?=[ >])")  # of our own markup: all other text is escaped
_STATES = re.compile('<b class="[a-z]+">')
_LONG = re.compile(r"[^\s\-<>=]{21}")  # more in one piece than a narrow column can hold


class Html(str):
    """Text that is markup already; everything else is escaped."""

    __slots__ = ()


def html(value: Any, limit: int = LONGEST) -> Html:
    """Return `value` as markup: text escaped, on one line, at most `limit` characters; missing is nothing."""
    if isinstance(value, Html):
        return value
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return Html()
    shown = f"{int(value):,}" if isinstance(value, Integral) else printable(value, limit=limit)
    return Html(escape(shown, quote=True))


def state_mark(look: ServiceState, word: Any = None) -> Html:
    """Return a state as glyph, word and colour together; `word` where it is not that of the state."""
    return Html(f'<b class="{look.value}">{GLYPHS[look]} {html(look.value if word is None else word)}</b>')


def table(heads: Sequence[str], rows: Iterable[Sequence[Any]], caption: str, *, limit: int, room: int, lead: int = 0) -> tuple[Html, int]:
    """Return a table of the first rows, and how many they are: at most `limit`, in at most `room` bytes.

    Parameters
    ----------
    caption : what the table holds, for whoever hears it
    lead : number of the column that names the row
    """
    lines: list[str] = []
    for row in rows:
        line = _line(row, lead)
        room -= len(line.encode("utf-8", "replace"))
        if len(lines) == limit or room < 0:
            break
        lines.append(line)
    head = "".join(f'<th scope="col">{html(title)}</th>' for title in heads)
    return (
        Html(
            f'<div class="scroll" role="group" tabindex="0" aria-label="{html(caption)}"><table><caption>{html(caption)}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>\n{''.join(lines)}</tbody></table></div>"
        ),
        len(lines),
    )


def _line(row: Sequence[Any], lead: int) -> str:
    return f"<tr>{''.join(_cell(cell, place == lead) for place, cell in enumerate(row))}</tr>\n"


def _cell(value: Any, leads: bool) -> str:
    """Return one cell; only text that has no place to break may be broken anywhere, or every column would be crushed."""
    text = html(value) or MISSING
    kind = ' class="w"' if _LONG.search(text) else ""
    return f'<th scope="row"{kind}>{text}</th>' if leads else f"<td{kind}>{text}</td>"


def facts(pairs: Iterable[tuple[str, Any]]) -> Html:
    """Return labels with their values; a value that is not known has no line."""
    return Html(f"<dl>{''.join(f'<dt>{html(label)}</dt><dd>{text}</dd>' for label, value in pairs if (text := html(value)))}</dl>")


def folded(summary: str, body: str, *, opened: bool, printed: bool = True) -> Html:
    """Return `body` behind a line that opens and closes it without scripts; on paper it is open unless it is not `printed`."""
    kind = "" if printed else ' class="long"'
    return Html(f"<details{kind}{' open' if opened else ''}><summary>{html(summary)}</summary>\n{body}\n</details>")


def section(anchor: str, title: str, *parts: str) -> Html:
    """Return a section of the page under a heading of the second level."""
    body = "\n".join(part for part in parts if part)
    return Html(f'<section id="{anchor}" aria-labelledby="{anchor}-title">\n<h2 id="{anchor}-title">{html(title)}</h2>\n{body}\n</section>')


def paragraph(text: str, kind: str = "") -> Html:
    """Return a paragraph; `kind` is its class."""
    told = html(text, 10 * LONGEST)
    return Html(f'<p class="{kind}">{told}</p>' if kind else f"<p>{told}</p>")


def items(lines: Iterable[Any]) -> Html:
    """Return a list with a dot before each line."""
    return Html(f"<ul>{''.join(f'<li>{html(line, 10 * LONGEST)}</li>' for line in lines)}</ul>")


@dataclass(frozen=True)
class Part:
    """A part of a document: markup that needs no style sheet and no script, which reads as plain text where no markup is shown."""

    html: Html

    @property
    def text(self) -> str:
        """The words of it, a line for each paragraph, row and item."""
        reader = _Words()
        reader.feed(self.html)
        reader.close()
        return "\n".join(line for line in reader.lines if line.strip(" ·"))

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        """Return the markup for a notebook, which has no style for it, and would set every cell flush right."""
        styled = _CELLS.sub(r'<\1 style="text-align:left;vertical-align:top"', self.html)
        whole = _STATES.sub('<b style="white-space:nowrap">', styled).replace('<div class="scroll"', '<div style="overflow-x:auto"')
        return f'<div class="mathjax_ignore">{whole}</div>'


class _Words(HTMLParser):
    """Gathers the text of our own markup in lines."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = [""]
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._depth += tag == "ul"
        if tag in ("p", "tr", "li", "dt", "summary", "caption", "pre", "h3"):
            self.lines.append("  " * (self._depth - 1) + "- " if tag == "li" else "")
        elif tag in ("td", "th", "dd") and self.lines[-1]:
            self.lines[-1] += " · " if tag != "dd" else ": "
        elif tag == "br":
            self.lines[-1] += "; "

    def handle_endtag(self, tag: str) -> None:
        self._depth -= tag == "ul"
        if tag in ("p", "tr", "li", "pre", "caption", "summary"):
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        first, *more = data.split("\n")
        self.lines[-1] += first
        self.lines += [line for line in more if line]
