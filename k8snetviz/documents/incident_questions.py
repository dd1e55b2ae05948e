"""What a review leaves open, and where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from k8snetviz.documents.markup import Html, Part, folded, html, items, paragraph, table
from k8snetviz.documents.report_origin import kinds_part, origin_parts
from k8snetviz.documents.report_tables import left_out
from k8snetviz.documents.window import stamp
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.views.rows import each
from k8snetviz.views.text import count

if TYPE_CHECKING:
    from k8snetviz.documents.incident import Incident

_ROWS, _ROOM = 200, 200_000  # of one table
_OPEN = 30  # rows of a table that is not folded
NEVER_KNOWN = (
    "How many requests failed, and whose: a snapshot counts none.",
    "Who made a change: the toolkit does not store who wrote an object; the audit log of the cluster has it.",
    "Verdicts of policies and traces of single connections are not part of this review.",
)


def remarks(review: Incident, *, times: bool = True) -> list[str]:
    """Return what is to be said of the snapshots as such: their order, their clusters, and with `times` how their time is known."""
    said = []
    names = review.names
    if review.before is not None:
        first, last = review.told[0].time, review.told[-1].time
        if first and last and first > last:
            newer = f"The first snapshot ({names[0]}, {stamp(first)}) is newer than the last ({names[-1]}, {stamp(last)})"
            said.append(f"{newer}: they are compared in the order given; if that was not meant, read lost as gained and before as after.")
        one, other = review.before.provenance.cluster, review.after.provenance.cluster
        if one and other and one != other:
            clusters = f"{names[0]} of {one}, {names[-1]} of {other}"
            said.append(f"The two snapshots are of different clusters ({clusters}): an equal name is not the same object.")
        elif times and not (one and other):
            lacking = " and ".join(name for name, cluster in ((names[0], one), (names[-1], other)) if not cluster)
            said.append(f"Nothing in {lacking} tells of which cluster it is: that both are of one is taken for granted.")
    for name, told in zip(names, review.told, strict=True) if times else ():
        if told.time is None:
            said.append(f"Nothing tells when {name} was taken.")
        elif told.source is not None and told.source.value == "newest":
            said.append(f"{name} does not tell when it was taken: {stamp(told.time)}, the newest time in it, stands for that.")
    return said


def questions(review: Incident) -> Part:
    """Return the open questions: what is not known, not compared or suspect, and what no snapshot holds."""
    parts = [items([*remarks(review), *_suspects(review), *NEVER_KNOWN])]
    if review.not_compared is not None and len(review.not_compared):
        parts.append(_not_compared(review.not_compared))
    parts.append(_gaps(review))
    return Part(Html("".join(parts)))


def _suspects(review: Incident) -> list[str]:
    if review.changes is None or not review.changes["suspect"].any():
        return []
    number = int(review.changes["suspect"].sum())
    words = f"{number:,} of {count(len(review.changes), 'change')} {'is' if number == 1 else 'are'} suspect"
    return [f"{words}: the lists of one snapshot are of different moments (AP-18, SN-27), and the difference may be no more than that."]


def _not_compared(rows: pd.DataFrame) -> Html:
    heads = ("Kind", "Namespace", "Side", "Why", "In words")
    lines = ((row.kind, row.namespace, row.side, row.reason, row.detail) for row in each(rows))
    made, shown = table(heads, lines, "What was not compared", limit=_ROWS, room=_ROOM)
    words = f"{count(len(rows), 'part')} of the snapshots {'was' if len(rows) == 1 else 'were'} not compared, or only with doubt"
    return folded(words, f"{made}{left_out(shown, len(rows), 'part')}", opened=shown <= _OPEN)


def _gaps(review: Incident) -> Html:
    """Return the gaps of the first and the last snapshot; one that is in both is told once."""
    sides = [(review.before, "before"), (review.after, "after")] if review.before is not None else [(review.after, "")]
    named: dict[tuple[Any, ...], list[str]] = {}
    for snap, side in sides:
        for row in each(snap.gaps):
            key = tuple(None if pd.isna(cell) else cell for cell in (row.kind, row.namespace, row.reason, row.detail))
            named.setdefault(key, []).append(side)
    if not named:
        return paragraph("No gaps: everything that was looked for was read, and whole.")
    two = review.before is not None
    heads = ("Kind", "Namespace", "Why", "In words", *(("Snapshot",) if two else ()))
    lines = ((*key, *((" and ".join(dict.fromkeys(told)),) if two else ())) for key, told in named.items())
    made, shown = table(heads, lines, "Gaps", limit=_ROWS, room=_ROOM)
    words = "Whatever depends on a gap is unknown, never none. No namespace means all of them."
    body = f"{made}{left_out(shown, len(named), 'gap')}"
    return Html(folded(count(len(named), "gap"), f"{paragraph(words, 'note')}{body}", opened=shown <= _OPEN))


def sources(review: Incident) -> Part:
    """Return where each snapshot comes from, with checksums."""
    if len(review.snaps) == 1:
        return Part(Html("".join([*origin_parts(review.after), kinds_part([review.after], review.names)])))
    last = len(review.snaps) - 1
    made = [
        _origin(snap, name, opened=place in (0, last)) for place, (snap, name) in enumerate(zip(review.snaps, review.names, strict=True))
    ]
    ends, names = [review.snaps[0], review.snaps[-1]], [review.names[0], review.names[-1]]
    return Part(Html("".join([*made, kinds_part(ends, names)])))


def _origin(snap: Snapshot, name: str, *, opened: bool) -> Html:
    body = "".join(origin_parts(snap))
    return Html(f"<h3>{html(name)}</h3>{body if opened else folded('Sources and checksums', body, opened=False)}")
