"""The data block: everything the explorer can answer from, in a few deflated bytes that are the same for the same snapshot."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from k8snetviz.analysis.ledger import backends as ledger
from k8snetviz.analysis.references import resolve_service
from k8snetviz.analysis.states import service_states
from k8snetviz.model.printable import printable
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.views.entries import entries, missing_services
from k8snetviz.views.ledger_marks import SERVICE
from k8snetviz.views.mapping import mapping_rows
from k8snetviz.views.masthead import gaps_in_short, provenance
from k8snetviz.views.places import nodes_of
from k8snetviz.views.rows import keys
from k8snetviz.views.topology_plan import broken_first
from k8snetviz.widgets.columns import encoded
from k8snetviz.widgets.stories import stories

VERSION = 1
ROWS = 20_000
_LEVEL = 6  # of zlib: seven times faster than 9 for 1.5 % more bytes
_GAPS = 200
_TEXT = ("port_name", "protocol", "family", "pod_namespace", "pod", "workload_kind", "workload", "address", "node", "zone")
_VERDICT = ("state", "look", "reason_text", "expected", "observed", "drift", "reason", "field", "value", "rule")
_STATE_TEXT = ("namespace", "service", "type", "state", "reason", "rule", "detail", "about")
_STATE_NUMBERS = ("managed", "selected", "ready", "not_ready", "terminating", "nodes", "zones")


@dataclass(frozen=True, eq=False)
class DataBlock:
    """The deflated bytes with their name, and the tables they were made from."""

    packed: bytes
    uid: str  # hash of `packed`
    states: pd.DataFrame  # SERVICE_STATES, broken first
    backends: pd.DataFrame  # BACKENDS, whole
    rows: pd.DataFrame  # rows of the mapping table that are inside; `position` is the row of `backends`, missing where there is none
    left: int  # rows left out
    select: str | None

    @property
    def text(self) -> str:
        """Return the bytes as base64, which needs no escaping in a page."""
        return base64.b64encode(self.packed).decode("ascii")


def data_block(snap: Snapshot, select: str | None = None, *, limit: int = ROWS) -> DataBlock:
    """Return what the explorer of `snap` shows: at most `limit` rows, those that do not serve before all others.

    Raises UnknownReference where `select` is no Service of `snap`.
    """
    backends = ledger(snap).reset_index(drop=True)
    states = broken_first(service_states(snap, ledger=backends))
    chosen = None
    if select is not None:
        reference = resolve_service(snap, select)
        chosen = f"{reference.namespace}/{reference.name}"
    every = mapping_rows(snap, states, backends.assign(position=pd.array(range(len(backends)), dtype="Int64")))
    kept = _kept(every, chosen, limit)
    document = {
        "v": VERSION,
        "head": _head(snap, states, every, kept),
        "services": _services(snap, states),
        "rows": _rows(kept, states),
        "stories": stories(snap, states, backends, chosen),
        "nodes": _nodes(snap, backends),
        "entries": _entries(snap, states),
        "gaps": encoded(snap.gaps.head(_GAPS), ("kind", "namespace", "reason", "detail")),
        "select": None if chosen is None else printable(chosen),
    }
    packed = zlib.compress(json.dumps(document, separators=(",", ":")).encode("ascii"), _LEVEL)
    uid = hashlib.sha256(packed).hexdigest()[:16]
    return DataBlock(packed, uid, states, backends, kept, len(every) - len(kept), chosen)


def _kept(every: pd.DataFrame, chosen: str | None, limit: int) -> pd.DataFrame:
    """Return at most `limit` rows, in order: those of the chosen Service, then what does not serve, then the rest."""
    if len(every) <= limit:
        return every
    wanted = (every["namespace"] + "/" + every["service"]).eq(chosen or "").fillna(False).to_numpy(bool)
    order = np.argsort(~wanted, kind="stable")[:limit]
    return every.iloc[np.sort(order)].reset_index(drop=True)


def _head(snap: Snapshot, states: pd.DataFrame, every: pd.DataFrame, kept: pd.DataFrame) -> dict[str, Any]:
    broken = ~every["serves"].fillna(False)
    return {
        "name": printable(snap.provenance.name, limit=120),
        "facts": provenance(snap),
        "gaps": gaps_in_short(snap.gaps),
        "gap_count": len(snap.gaps),
        "rows": len(every),
        "left": len(every) - len(kept),
        "left_broken": int(broken.sum()) - int((~kept["serves"].fillna(False)).sum()),
    }


def _services(snap: Snapshot, states: pd.DataFrame) -> dict[str, Any]:
    about = states[SERVICE].merge(_about(snap), on=SERVICE, how="left")["about"]
    return encoded(states.assign(about=about.array, managed=states["managed"].astype("Int64")), _STATE_TEXT, _STATE_NUMBERS)


def _about(snap: Snapshot) -> pd.DataFrame:
    """Return one row per Service: what kind it is, and its addresses, in one line."""
    services = snap.services.drop_duplicates(SERVICE)
    held = snap.service_addresses.groupby(SERVICE, sort=False)["address"].agg(" ".join).rename("held").reset_index()
    found = services.merge(held, on=SERVICE, how="left")
    kind = found["type"].mask(found["headless"].fillna(False), found["type"] + " headless")
    return found.assign(about=(kind + (" " + found["held"]).fillna("") + (" CNAME " + found["external_name"]).fillna("")))


def _rows(kept: pd.DataFrame, states: pd.DataFrame) -> dict[str, Any]:
    place = {pair: number for number, pair in enumerate(keys(states, SERVICE))}
    own = [place[pair] for pair in keys(kept, SERVICE)]
    serves = kept["serves"].fillna(False).astype("Int64")
    numbered = kept.assign(serves=serves, selected=kept["selected"].astype("Int64"))
    found = encoded(numbered, (*_TEXT, *_VERDICT), ("port", "target_port", "serves", "selected"))
    found["columns"]["own"] = {"v": [here - before for before, here in pairwise((0, *own))]}  # mostly zeros, which deflate to nothing
    return found


def _nodes(snap: Snapshot, backends: pd.DataFrame) -> dict[str, Any]:
    return encoded(nodes_of(snap, backends).sort_values("node", kind="stable"), ("node", "zone", "status"))


def _entries(snap: Snapshot, states: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the ways in; a Service that does not exist stands in the note."""
    place = {pair: number for number, pair in enumerate(keys(states, SERVICE))}
    found = []
    for entry in entries(snap, states):
        lost = missing_services(snap, entry) if any(pair not in place for pair in entry.services) else ()
        note = printable(f"no Service {', '.join(lost)}" if lost else entry.note, limit=120)
        state = "down" if lost else (entry.state.value if entry.state else None)
        own = [place[pair] for pair in entry.services if pair in place]
        found.append({"title": printable(entry.title, limit=120), "note": note, "state": state, "services": own})
    return found
