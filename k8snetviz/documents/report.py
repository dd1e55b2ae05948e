"""The report: one page that needs no network, no kernel and no scripts, for whoever asks a week later."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from pathlib import Path

import pandas as pd

from k8snetviz.analysis.states import service_states
from k8snetviz.analysis.timeline_pass import Told
from k8snetviz.documents.embedded import Embedded, embedded
from k8snetviz.documents.files import page_path, write_page
from k8snetviz.documents.incident import Incident, incident
from k8snetviz.documents.incident_hit import hit_with_links
from k8snetviz.documents.markup import Html, facts, html, paragraph, section, state_mark, table
from k8snetviz.documents.policy import policy_tags
from k8snetviz.documents.report_origin import collected, origin_section
from k8snetviz.documents.report_stories import anchors, stories_section
from k8snetviz.documents.report_tables import broken_section, gaps_section, left_out, mapping_section, nothing_broken, services_section
from k8snetviz.documents.window import stamp
from k8snetviz.model.kinds import BROKEN_FIRST, Kind
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables.timelines import TimeFrom
from k8snetviz.views.masthead import gaps_in_short
from k8snetviz.views.text import count
from k8snetviz.views.theme import DARK, LIGHT, Theme
from k8snetviz.views.topology_plan import states_in_words

_SNAPSHOTS = 40  # rows of the table of snapshots
_CONTENTS = re.compile(r'<h2 id="([a-z]+)-title">([^<]+)</h2>')


def report(snap: Snapshot, path: str | Path, *, before: Snapshot | None = None) -> Path:
    """Write the report of `snap` to `path` (.html) and return the path.

    One file: the explorer, what does not serve with the reason of each Service, every Service, what is not known, and where
    it all comes from. It loads nothing, runs one script that its content security policy names, and is complete without it. The same
    snapshot gives the same bytes as long as the files it was read from stay as they are, since their checksums are inside.

    Parameters
    ----------
    snap : the snapshot; its cluster's names, labels in use and messages are in the page for whoever gets it
    path : the file to write; one of that name is replaced as a whole
    before : an earlier snapshot. The page then compares the two as well: what was hit and since when, first causes, backends
        lost and gained, what happened in between, what could not be compared; and its explorer holds both moments.

    Raises
    ------
    UsageError : it cannot be written there; the message says why.
    """
    target = page_path(path)
    return write_page(report_page(snap, before), target)


def report_page(snap: Snapshot, before: Snapshot | None = None) -> str:
    """Return the text of the report of `snap`, compared with `before` where that is given."""
    if before is not None:
        return incident_page(incident([before, snap]))
    shown = embedded([snap])
    states, told = shown.block.states, anchors(shown.block.states)
    parts = [
        section("explorer", "Explorer", *shown.parts),
        broken_section(states, told, known=snap.knows(Kind.SERVICE)),
        *_services(snap, shown, told),
        gaps_section(snap.gaps),
        origin_section(snap),
    ]
    return _page(shown, _header(snap, states), _title(snap, states), parts)


def incident_page(review: Incident) -> str:
    """Return the text of the report of several snapshots, of which the first and the last are compared."""
    shown = embedded(review.snaps)
    states, told = shown.block.states, anchors(shown.block.states)
    names = (states["namespace"] + "/" + states["service"]).tolist()
    parts = [
        section("short", "In short", review.summary.html),
        section("hit", "What was hit", hit_with_links(review, {names[place]: anchor for place, anchor in told.items()}).html),
        section("whom", "For whom", review.whom.html),
        section("causes", "First causes", review.causes.html),
        section("explorer", "Explorer", *shown.parts),
        section("happened", "What happened in between", review.happened.html),
        section("backends", "Backends lost and gained", review.backends.html),
        *_services(review.after, shown, told),
        section("gaps", "Open questions, and what is not known", review.questions.html),
        section("origin", "Where this comes from", review.sources.html),
    ]
    return _page(shown, _header_of_several(review), f"{_title(review.after, states)}; compared with {review.names[0]}", parts)


def _services(snap: Snapshot, shown: Embedded, told: dict[int, str]) -> list[Html]:
    """Return the sections about the Services of `snap`: stories, states, mapping."""
    block = shown.block
    stories = stories_section(snap, block.states, block.backends, told)
    return [stories, services_section(block.states), mapping_section(block.rows, len(block.rows) + block.left)]


def _title(snap: Snapshot, states: pd.DataFrame) -> str:
    return f"{snap.provenance.name}: {states_in_words(states) or 'no Services'}"


def _page(shown: Embedded, header: str, title: str, parts: list[Html]) -> str:
    style, body = style_sheet(), "\n".join(part for part in parts if part)
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n{policy_tags(shown.scripts, [style])}\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{html(title, 200)}</title>\n'
        f'<style>{style}</style>\n</head>\n<body class="mathjax_ignore">\n{header}\n{_contents(body)}\n'
        f"<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _header(snap: Snapshot, states: pd.DataFrame) -> str:
    told = snap.provenance
    gaps = html(gaps_in_short(snap.gaps))
    pairs = [
        ("Cluster", told.cluster or "not known"),
        ("Server version", told.server_version or "not known"),
        ("Collected", collected(snap)),
        ("Read", _read(snap)),
        ("Not known", Html(f'<a href="#gaps">{gaps}</a>') if len(snap.gaps) else gaps),
    ]
    lead = _marks(states) or paragraph(nothing_broken(states, known=snap.knows(Kind.SERVICE)))
    return f"<header>\n<h1>{html(told.name)}</h1>\n{lead}\n{facts(pairs)}\n</header>"


def _header_of_several(review: Incident) -> str:
    """Return the head of a comparison: the snapshots side by side."""
    lines = [
        (name, _marks(service_states(snap)), _taken(snap, told), snap.provenance.server_version, _read(snap), gaps_in_short(snap.gaps))
        for snap, name, told in zip(review.snaps, review.names, review.told, strict=True)
    ]
    heads = ("Snapshot", "Services", "Collected", "Server version", "Read", "Not known")
    made, shown = table(heads, lines, "The snapshots, in the order of time", limit=_SNAPSHOTS, room=100_000)
    left = left_out(shown, len(lines), "snapshot")
    return f"<header>\n<h1>{html(f'{review.names[-1]}, compared with {review.names[0]}')}</h1>\n{made}{left}\n</header>"


def _taken(snap: Snapshot, told: Told) -> str:
    if told.time is None or told.source is TimeFrom.COLLECTION:
        return collected(snap)
    return f"not told; {stamp(told.time)} UTC is the newest time in it"


def _marks(states: pd.DataFrame) -> Html:
    counts = states["state"].value_counts()
    marks = " ".join(state_mark(state, f"{counts[state.value]:,} {state.value}") for state in BROKEN_FIRST if state.value in counts.index)
    return Html(f'<div class="states">{marks}</div>' if marks else "")


def _read(snap: Snapshot) -> str:
    counts = snap.provenance.counts
    return ", ".join(count(counts.get(kind, 0), word) for kind, word in (("Node", "node"), ("Pod", "pod"), ("Service", "Service")))


def _contents(body: str) -> str:
    links = (f'<li><a href="#{anchor}">{title}</a></li>' for anchor, title in _CONTENTS.findall(body))
    return f'<nav aria-label="Contents"><ul>{"".join(links)}</ul></nav>'


@cache
def style_sheet() -> str:
    """Return the style sheet of the page: the colours of both themes, then ``report.css``."""
    rules = files("k8snetviz.documents").joinpath("report.css").read_text(encoding="utf-8")
    return f":root{{{_colours(LIGHT)}}}\n@media (prefers-color-scheme:dark){{@media screen{{:root{{{_colours(DARK)}}}}}}}\n{rules}"


def _colours(theme: Theme) -> str:
    named = {"ground": theme.ground, "panel": theme.panel, "border": theme.border, "text": theme.text, "muted": theme.muted}
    named |= {state.value: colour for state, colour in theme.states.items()}
    named |= {"link": "#0969da" if theme is LIGHT else "#6cb6ff"}
    return "".join(f"--{name}:{colour};" for name, colour in named.items()) + f"color-scheme:{theme.name}"
