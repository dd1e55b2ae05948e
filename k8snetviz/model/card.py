"""The summary card: what a snapshot is, from when, how much of what, and the gaps in sight."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from k8snetviz.model.kinds import Kind
from k8snetviz.model.printable import printable

if TYPE_CHECKING:
    from k8snetviz.model.snapshot import Provenance, Snapshot

_FIRST = (Kind.SERVICE, Kind.POD, Kind.NODE, Kind.NAMESPACE, Kind.ENDPOINT_SLICE, Kind.ENDPOINTS, Kind.INGRESS, Kind.NETWORK_POLICY)
_GAPS = 5  # listed; the rest is counted
_DETAIL = 160  # characters of a gap's detail
# No ground of its own and no colour of text: the card stands on a light page and on a dark one.
_CARD = "border:1px solid #8888;border-radius:6px;padding:8px 12px;max-width:1016px;font-size:13px;line-height:1.5"
_CHIP = "border:1px dashed #b97a1a;border-radius:6px;padding:1px 7px;white-space:nowrap"
_MUTED = "opacity:.75"


def summary_card(snap: Snapshot) -> str:
    """Return the card of `snap` as HTML: inline styles, everything from the cluster escaped, no script, no TeX."""
    source = snap.provenance
    facts = [_text(source.server_version) if source.server_version else "version not known", _window(source)]
    gaps = snap.table("gaps")
    title = f'<b style="font-size:15px">{_text(source.name)}</b>'
    chip = f'<span style="{_CHIP}">{_count(len(gaps), "gap")}</span>' if len(gaps) else f'<span style="{_MUTED}">no gaps</span>'
    lines = [
        f'<div class="mathjax_ignore k8snetviz-card" style="{_CARD}">',
        f'<div>{title} &nbsp;<span style="{_MUTED}">{" · ".join(facts)}</span> &nbsp;{chip}</div>',
        f"<div>{_counts(source.counts)}</div>",
        *_listed(gaps),
        "</div>",
    ]
    return "\n".join(lines)


def _counts(counts: Mapping[str, int]) -> str:
    order = {kind.value: number for number, kind in enumerate(_FIRST)}
    present = sorted((kind for kind in counts if counts[kind]), key=lambda kind: (order.get(kind, len(order)), kind))
    return " · ".join(_count(counts[kind], kind) for kind in present) or "nothing read"


def _listed(gaps: pd.DataFrame) -> list[str]:
    if gaps.empty:
        return []
    items = [f"<li>{_gap(row)}</li>" for row in gaps.head(_GAPS).itertuples()]
    if len(gaps) > _GAPS:
        items.append(f"<li>and {len(gaps) - _GAPS:,} more in <code>snap.gaps</code></li>")
    return [f'<div style="margin-top:4px"><b>Not known</b></div><ul style="margin:0;padding-left:20px">{"".join(items)}</ul>']


def _gap(row: Any) -> str:
    what = _text(row.kind) if pd.notna(row.kind) else "something"
    where = f" in {_text(row.namespace)}" if pd.notna(row.namespace) else ""
    return f'{what}{where} <span style="{_MUTED}">{_text(row.reason)}</span> {_text(row.detail, _DETAIL)}'


def _window(source: Provenance) -> str:
    if source.finished is None:
        return "collection time not known"
    end = f"{source.finished:%Y-%m-%d %H:%M:%S} UTC"
    if source.started is None or source.started == source.finished:
        return end
    same_day = source.started.date() == source.finished.date()
    return f"{source.started:%Y-%m-%d %H:%M:%S} – " + (f"{source.finished:%H:%M:%S} UTC" if same_day else end)


def _count(number: int, noun: str) -> str:
    plural = noun if noun == "Endpoints" else noun[:-1] + "ies" if noun.endswith("y") else noun + ("es" if noun.endswith("s") else "s")
    return f"{number:,} {_text(noun if number == 1 else plural)}"


def _text(value: str, limit: int = 120) -> str:
    return html.escape(printable(value, limit=limit))
