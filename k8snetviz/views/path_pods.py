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
    rows["used"] = rows["serves"] | (_leaving(rows) & fallback)
    holders = rows.groupby("holder", sort=True).agg(used=("used", "max"), node=("node", "first")).reset_index()
    used = holders[holders["used"]].sort_values(["node", "holder"], kind="stable")["holder"].tolist()
    others = holders.loc[~holders["used"], "holder"].tolist()
    shown = [*used[:_EACH], *others[:_EACH]]
    groups = dict(list(rows[rows["holder"].isin(shown)].groupby("holder")))
    cards = [_card(str(name), groups[name]) for name in shown]
    hidden = {"in use": max(len(used) - _EACH, 0), "not in use": max(len(others) - _EACH, 0)}
    if any(hidden.values()):
        notes = tuple(Note(f"{count(number, 'pod')} {what}") for what, number in hidden.items() if number)
        cards.append(PodCard("", None, hidden["in use"] > 0, Card(f"{sum(hidden.values()):,} more", notes)))
    return cards


def _leaving(rows: pd.DataFrame) -> pd.Series[Any]:
    state = BackendState.TERMINATING.value
    return rows["observed"].eq(state) | rows["expected"].eq(state).fillna(False)


def _card(name: str, rows: pd.DataFrame) -> PodCard:
    first, used = rows.iloc[0], bool(rows["used"].any())
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
