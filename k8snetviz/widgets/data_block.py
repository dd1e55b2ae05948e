"""The data block: everything the explorer can answer from, in a few deflated bytes that are the same for the same snapshot."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import pandas as pd

from k8snetviz.analysis.columns import flags, plain, texts
from k8snetviz.analysis.gap_sentences import unknown_of
from k8snetviz.analysis.ledger import backends as ledger
from k8snetviz.analysis.references import resolve_service
from k8snetviz.analysis.states import service_states
from k8snetviz.model.printable import printable
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.views.entries import entries, missing_services
from k8snetviz.views.ledger_marks import SERVICE
from k8snetviz.views.masthead import gaps_in_short, no_services, provenance
from k8snetviz.views.places import nodes_of, zoneless
from k8snetviz.views.rows import keys
from k8snetviz.views.topology_plan import broken_first
from k8snetviz.widgets.columns import encoded
from k8snetviz.widgets.page_rows import PageRows, page_rows
from k8snetviz.widgets.stories import LIMIT as STORIES
from k8snetviz.widgets.stories import stories

VERSION = 1
ROWS = 20_000
_LEVEL = 6  # of zlib: seven times faster than 9 for 1.5 % more bytes, which small blocks spare all the same
_SMALL = 300_000  # bytes before deflating
_GAPS = 200
_TEXT = ("port_name", "protocol", "family", "pod_namespace", "pod", "workload_kind", "workload", "address", "node", "zone")
_VERDICT = ("state", "look", "reason_text", "expected", "observed", "drift", "reason", "field", "value", "rule")
_STATE_TEXT = ("namespace", "service", "type", "state", "reason", "rule", "detail", "about", "unknown")
_STATE_NUMBERS = ("managed", "selected", "ready", "nodes", "left")


@dataclass(frozen=True, eq=False)
class DataBlock:
    """The deflated bytes with their name, and the tables they were made from."""

    packed: bytes
    uid: str  # hash of `packed`
    states: pd.DataFrame  # SERVICE_STATES, broken first
    backends: pd.DataFrame  # BACKENDS, whole
    rows: pd.DataFrame  # rows of the page; `position` is the row of `backends`, missing where there is none
    left: int  # rows left out
    select: str | None
    entries: list[list[int]]  # per way in, the places of its Services in `states`

    @property
    def text(self) -> str:
        """Return the bytes as base64, which needs no escaping in a page."""
        return base64.b64encode(self.packed).decode("ascii")


def data_block(
    snap: Snapshot, select: str | None = None, *, limit: int = ROWS, also: Sequence[int] = (), first: str | None = None, told: int = STORIES
) -> DataBlock:
    """Return what the explorer of `snap` shows.

    Parameters
    ----------
    limit : rows at most, those that do not serve before all others
    also : places in the ledger of `snap`; these rows come before others, as those of `select` do
    first : a Service such as ``shop/cart`` whose story is told in any case
    told : stories at most, of what is broken first; the page tells others from their rows

    Raises
    ------
    UnknownReference : `select` is no Service of `snap`.
    """
    chosen = None
    if select is not None:
        reference = resolve_service(snap, select)
        chosen = f"{reference.namespace}/{reference.name}"
    made = document_of(snap, chosen, limit=limit, also=also, first=first, told=told)
    data, uid = packed(made.document)
    inside = made.inside
    entries = [entry["services"] for entry in made.document["entries"]]
    return DataBlock(data, uid, made.states, made.backends, inside.rows, inside.total - len(inside.rows), chosen, entries)


class Told(NamedTuple):
    """What one snapshot tells, before it is packed, and the tables that it was made from."""

    document: dict[str, Any]
    states: pd.DataFrame
    backends: pd.DataFrame
    inside: PageRows


def document_of(
    snap: Snapshot, chosen: str | None, *, limit: int = ROWS, also: Sequence[int] = (), first: str | None = None, told: int = STORIES
) -> Told:
    """Return the block of `snap` as plain lists; `chosen` is a Service of it such as ``shop/cart``."""
    backends = ledger(snap).reset_index(drop=True)
    states = broken_first(service_states(snap))
    inside = page_rows(snap, states, backends, chosen, limit, also)
    document = {
        "v": VERSION,
        "head": _head(snap, inside),
        "services": _services(snap, states, inside),
        "rows": _rows(inside.rows, states),
        "stories": stories(snap, states, backends, chosen or first, told),
        "nodes": _nodes(snap, backends),
        "entries": _entries(snap, states),
        "gaps": encoded(snap.gaps.head(_GAPS), ("kind", "namespace", "reason", "detail")),
        "select": None if chosen is None else printable(chosen),
    }
    return Told(document, states, backends, inside)


def packed(document: dict[str, Any]) -> tuple[bytes, str]:
    """Return the deflated bytes of `document`, and the name that their content gives them."""
    said = json.dumps(document, separators=(",", ":")).encode("ascii")
    data = zlib.compress(said, 9 if len(said) < _SMALL else _LEVEL)
    return data, hashlib.sha256(data).hexdigest()[:16]


def _head(snap: Snapshot, inside: PageRows) -> dict[str, Any]:
    return {
        "name": printable(snap.provenance.name, limit=120),
        "facts": provenance(snap),
        "gaps": gaps_in_short(snap.gaps),
        "gap_count": len(snap.gaps),
        "rows": inside.total,
        "left": inside.total - len(inside.rows),
        "left_broken": inside.left_broken,
        "zoneless": zoneless(snap),
        "none": no_services(snap),
    }


def _services(snap: Snapshot, states: pd.DataFrame, inside: PageRows) -> dict[str, Any]:
    told = states.assign(
        about=pd.array(_about(snap, states), dtype="string"),
        unknown=pd.array(unknown_of(snap, states), dtype="string"),
        managed=states["managed"].astype("Int64"),
        left=inside.left,
    )
    return encoded(told, _STATE_TEXT, _STATE_NUMBERS)


def _about(snap: Snapshot, states: pd.DataFrame) -> list[str]:
    """Return per Service what kind it is, and its addresses, in one line."""
    held: dict[Any, list[str]] = {}
    for *pair, address in keys(snap.service_addresses, [*SERVICE, "address"]):
        held.setdefault(tuple(pair), []).append(address)
    services = snap.services
    headless, named = flags(services["headless"]), texts(services["external_name"])
    found: dict[Any, str] = {}
    for pair, kind, no_address, name in zip(keys(services, SERVICE), texts(services["type"]), headless, named, strict=True):
        words = [f"{kind} headless" if no_address else kind, *held.get(pair, ()), *(() if name is None else ("CNAME", name))]
        found.setdefault(pair, " ".join(words))
    return [found[pair] for pair in keys(states, SERVICE)]


def _rows(kept: pd.DataFrame, states: pd.DataFrame) -> dict[str, Any]:
    place = {pair: number for number, pair in enumerate(keys(states, SERVICE))}
    own = [place[pair] for pair in keys(kept, SERVICE)]
    serves = kept["serves"].fillna(False).astype("Int64")
    numbered = kept.assign(serves=serves, selected=kept["selected"].astype("Int64"))
    found = encoded(numbered, (*_TEXT, *_VERDICT), ("port", "target_port", "serves", "selected"))
    found["columns"]["own"] = {"v": [here - before for before, here in pairwise((0, *own))]}  # mostly zeros, which deflate to nothing
    return found


def _nodes(snap: Snapshot, backends: pd.DataFrame) -> dict[str, Any]:
    """Return the Nodes, and those that only backends name; of each the first backend tells its zone."""
    first = ~pd.Index(plain(backends["node"])).duplicated()
    return encoded(nodes_of(snap, backends[first]).sort_values("node", kind="stable"), ("node", "zone", "status"))


def _entries(snap: Snapshot, states: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the ways in; a Service that does not exist stands in the note."""
    place = {pair: number for number, pair in enumerate(keys(states, SERVICE))}
    ways, found = entries(snap, states), []
    for entry, lost in zip(ways, missing_services(snap, ways), strict=True):
        note = printable(f"no Service {', '.join(lost)}" if lost else entry.note, limit=120)
        state = "down" if lost else (entry.state.value if entry.state else None)
        own = [place[pair] for pair in entry.services if pair in place]
        found.append({"title": printable(entry.title, limit=120), "note": note, "state": state, "services": own})
    return found
