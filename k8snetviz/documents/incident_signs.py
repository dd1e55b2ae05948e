"""What happened in the time window of a review, and which Services it concerns: Events, restarts, pods that stopped being ready."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from k8snetviz.analysis.ledger import backends
from k8snetviz.documents.markup import Html, Part, paragraph, table
from k8snetviz.documents.window import stamp
from k8snetviz.model.kinds import Kind, Reason
from k8snetviz.model.printable import printable
from k8snetviz.views.rows import each
from k8snetviz.views.text import count

if TYPE_CHECKING:
    from k8snetviz.documents.incident import Incident

Pair = tuple[str, str]
_ROWS, _ROOM = 120, 250_000  # rows of the table, and its bytes
_NAMED = 3  # Services named in one cell
_ROUTINE = (
    "Scheduled",
    "Pulling",
    "Pulled",
    "Created",
    "Started",
    "SuccessfulCreate",
    "SuccessfulDelete",
)  # Normal Events that follow others


class Sign(NamedTuple):
    """Something that carries a time, and the Services that it concerns."""

    time: datetime
    object: str  # Deployment shop/orders
    what: str  # ScalingReplicaSet: Scaled up ...
    times: int | None
    services: tuple[Pair, ...]
    routine: bool = False  # what comes with every pod, and says nothing of its own


def signs(review: Incident) -> list[Sign]:
    """Return what happened in the window of `review`, in the order of time, each once."""
    found = [*_events(review), *_restarts(review), *_not_ready(review)]
    inside = (sign for sign in found if not (review.since and sign.time < review.since) and not (review.until and sign.time > review.until))
    return sorted(inside, key=lambda sign: (sign.time, sign.object, sign.what))


def first_signs(review: Incident) -> dict[Pair, Sign]:
    """Return the first sign of each Service."""
    found: dict[Pair, Sign] = {}
    for sign in (sign for sign in review.signs if not sign.routine):
        for pair in sign.services:
            found.setdefault(pair, sign)
    return found


def _events(review: Incident) -> Iterator[Sign]:
    """Yield Events; one that was first seen before the window and goes on in it has its last time."""
    events = review.history.events
    parts = ["namespace", "kind", "name", "reason", "message", "first", "last", "component"]
    merged: dict[tuple[Any, ...], tuple[Any, list[Pair]]] = {}
    for row in each(events):
        key = tuple(None if pd.isna(part := getattr(row, name)) else part for name in parts)
        _, pairs = merged.setdefault(key, (row, []))
        pairs += [(row.namespace, row.service)] if pd.notna(row.service) else []
    for row, pairs in merged.values():
        time = row.last if review.since and pd.notna(row.first) and row.first < review.since else row.first
        time = row.last if pd.isna(time) else time
        if pd.notna(time):
            words = ": ".join(str(part) for part in (row.reason, row.message) if pd.notna(part)) or "an Event"
            space = "" if row.kind == Kind.NODE.value or pd.isna(row.namespace) else f"{row.namespace}/"
            kind = "" if pd.isna(row.kind) else f"{row.kind} "
            routine = row.type == "Normal" and row.reason in _ROUTINE
            named = f"{kind}{space}{'' if pd.isna(row.name) else row.name}"
            yield Sign(time, named, words, _number(row.count), tuple(sorted(set(pairs))), bool(routine))


def _restarts(review: Incident) -> Iterator[Sign]:
    for _, rows in review.history.restarts.groupby(["namespace", "pod", "before"], sort=False):
        first = rows.iloc[0]
        space, number = str(first["namespace"]), int(first["restarts"])
        pairs = tuple(sorted({(space, str(service)) for service in rows["service"].dropna()}))
        yield Sign(first["before"], f"Pod {space}/{first['pod']}", f"{count(number, 'restart')} since the snapshot before", number, pairs)


def _not_ready(review: Incident) -> Iterator[Sign]:
    """Yield since when pods are not ready that a Service selects; one that was never ready tells when it was made."""
    ledger = backends(review.after)
    failing = ledger.loc[ledger["reason"].isin([Reason.NOT_READY.value, Reason.NO_POD_IP.value]) & ledger["pod"].notna()]
    if failing.empty:
        return
    pods = review.after.pods[["namespace", "pod", "ready_since", "created", "cause"]]
    named = failing[["pod_namespace", "pod", "namespace", "service"]].drop_duplicates().rename(columns={"namespace": "of"})
    joined = named.merge(pods, left_on=["pod_namespace", "pod"], right_on=["namespace", "pod"])
    for (space, pod), rows in joined.groupby(["namespace", "pod"], sort=False):
        row = rows.iloc[0]
        time = row["created"] if pd.isna(row["ready_since"]) else row["ready_since"]
        if pd.notna(time):
            why = "" if pd.isna(row["cause"]) else f": {row['cause']}"
            yield Sign(
                time, f"Pod {space}/{pod}", f"not ready{why}", None, tuple(sorted(set(zip(rows["of"], rows["service"], strict=True))))
            )


def _number(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def happened(review: Incident) -> Part:
    """Return what happened to the Services that were hit, and to nodes, in the order of time."""
    told = {(row.namespace, row.service) for row in each(review.services_hit)}
    own = [sign for sign in review.signs if told.intersection(sign.services) or sign.object.startswith(f"{Kind.NODE.value} ")]
    chosen = [sign for sign in own if not sign.routine]
    ends = " to ".join(f"{end:%Y-%m-%d %H:%M:%S}" for end in (review.since, review.until) if end)
    window = f"From {ends} UTC" if review.since and review.until else f"Until {ends} UTC" if review.until else "At any time that is told"
    unshown = [
        (len(review.signs) - len(own), "of what stands behind no Service that was hit"),
        (len(own) - len(chosen), "that come with every pod"),
    ]
    told_left = " and ".join(f"{number:,} {what}" for number, what in unshown if number)
    more = f" Left out: {told_left}." if told_left else ""
    words = f"{window}: Events, restarts and lost readiness of what stands behind the Services that were hit, and of nodes.{more} "
    words += "Kubernetes keeps Events about an hour, so their absence proves nothing (SN-28); edits of Services leave none."
    if not chosen:
        return Part(Html(paragraph(words, "note") + paragraph("Nothing of that carries a time in this window.")))
    day = review.until.date() if review.until else None
    heads = ("Time", "Object", "What", "Times", "Behind")
    lines = ((stamp(sign.time, day), sign.object, sign.what, sign.times, _named(sign.services)) for sign in chosen)
    made, shown = table(heads, lines, "What happened, in the order of time", limit=_ROWS, room=_ROOM)
    left = (
        f"{shown:,} of {count(len(chosen), 'sign')} shown, the first ones; a narrower time window shows others."
        if shown < len(chosen)
        else ""
    )
    return Part(Html(paragraph(words, "note") + made + (paragraph(left, "left") if left else "")))


def _named(pairs: tuple[Pair, ...]) -> str | None:
    names = [printable(f"{space}/{service}") for space, service in pairs[:_NAMED]]
    return (", ".join(names) + (f" and {len(pairs) - _NAMED} more" if len(pairs) > _NAMED else "")) or None
