"""The pods at the end of a service path: what serves and what does not, both in sight, the rest counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from k8snetviz.model.kinds import BackendState, Drift, ServiceState
from k8snetviz.views.canvas import DASHED
from k8snetviz.views.cards import Card, Note
from k8snetviz.views.path_doors import listing
from k8snetviz.views.text import count, plain
from k8snetviz.views.theme import LOOKS_LIKE

_EACH = 6  # pods drawn of those in use, and of the others
_ASTRAY = (Drift.STALE.value, Drift.FOREIGN.value)


@dataclass(frozen=True)
class PodCard:
    """A pod, or an address that no pod holds; or several counted ones."""

    name: str
    node: str | None
    used: bool  # traffic reaches it
    card: Card


def pod_cards(backends: pd.DataFrame, *, fallback: bool) -> list[PodCard]:
    """Return the cards of the backends of one Service: those in use in the order of their nodes, then the others.

    With `fallback`, terminating ones that still serve are in use (KX-13, KX-14).
    """
    rows = backends.assign(holder=backends["pod_namespace"] + "/" + backends["pod"])
    rows["holder"] = rows["holder"].fillna(rows["address"]).fillna("an address that is not known")
    cards = [_card(str(name), mine, fallback=fallback) for name, mine in rows.groupby("holder", sort=True)]
    used = sorted((card for card in cards if card.used), key=lambda card: (card.node or "", card.name))
    others = [card for card in cards if not card.used]
    shown = [*used[:_EACH], *others[:_EACH]]
    hidden = [*used[_EACH:], *others[_EACH:]]
    if hidden:
        words = tuple(
            Note(f"{count(number, 'pod')} {what}") for what, number in ((w, sum(c.used is u for c in hidden)) for u, w in _REST) if number
        )
        shown.append(PodCard("", None, any(card.used for card in hidden), Card(f"{len(hidden):,} more", words)))
    return shown


_REST = ((True, "in use"), (False, "not in use"))


def _card(name: str, rows: pd.DataFrame, *, fallback: bool) -> PodCard:
    first = rows.iloc[0]
    leaving = rows["observed"].eq(BackendState.TERMINATING.value) | rows["expected"].eq(BackendState.TERMINATING.value).fillna(False)
    used = bool(rows["serves"].any()) or (fallback and bool(leaving.any()))
    word, why, state = _word(rows)
    notes = [*_addresses(rows), Note(word, state), *([Note(why)] if why else [])]
    title = plain(first["pod"]) if pd.notna(first["pod"]) else name
    dash = "solid" if used else DASHED
    told = listing([plain(each) for each in rows["reason"].dropna().drop_duplicates()])
    return PodCard(name, None if pd.isna(first["node"]) else str(first["node"]), used, Card(title, tuple(notes), state, dash, told))


def _addresses(rows: pd.DataFrame) -> list[Note]:
    notes = []
    for address, mine in rows.groupby("address", sort=True):
        ports = [f"{port}" for port in mine["target_port"].dropna().drop_duplicates()]
        notes.append(Note(f"{plain(address)} : {listing(ports)}" if ports else plain(address)))
    return notes[:2] or [Note("no address")]


def _word(rows: pd.DataFrame) -> tuple[str, str, ServiceState]:
    """Return the state of a backend in words, the first reason where it does not serve, and how it looks."""
    serving = int(rows["serves"].sum())
    if serving == len(rows):
        return "ready", "", ServiceState.SERVING
    bad: Any = rows[~rows["serves"]].iloc[0]
    why = " ".join(plain(part) for part in (bad["reason"], bad["value"]) if pd.notna(part))
    rule = f" ({bad['rule']})" if pd.notna(bad["rule"]) else ""
    if serving:
        return f"in part{rule}", why or f"drift {bad['drift']}", ServiceState.DEGRADED
    if bad["drift"] in _ASTRAY:
        return f"{bad['drift']}{rule}", why, ServiceState.DOWN
    told = bad["observed"] if pd.isna(bad["expected"]) or bad["expected"] == BackendState.UNKNOWN.value else bad["expected"]
    if told == BackendState.READY.value:
        return "ready, not in use (EP-47)", f"drift {bad['drift']}", ServiceState.DOWN
    return f"{told}{rule}", why, LOOKS_LIKE[BackendState(told)]
