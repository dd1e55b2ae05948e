"""Why each Service does not serve, one story after another: sentence, evidence, ledger rows, near misses, what to run."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

import pandas as pd

from k8snetviz.analysis.explain import explanation_of
from k8snetviz.analysis.explanation import Explanation
from k8snetviz.documents.markup import Html, html, paragraph, section, state_mark, table
from k8snetviz.documents.report_tables import QUIET, left_out, port_of
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.views.rows import each
from k8snetviz.views.text import count
from k8snetviz.widgets.stories import cases_of, may_be_slips

LIMIT = 40  # Services told
_LOOKED, _PODS = 4, 200_000  # near misses are looked for in that many Services at least, and while the pods looked through are fewer
_ROOM = 700_000  # bytes of all stories
_ROWS, _NEAR, _FACTS, _COMMANDS = 12, 6, 30, 12  # of one story
_TABLE = 40_000  # bytes of one of its tables
_NEAR_MISS = attrgetter("kind", "key", "wanted", "found", "pods", "ready_pods", "detail")


def anchors(states: pd.DataFrame, limit: int = LIMIT) -> dict[int, str]:
    """Return the anchors of the Services of `states` that are told, by their place there, in its order.

    One of each state, reason and sentence comes before a second one of the same: fifty Services with one cause hide no other cause.
    """
    broken = states[~states["state"].isin(QUIET)]
    again = broken.duplicated(["state", "reason", "detail"])
    chosen = [*broken.index[~again], *broken.index[again]][:limit]
    return {int(place): f"service-{number}" for number, place in enumerate(sorted(chosen), 1)}


def stories_section(snap: Snapshot, states: pd.DataFrame, backends: pd.DataFrame, told: dict[int, str]) -> Html:
    """Return the stories of the Services `told` (see `anchors`), as many as there is room for; the rest is counted."""
    broken = int((~states["state"].isin(QUIET)).sum())
    if not broken:
        return Html()
    made: list[str] = []
    room = _ROOM
    looked = _worth_looking(states.loc[list(told)], len(snap.pods))
    for place, case in cases_of(snap, states.loc[list(told)], backends, looked):
        story = _story(explanation_of(case), told[place], looked=place in looked)
        room -= len(story.encode("utf-8", "replace"))
        if room < 0 and made:
            break
        made.append(story)
    rest = broken - len(made)
    words = f"{len(made):,} of {count(broken, 'Service')} told, one of each kind of cause first; "
    note = words + f"of {rest:,} more the table above names state and reason, and knv.explain tells the story." if rest else ""
    return section("stories", "Service by Service", paragraph(note, "left") if note else "", *made)


def _worth_looking(states: pd.DataFrame, pods: int) -> frozenset[int]:
    """Return the places of the Services for which near misses are looked for: that costs more than all the rest of a story."""
    first = may_be_slips(states)
    return frozenset([*states.index[first], *states.index[~first]][: max(_LOOKED, _PODS // (1 + pods))])


def _story(told: Explanation, anchor: str, *, looked: bool) -> Html:
    mark = state_mark(told.verdict, told.title)
    decided = f'<div class="note">{html(told.decided_by)}</div>' if told.decided_by else ""
    sentence = f'<div class="bar {told.verdict.value}"><p>{html(told.sentences[0], 2_000)}</p>{decided}</div>'
    parts = (
        f'<article id="{anchor}" aria-labelledby="{anchor}-title">\n<h3 id="{anchor}-title">{mark}</h3>',
        paragraph(told.subtitle, "note") if told.subtitle else "",
        sentence,
        _evidence(told),
        _ledger(told),
        _near_misses(told) if looked else paragraph("Near misses were not looked for in this report; knv.explain looks for them.", "note"),
        _commands(told.commands),
        "</article>",
    )
    return Html("\n".join(part for part in parts if part))


def _evidence(told: Explanation) -> str:
    lines, last = [], ""
    for label, text in told.evidence[:_FACTS]:
        lines.append(f"<dt>{html('' if label == last else label)}</dt><dd>{html(text)}</dd>" if label != last else f"<dd>{html(text)}</dd>")
        last = label
    return f"<dl>{''.join(lines)}</dl>" if lines else ""


def _ledger(told: Explanation) -> str:
    rows = told.backends.sort_values("serves", kind="stable", ignore_index=True)
    if rows.empty:
        return ""
    heads = ("Pod", "Port", "Address", "To", "Expected", "Observed", "Drift", "First reason", "Field")
    lines = (_ledger_row(row) for row in each(rows.head(_ROWS)))
    made, shown = table(heads, lines, f"Candidates of {told.service}", limit=_ROWS, room=_TABLE)
    return f"{made}\n{left_out(shown, len(rows), 'candidate')}"


def _ledger_row(row: Any) -> tuple[Any, ...]:
    reason = " ".join(str(part) for part in (row.reason, row.value) if pd.notna(part))
    target = None if pd.isna(row.target_port) else str(row.target_port)
    pod = "no known pod" if pd.isna(row.pod) else row.pod
    return pod, port_of(row), row.address, target, row.expected, row.observed, row.drift, reason, row.field


def _near_misses(told: Explanation) -> str:
    rows = told.near_misses
    if rows.empty:
        return ""
    heads = ("Object", "How close", "Key", "Wanted", "Found", "Pods", "Ready", "In words")
    lines = ((f"{row.object_kind} {row.object_namespace}/{row.object}", *_NEAR_MISS(row)) for row in each(rows.head(_NEAR)))
    made, shown = table(heads, lines, f"What almost stands behind {told.service}", limit=_NEAR, room=_TABLE)
    return f"{made}\n{left_out(shown, len(rows), 'near miss')}"


def _commands(commands: list[str]) -> str:
    lines = "\n".join(html(command, 2_000) for command in commands[:_COMMANDS])
    return f'<p class="confirm">Confirm with</p>\n<pre>{lines}</pre>' if lines else ""
