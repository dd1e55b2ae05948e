"""Tables of a report: what does not serve, every Service, the mapping, what is not known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import attrgetter
from typing import Any

import pandas as pd

from k8snetviz.documents.markup import Html, folded, html, paragraph, section, state_mark, table
from k8snetviz.model.kinds import Family, ServiceState
from k8snetviz.views.rows import each
from k8snetviz.views.text import count

QUIET = (ServiceState.SERVING.value, ServiceState.EXTERNAL.value)
# Rows of a table, and bytes that it may take where its texts are long: all tables together stay far below what a mail may hold.
_BROKEN, _BROKEN_ROOM = 1_000, 400_000
_SERVICES, _SERVICES_ROOM = 5_000, 900_000
_ROWS, _ROWS_ROOM = 200, 200_000
_GAPS, _GAPS_ROOM = 200, 250_000
_COUNTED = attrgetter("type", "selected", "ready", "not_ready", "terminating", "nodes", "zones", "reason")
_OPEN = 60  # rows of a table that is not folded
_PRINTED = 300  # rows of a table that is on paper although it is folded


def broken_title(states: pd.DataFrame) -> str:
    """Return the heading over what does not serve; of some it may not be known."""
    unknown = states["state"].eq(ServiceState.UNKNOWN.value).any()
    return "What does not serve, or is not known to" if unknown else "What does not serve"


def nothing_broken(states: pd.DataFrame, *, known: bool) -> str:
    """Return what to say where no Service is broken; where not all Services were read (`known` is false) that is never "none"."""
    if states.empty:
        return "There are no Services." if known else "No Service was read: Services were not collected, or not whole."
    return "Every Service serves." if known else "Every Service that was read serves; whether there are more is not known."


def broken_section(states: pd.DataFrame, stories: Mapping[int, str], *, known: bool) -> Html:
    """Return the Services that do not serve.

    `stories` tells the anchors of those that are explained, by their place in `states`; `known` whether all Services were read.
    """
    broken = states[~states["state"].isin(QUIET)]
    title = broken_title(states)
    if broken.empty:
        return section("broken", title, paragraph(nothing_broken(states, known=known)))
    heads = ("State", "Service", "Type", "Selected", "Ready", "First reason", "In words")
    rows = (
        (state_mark(ServiceState(row.state)), _linked(row, stories), row.type, row.selected, row.ready, row.reason, row.detail)
        for row in each(broken)
    )
    made, shown = table(heads, rows, f"{title}, worst first", limit=_BROKEN, room=_BROKEN_ROOM, lead=1)
    note = "Selected counts the live pods that the selector selects, Ready the backends that serve at least one port."
    return section("broken", title, paragraph(note, "note"), made, left_out(shown, len(broken), "Service"))


def services_section(states: pd.DataFrame) -> Html:
    """Return every Service in one line, folded where they are many."""
    if states.empty:
        return Html()
    heads = ("State", "Service", "Type", "Selected", "Ready", "Not ready", "Terminating", "Nodes", "Zones", "First reason")
    rows = ((state_mark(ServiceState(row.state)), f"{row.namespace}/{row.service}", *_COUNTED(row)) for row in each(states))
    made, shown = table(heads, rows, "Services, what does not serve first", limit=_SERVICES, room=_SERVICES_ROOM, lead=1)
    body = f"{made}\n{left_out(shown, len(states), 'Service')}"
    words = count(len(states), "Service")
    return section("services", "Every Service", folded(words, body, opened=shown <= _OPEN, printed=shown <= _PRINTED))


def mapping_section(rows: pd.DataFrame, every: int) -> Html:
    """Return the first `rows` of the mapping table, of which there are `every` in all; what serves is folded, and not on paper."""
    if rows.empty:
        return Html()
    serves = rows["look"].isin(QUIET)
    left = every - len(rows)
    parts = [_mapping_table(rows[~serves], "that does not serve", opened=True), _mapping_table(rows[serves], "that serves", opened=False)]
    return section("mapping", "Service port to pods", *parts, left_out(len(rows), every, "row") if left else "")


def _mapping_table(rows: pd.DataFrame, which: str, *, opened: bool) -> Html:
    if rows.empty:
        return Html()
    heads = ("Service", "State", "Port", "Pod", "Address", "To", "Node", "First reason")
    made, shown = table(heads, _mapping(rows), f"Service port to pod, {which}", limit=_ROWS, room=_ROWS_ROOM)
    body = f"{made}\n{left_out(shown, len(rows), 'row')}"
    words = f"{count(len(rows), 'row')} {which if len(rows) == 1 else which.replace('does', 'do').replace('serves', 'serve')}"
    return folded(words, body, opened=opened and shown <= _OPEN, printed=opened)


def gaps_section(gaps: pd.DataFrame) -> Html:
    """Return what is not known; an answer that depends on it says so itself."""
    if gaps.empty:
        return section("gaps", "What is not known", paragraph("No gaps: everything that was looked for was read, and whole."))
    heads = ("Kind", "Namespace", "Why", "In words", "Source")
    rows = ((row.kind, row.namespace, row.reason, row.detail, row.source) for row in each(gaps))
    made, shown = table(heads, rows, "Gaps", limit=_GAPS, room=_GAPS_ROOM)
    note = "Whatever depends on one of these is unknown, never none. No namespace means all of them."
    body = f"{made}\n{left_out(shown, len(gaps), 'gap')}"
    return section("gaps", "What is not known", paragraph(note, "note"), folded(count(len(gaps), "gap"), body, opened=shown <= _OPEN))


def left_out(shown: int, every: int, noun: str) -> Html:
    """Return a line that counts what a table leaves out, or nothing."""
    if shown >= every:
        return Html()
    return paragraph(f"{shown:,} of {count(every, noun)} shown; {every - shown:,} more are only in the snapshot.", "left")


def port_of(row: Any) -> str:
    """Return ``http 80/TCP v6`` of a row of BACKENDS; nothing where it has no port."""
    if pd.isna(row.port):
        return ""
    name = "" if pd.isna(row.port_name) else f"{row.port_name} "
    return f"{name}{row.port}/{row.protocol}" + (" v6" if pd.notna(row.family) and row.family == Family.IPV6.value else "")


def _linked(row: Any, stories: Mapping[int, str]) -> Html:
    name = html(f"{row.namespace}/{row.service}")
    return Html(f'<a href="#{stories[row.Index]}">{name}</a>') if row.Index in stories else name


def _mapping(rows: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    for row in each(rows):
        look = state_mark(ServiceState(row.look), row.state)
        target = str(row.target_port) if pd.notna(row.target_port) else None
        yield f"{row.namespace}/{row.service}", look, port_of(row), row.pod, row.address, target, row.node, row.reason_text
