"""The report: one page that needs no network, no kernel and no scripts, for whoever asks a week later."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from pathlib import Path

import pandas as pd

from k8snetviz.documents.embedded import Embedded, embedded
from k8snetviz.documents.files import page_path, write_page
from k8snetviz.documents.markup import Html, facts, html, paragraph, section, state_mark
from k8snetviz.documents.policy import policy_tags
from k8snetviz.documents.report_origin import collected, origin_section
from k8snetviz.documents.report_stories import anchors, stories_section
from k8snetviz.documents.report_tables import broken_section, gaps_section, mapping_section, nothing_broken, services_section
from k8snetviz.model.kinds import BROKEN_FIRST, Kind
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.views.masthead import gaps_in_short
from k8snetviz.views.text import count
from k8snetviz.views.theme import DARK, LIGHT, Theme
from k8snetviz.views.topology_plan import states_in_words

_CONTENTS = re.compile(r'<h2 id="([a-z]+)-title">([^<]+)</h2>')


def report(snap: Snapshot, path: str | Path) -> Path:
    """Write the report of `snap` to `path` (.html) and return the path.

    One file: the explorer, what does not serve with the reason of each Service, every Service, what is not known, and where
    it all comes from. It loads nothing, runs one script that its content security policy names, and is complete without it. The same
    snapshot gives the same bytes as long as the files it was read from stay as they are, since their checksums are inside.

    Parameters
    ----------
    snap : the snapshot; its cluster's names, labels in use and messages are in the page for whoever gets it
    path : the file to write; one of that name is replaced as a whole

    Raises
    ------
    UsageError : it cannot be written there; the message says why.
    """
    target = page_path(path)
    return write_page(report_page(snap), target)


def report_page(snap: Snapshot) -> str:
    """Return the text of the report of `snap`."""
    shown = embedded(snap)
    block, told = shown.block, anchors(shown.block.states)
    parts = [
        section("explorer", "Explorer", *shown.parts),
        broken_section(block.states, told, known=snap.knows(Kind.SERVICE)),
        stories_section(snap, block.states, block.backends, told),
        services_section(block.states),
        mapping_section(block.rows, len(block.rows) + block.left),
        gaps_section(snap.gaps),
        origin_section(snap),
    ]
    return _page(snap, shown, [part for part in parts if part])


def _page(snap: Snapshot, shown: Embedded, parts: list[Html]) -> str:
    style = style_sheet()
    title = html(f"{snap.provenance.name}: {states_in_words(shown.block.states) or 'no Services'}", 200)
    header, body = _header(snap, shown.block.states), "\n".join(parts)
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n{policy_tags(shown.scripts, [style])}\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n<style>{style}</style>\n</head>\n'
        f'<body class="mathjax_ignore">\n{header}\n{_contents(body)}\n<main>\n{body}\n</main>\n</body>\n</html>\n'
    )


def _header(snap: Snapshot, states: pd.DataFrame) -> str:
    told = snap.provenance
    counts = states["state"].value_counts()
    marks = " ".join(state_mark(state, f"{counts[state.value]:,} {state.value}") for state in BROKEN_FIRST if state.value in counts.index)
    objects = [count(told.counts.get(kind, 0), word) for kind, word in (("Node", "node"), ("Pod", "pod"), ("Service", "Service"))]
    gaps = html(gaps_in_short(snap.gaps))
    pairs = [
        ("Cluster", told.cluster or "not known"),
        ("Server version", told.server_version or "not known"),
        ("Collected", collected(snap)),
        ("Read", ", ".join(objects)),
        ("Not known", Html(f'<a href="#gaps">{gaps}</a>') if len(snap.gaps) else gaps),
    ]
    lead = f'<p class="states">{marks}</p>' if marks else paragraph(nothing_broken(states, known=snap.knows(Kind.SERVICE)))
    return f"<header>\n<h1>{html(told.name)}</h1>\n{lead}\n{facts(pairs)}\n</header>"


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
