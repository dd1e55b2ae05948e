"""The parts of a review that hang on what changed: summary, first causes, backends lost and gained, what to look at next."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pandas as pd

from k8snetviz.analysis.change_rows import Key
from k8snetviz.analysis.columns import cells
from k8snetviz.analysis.diff_backends import SERVING
from k8snetviz.documents.incident_questions import remarks
from k8snetviz.documents.markup import Html, Part, html, items, paragraph, table
from k8snetviz.documents.report_tables import QUIET, left_out, nothing_broken
from k8snetviz.documents.window import stamp
from k8snetviz.model.kinds import BROKEN_FIRST, WORKLOADS, Kind
from k8snetviz.model.tables.changes import AnswerKind, Change
from k8snetviz.views.rows import each
from k8snetviz.views.text import count

if TYPE_CHECKING:
    from k8snetviz.documents.incident import Incident

_CAUSES, _BELOW = 60, 12  # first causes told, and lines below each
_ROOM = 300_000  # bytes of one part
_SHORT = 6  # first causes in the summary
_MOVES, _STEPS = 100, 3  # rows of the table of backends; commands of one Service
_LOST, _GAINED = "lost", "gained"
_REFERRED = {Kind.SERVICE.value, Kind.POD.value, Kind.NODE.value, Kind.NAMESPACE.value, *(kind.value for kind in WORKLOADS)}
NO_CHANGE = "Nothing that matters for traffic differs between the two snapshots, as far as both know it."


def summary(review: Incident) -> Part:
    """Return the review in a few sentences."""
    parts = [paragraph(sentence) for sentence in (*remarks(review, times=False), *_what_was_hit(review))]
    if review.lines is not None:
        first = review.lines[review.lines["depth"].eq(0)]
        flipped = first[first["line"].isin(_above_services(review.lines))] if review.services_hit["flipped"].any() else first.head(0)
        shown = flipped if len(flipped) else first
        if len(shown):
            lead = "First causes, what hit most Services first" if len(flipped) else "Changes that no other one explains"
            parts += [paragraph(f"{lead}:"), items(shown["text"].head(_SHORT))]
            more = len(first) - min(len(shown), _SHORT)
            parts.append(paragraph(f"And {more:,} more; all of them stand below.", "left") if more > 0 else Html())
        else:
            parts.append(paragraph(NO_CHANGE))
    return Part(Html("".join(parts)))


def _what_was_hit(review: Incident) -> list[str]:
    states = review.states
    counts = states["state"].value_counts()
    told = ", ".join(f"{counts[state.value]:,} {state.value}" for state in BROKEN_FIRST if state.value in counts.index)
    broken = int((~states["state"].isin(QUIET)).sum())
    when = f"at {stamp(review.told[-1].time)} UTC" if review.told[-1].time else "in the last snapshot"
    names = review.names
    if review.before is None:
        if not broken:
            return [nothing_broken(states, known=review.after.knows(Kind.SERVICE))]
        words = "does not serve as it should" if broken == 1 else "do not serve as they should"
        return [f"Of {count(len(states), 'Service')} {when} ({names[-1]}), {broken:,} {words}: {told}."]
    hit = review.services_hit
    flipped = hit[hit["flipped"]]
    worse = flipped[flipped["state"].notna() & ~flipped["state"].isin(QUIET) & flipped["state_before"].isin(QUIET)]
    better = flipped[flipped["state"].isin(QUIET) & flipped["state_before"].notna() & ~flipped["state_before"].isin(QUIET)]
    times = [stamp(each.time) if each.time else "a time that is not known" for each in (review.told[0], review.told[-1])]
    ends = f"Between {times[0]} ({names[0]}) and {times[1]} UTC ({names[-1]})"
    told_worse, told_better = _counted(worse, "state", "stopped serving as it should"), _counted(better, "state_before", "serves again")
    said = f"{told_worse}; {told_better}" if len(worse) or len(better) else "no Service began or stopped to serve as it should"
    sentences = [f"{ends}, {said}."]
    sentences.append(f"{when[0].upper()}{when[1:]} the Services are: {told}." if told else "No Service was read.")
    return sentences


def _counted(rows: pd.DataFrame, column: str, what: str) -> str:
    if rows.empty:
        return f"no Service {what}"
    counts = rows[column].value_counts()
    states = ", ".join(f"{counts[state.value]:,} {state.value}" for state in BROKEN_FIRST if state.value in counts.index)
    told = what.replace("it should", "they should").replace("serves", "serve") if len(rows) > 1 else what
    return f"{count(len(rows), 'Service')} {told} ({'now' if column == 'state' else 'before'} {states})"


def _above_services(lines: pd.DataFrame) -> set[int]:
    """Return the first causes with a Service below them."""
    found: set[int] = set()
    root = -1
    for row in each(lines):
        root = row.line if row.depth == 0 else root
        if row.depth and row.kind == Kind.SERVICE.value:
            found.add(root)
    return found


def causes(review: Incident) -> Part:
    """Return first causes with their consequences below them, as nested lists."""
    if review.lines is None:
        return Part(paragraph("One snapshot alone does not tell what changed."))
    if review.lines.empty:
        return Part(paragraph(NO_CHANGE))
    made: list[str] = []
    room, told = _ROOM, 0
    for lines in _trees(review.lines)[:_CAUSES]:
        tree = _tree(lines)
        room -= len(tree.encode("utf-8", "replace"))
        if room < 0 and made:
            break
        made.append(tree)
        told += 1
    every = int(review.lines["depth"].eq(0).sum())
    words = "Each change that no other one explains, what hit most Services first; below it, what follows from it."
    rest = f"{told:,} of {count(every, 'first cause')} told; knv.diff has every change." if told < every else ""
    return Part(Html(paragraph(words, "note") + f"<ul>{''.join(made)}</ul>" + (paragraph(rest, "left") if rest else "")))


def _trees(lines: pd.DataFrame) -> list[pd.DataFrame]:
    return [tree for _, tree in lines.groupby(lines["depth"].eq(0).cumsum(), sort=True)]


def _tree(lines: pd.DataFrame) -> str:
    """Return one first cause as an item, with a list of what follows; the depth of that is kept."""
    rows = list(each(lines))
    first, below = rows[0], rows[1:]
    made, depth = [f"<li><b>{_line(first)}</b>"], 0
    for row in below[:_BELOW]:
        while depth < row.depth:
            made.append("<ul>")
            depth += 1
        while depth > row.depth:
            made.append("</ul>")
            depth -= 1
        made.append(f"<li>{_line(row)}</li>")
    if len(below) > _BELOW:
        made.append(f"<li>and {count(len(below) - _BELOW, 'line')} more</li>" if depth else "")
    return "".join(made) + "</ul>" * depth + "</li>"


def _line(row: Any) -> str:
    return html(row.text, 2_000) + (" <i>(suspect: the lists of one snapshot are of different moments)</i>" if row.suspect else "")


def lost_and_gained(review: Incident) -> Part:
    """Return how many backends each Service lost and gained, by reason; a backend is counted once, whatever its ports and families."""
    if review.changes is None:
        return Part(paragraph("One snapshot alone does not tell what changed."))
    moves = _moves(review.changes)
    if moves.empty:
        return Part(paragraph("No Service lost or gained a backend that serves."))
    grouped = moves.groupby(["namespace", "service", "way", "why"], sort=True, dropna=False).agg(
        backends=("backend", "nunique"), example=("backend", "first"), suspect=("suspect", "all")
    )
    rows = grouped.reset_index().sort_values(
        ["way", "backends", "namespace", "service"], ascending=[False, False, True, True], kind="stable"
    )
    lines = (
        (f"{row.namespace}/{row.service}", row.way, row.backends, row.why, row.example, "yes" if row.suspect else None)
        for row in each(rows)
    )
    heads = ("Service", "Way", "Backends", "Why", "Such as", "Suspect")
    made, shown = table(heads, lines, "Backends lost and gained", limit=_MOVES, room=_ROOM)
    per = Counter(moves.drop_duplicates(["namespace", "service", "way", "backend"])["way"])
    words = (
        f"{count(per[_LOST], 'backend')} lost, {per[_GAINED]:,} gained; a pod or an address behind a Service is one, whatever its ports."
    )
    return Part(Html(paragraph(words, "note") + made + left_out(shown, len(rows), "row")))


def _moves(changes: pd.DataFrame) -> pd.DataFrame:
    """Return, per backend that began or stopped to serve, its Service and why."""
    rows = changes[changes["kind"].eq(AnswerKind.BACKEND.value)]
    serves = rows["field"].eq("serves").fillna(False)
    came = rows["change"].eq(Change.ADDED.value) & rows["after"].eq(SERVING).fillna(False)
    went = rows["change"].eq(Change.REMOVED.value) & rows["before"].eq(SERVING).fillna(False)
    lost = went | (serves & rows["before"].eq("true").fillna(False) & rows["change"].eq(Change.CHANGED.value))
    gained = came | (serves & rows["after"].eq("true").fillna(False) & rows["change"].eq(Change.CHANGED.value))
    chosen = rows[lost | gained].copy()
    chosen["way"] = lost[lost | gained].map({True: _LOST, False: _GAINED})
    chosen["backend"] = chosen["pod"].fillna(chosen["address"])
    reason = chosen["reason"].where(chosen["way"].eq(_LOST)).fillna("")
    told = reason + (": " + chosen["detail"].where(reason.ne(""))).fillna("")
    chosen["why"] = told.where(told.ne(""), _roots(changes, chosen))
    return chosen


def _roots(changes: pd.DataFrame, chosen: pd.DataFrame) -> pd.Series[str]:
    """Return, for each of the rows `chosen`, the object whose change is the first cause of it, in words."""
    above: dict[tuple[str, str | None], tuple[str | None, str | None]] = {}
    for kind, space, name, field, cause, cause_field in cells(changes, "kind", "namespace", "name", "field", "cause", "cause_field"):
        if kind in _REFERRED:
            above[Key(kind, space, name).reference(), field] = cause, cause_field
    words = []
    for cause, field in cells(chosen, "cause", "cause_field"):
        place, seen = (cause, field), set()
        while (higher := above.get(place, (None, None)))[0] is not None and place not in seen:
            seen.add(place)
            place = higher
        words.append("" if place[0] is None else f"follows from a change of {_named(place[0])}")
    return pd.Series(words, index=chosen.index, dtype="string")


def _named(reference: str) -> str:
    """Return ``Deployment shop/orders`` of ``workload:shop/Deployment/orders``."""
    form, _, rest = reference.partition(":")
    if form != "workload":
        return f"{form.capitalize()} {rest}"
    namespace, kind, name = rest.split("/", 2)
    return f"{kind} {namespace}/{name}"


def next_steps(review: Incident) -> Part:
    """Return, for each Service in question, the command that would confirm its story."""
    broken = [told for told in review.explanations if told.verdict.value not in QUIET]
    if not broken:
        return Part(paragraph("Nothing: no Service in question is broken."))
    heads = ("Service", "What is off", "Look at")
    lines = ((told.service, told.sentences[0], _commands(told.commands)) for told in broken)
    made, _ = table(heads, lines, "What to look at next", limit=len(broken), room=_ROOM)
    return Part(Html(paragraph("None of these commands changes anything.", "note") + made))


def _commands(commands: list[str]) -> Html:
    return Html("<br>".join(f"<code>{html(command, 2_000)}</code>" for command in commands[:_STEPS]))
