"""The mapping table: Service port to pods, state, address, target port and first reason, what is broken first."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from k8snetviz.model.kinds import BackendState, Drift, Family, Reason, ServiceState
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables import BACKENDS, SERVICE_STATES
from k8snetviz.views.blank import blank_picture
from k8snetviz.views.canvas import Box, Canvas, Stroke, Words, line
from k8snetviz.views.cards import caption
from k8snetviz.views.ledger_marks import SERVICE, places_of
from k8snetviz.views.masthead import HEIGHT as MASTHEAD
from k8snetviz.views.masthead import masthead
from k8snetviz.views.picture import Picture
from k8snetviz.views.rows import each
from k8snetviz.views.text import MISSING, count, cut, escaped, fit, hover, plain
from k8snetviz.views.theme import LOOKS_LIKE, RANKS, WIDTH_PX, theme_named
from k8snetviz.views.topology_plan import broken_first

LIMIT = 60  # rows
_ROW, _HEAD = 24, 30
_COLUMNS = (  # title; left edge at the usual width of a picture, and of a wide one
    ("State", 8, 8),
    ("Service", 96, 106),
    ("Port", 226, 262),
    ("Pod", 348, 400),
    ("Address", 492, 588),
    ("To", 608, 724),
    ("First reason", 656, 776),
)
_DRIFTS = {Drift.PORT.value: "other port", Drift.READINESS.value: "differs"}  # the others are words already
_FINE = [ServiceState.SERVING.value, ServiceState.EXTERNAL.value]
_TOLD = (
    "<b>%{customdata[0]}</b> %{customdata[1]}<br>%{customdata[2]} %{customdata[3]}<br>%{customdata[4]}<br>"
    "expected %{customdata[5]}, observed %{customdata[6]}, drift %{customdata[7]}<br>%{customdata[8]}"
)


def mapping_picture(
    snapshot: Snapshot, states: pd.DataFrame, backends: pd.DataFrame, *, limit: int = LIMIT, theme: str = "light", width: int = WIDTH_PX
) -> Picture:
    """Draw one row per Service port, family and candidate; a Service without any has one row of its own.

    Parameters
    ----------
    snapshot : what the masthead and ExternalName targets are read from
    states : SERVICE_STATES; pass a part of it to draw a part. With no rows the figure says so.
    backends : BACKENDS; rows of Services that are not in `states` are left out
    limit : rows drawn, what does not serve first; the rest is counted
    theme : light or dark
    width : in pixels
    """
    SERVICE_STATES.check(states), BACKENDS.check(backends.head(0))  # the rows that are drawn are checked whole
    if states.empty:
        return blank_picture(snapshot, "Mapping table", theme, width)
    part = _first_rows(states, backends, limit)
    shown = mapping_rows(snapshot, part.states, BACKENDS.check(part.backends)).head(limit)
    canvas = Canvas(theme_named(theme), width)
    masthead(canvas, snapshot, states)
    _draw_head(canvas)
    for number, row in enumerate(each(shown)):
        _draw_row(canvas, row, MASTHEAD + _HEAD + number * _ROW)
    _hover(canvas, shown)
    bottom = MASTHEAD + _HEAD + len(shown) * _ROW
    words = _caption(part, shown)
    return canvas.picture(caption(canvas, words, bottom + 14), f"Mapping table of {plain(snapshot.provenance.name)}: {words}")


class _Part(NamedTuple):
    """What the first rows of the table are made of, and how many rows there are in all."""

    states: pd.DataFrame
    backends: pd.DataFrame
    rows: int
    broken: int  # of them, those that do not serve


def _first_rows(states: pd.DataFrame, backends: pd.DataFrame, limit: int) -> _Part:
    """Return the Services and the rows of BACKENDS that the first `limit` rows come from: others need no words."""
    ranked = broken_first(states)
    place = places_of(backends, ranked)
    serves = backends["serves"].to_numpy(bool)
    rows = [np.flatnonzero((place >= 0) & (serves == wanted)) for wanted in (False, True)]
    bare = np.bincount(place[place >= 0], minlength=len(ranked)) == 0
    fine = ranked["state"].isin(_FINE).to_numpy(bool)
    counts = [np.bincount(place[rows[at]], minlength=len(ranked)) + (bare & (fine == bool(at))) for at in (0, 1)]
    taken, services, room = [], np.zeros(len(ranked), dtype=bool), limit
    for own, count_of in zip(rows, counts, strict=True):
        before = np.cumsum(count_of) - count_of
        wanted = (count_of > 0) & (before < room)
        services |= wanted
        taken.append(own[wanted[place[own]]])
        room -= int(count_of.sum())
    chosen = np.sort(np.concatenate(taken))
    return _Part(ranked[services], backends.take(chosen), int(sum(each.sum() for each in counts)), int(counts[0].sum()))


def mapping_rows(snapshot: Snapshot, states: pd.DataFrame, backends: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the mapping table: `state` in a word, `look` (a Service state), and what to print.

    Rows that do not serve come first; then by state of the Service, by name, port, state of the row, pod.
    """
    ranked = broken_first(states)
    order = ranked[SERVICE].assign(place=range(len(ranked)))
    rows = backends.merge(order, on=SERVICE)
    rows = rows.assign(state=_word(rows), reason_text=_reason(rows))
    rows = rows.assign(look=_look(rows), target=rows["target_port"].astype("string").fillna(MISSING))
    bare = ranked.merge(rows[SERVICE].drop_duplicates().assign(has=True), on=SERVICE, how="left")
    bare = bare[bare["has"].isna()].drop(columns="has").merge(order, on=SERVICE)
    empty = BACKENDS.empty().reindex(range(len(bare)))
    names = snapshot.table("services").drop_duplicates(SERVICE)[[*SERVICE, "external_name"]]
    targets = bare[SERVICE].merge(names, on=SERVICE, how="left")["external_name"]
    alone = empty.assign(
        namespace=bare["namespace"].array,
        service=bare["service"].array,
        place=bare["place"].array,
        state=bare["state"].array,
        look=bare["state"].array,
        reason_text=("CNAME " + targets).fillna(bare["reason"].reset_index(drop=True)).fillna("").array,
        target=MISSING,
        serves=bare["state"].isin(_FINE).array,
    )
    found = pd.concat([rows, alone], ignore_index=True).astype({"serves": "boolean"})
    found["order"] = found["look"].map(RANKS)
    by = ["serves", "place", "port", "protocol", "port_name", "order", "pod_namespace", "pod", "family", "address"]
    return found.sort_values(by, kind="stable", ignore_index=True, na_position="first")


def _word(rows: pd.DataFrame) -> pd.Series[str]:
    """Return the state of each ledger row in one word: ready, the drift, else the expected state, else the observed one."""
    expected = rows["expected"].mask(rows["expected"].eq(BackendState.UNKNOWN.value))
    told = expected.fillna(rows["observed"])
    drift = rows["drift"].mask(rows["drift"].isin([Drift.NONE.value, Drift.UNKNOWN.value]))
    ready_but = told.eq(BackendState.READY.value)  # only a drift keeps such a row from serving
    told = told.mask(ready_but & drift.notna(), drift.replace(_DRIFTS)).mask(drift.isin([Drift.FOREIGN.value, Drift.STALE.value]), drift)
    told = told.replace({BackendState.TERMINATING_NOT_SERVING.value: BackendState.TERMINATING.value})
    return told.mask(rows["serves"].astype("boolean"), BackendState.READY.value)


def _look(rows: pd.DataFrame) -> pd.Series[str]:
    looks = {state.value: look.value for state, look in LOOKS_LIKE.items()}
    looks |= {_DRIFTS.get(drift.value, drift.value): ServiceState.DOWN.value for drift in Drift if drift not in (Drift.NONE, Drift.UNKNOWN)}
    looked = rows["state"].map(looks).astype("string")
    leaving = rows["reason"].isin([Reason.TERMINAL_PHASE.value, Reason.TERMINATING.value])  # done or on its way out, not broken
    astray = rows["drift"].isin([Drift.STALE.value, Drift.FOREIGN.value])
    return looked.mask(leaving & ~astray, ServiceState.EMPTY.value)


def _reason(rows: pd.DataFrame) -> pd.Series[str]:
    told = rows["reason"].str.cat(rows["value"].fillna(""), sep=" ").str.strip()
    drift = "DRIFT_" + rows["drift"].str.upper()
    quiet = rows["drift"].isin([Drift.NONE.value, Drift.UNKNOWN.value])
    return told.fillna(drift.mask(quiet)).mask(rows["serves"].astype("boolean")).fillna("")


def _draw_head(canvas: Canvas) -> None:
    theme = canvas.theme
    canvas.box(Box(0.5, MASTHEAD, canvas.width - 1, _HEAD - 4), Stroke(theme.border, 1, fill=theme.panel), radius=3)
    for (title, _, _), x in zip(_COLUMNS, _edges(canvas), strict=False):
        canvas.words(x, MASTHEAD + _HEAD / 2 - 2, f"<b>{title}</b>", Words(theme.muted, 12))


def _draw_row(canvas: Canvas, row: Any, top: float) -> None:
    theme, y = canvas.theme, top + _ROW / 2
    look = ServiceState(row.look)
    canvas.glyph(13, y, look, 9)
    canvas.words(26, y, escaped(cut(plain(row.state), _edges(canvas)[1] - 30, 12)), Words(theme.states[look], 12))
    for (x, right), words in zip(pairwise(_edges(canvas)[1:]), _cells(row), strict=True):
        shorten = cut if right == canvas.width else fit  # of a name the end tells as much as the start
        canvas.words(x, y, escaped(shorten(words, right - x - 10, 12)), Words(theme.text, 12))
    canvas.path(line((0, top + _ROW), (canvas.width, top + _ROW)), Stroke(theme.border, 0.7))


def _edges(canvas: Canvas) -> list[float]:
    """Return the left edge of each column, and the right one of the last."""
    return [*(canvas.at(narrow, wide) for _, narrow, wide in _COLUMNS), canvas.width]


def _cells(row: Any) -> tuple[str, ...]:
    service = plain(f"{row.namespace}/{row.service}")
    return service, _port(row), plain(row.pod), plain(row.address), row.target, plain(row.reason_text)


def _port(row: Any) -> str:
    name, port, protocol, family = row.port_name, row.port, row.protocol, row.family
    if pd.isna(port):
        return MISSING
    words = f"{port}/{plain(protocol)}" if pd.isna(name) else f"{plain(name)} {port}/{plain(protocol)}"
    return words + (" v6" if pd.notna(family) and family == Family.IPV6.value else "")


def _hover(canvas: Canvas, rows: pd.DataFrame) -> None:
    boxes = [Box(0, MASTHEAD + _HEAD + number * _ROW, canvas.width, _ROW) for number in range(len(rows))]
    fields = [
        [
            escaped(f"{row.namespace}/{row.service}"),
            escaped(_port(row)),
            escaped(plain(row.pod)),
            escaped(plain(row.address)),
            hover(" · ".join(plain(part) for part in (row.node, row.zone) if pd.notna(part)) or "no node"),
            plain(row.expected),
            plain(row.observed),
            plain(row.drift),
            hover(" · ".join(plain(part) for part in (row.reason_text, row.field, row.rule) if pd.notna(part))),
        ]
        for row in each(rows)
    ]
    canvas.hover("Mapping", boxes, fields, _TOLD)


def _caption(part: _Part, shown: pd.DataFrame) -> str:
    words = f"{len(shown):,} of {count(part.rows, 'row')}" if len(shown) < part.rows else count(part.rows, "row")
    words += f", what does not serve first ({part.broken:,})" if part.broken else ", all of which serve" if part.rows > 1 else ""
    if len(shown) < part.rows:
        lost = part.broken - int((~shown["serves"].fillna(False)).sum())
        served = part.rows - len(shown) - lost
        words += f"; left out: {lost:,} that do not serve, {served:,} that do" if part.broken else f"; left out: {served:,}"
    return words + "."
