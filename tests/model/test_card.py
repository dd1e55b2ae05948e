from __future__ import annotations

from html.parser import HTMLParser

import pytest

from k8snetviz.model.card import summary_card
from tests.views.frames import snapshot


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words += data


def parsed(html: str) -> _Tags:
    tags = _Tags()
    tags.feed(html)
    return tags


def gap(**more):
    return {"kind": "Event", "reason": "FORBIDDEN", "detail": "events is forbidden"} | more


def test_what_it_says():
    card = parsed(summary_card(snapshot(services=[], gaps=[gap(namespace="shop")])))
    assert card.words.split("\n")[1:] == [
        "shop-prod \xa0v1.34.2 · 2026-11-22 14:03:10 – 14:03:18 UTC \xa01 gap",
        "2 Pods · 1 Node",
        "Not knownEvent in shop FORBIDDEN events is forbidden",
        "",
    ]


def test_no_gaps_is_said_too():
    assert "no gaps" in summary_card(snapshot())


def test_the_first_gaps_and_a_count():
    card = parsed(summary_card(snapshot(gaps=[gap(detail=f"lost {number}") for number in range(8)])))
    assert sum(tag == "li" for tag, _ in card.found) == 6
    assert "and 3 more in snap.gaps" in card.words and "8 gaps" in card.words


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '" onmouseover="x', "$\\alpha$", "a\x1b[2Jb\u202ec"])
def test_hostile_text_is_only_text(text):
    html = summary_card(snapshot(name=text, gaps=[gap(kind=None, detail=text)]))
    tags = parsed(html)
    assert {tag for tag, _ in tags.found} == {"div", "b", "span", "ul", "li"}
    assert {name for _, attributes in tags.found for name in attributes} == {"style", "class"}
    assert tags.found[0][1]["class"] == "mathjax_ignore k8snetviz-card"
    assert "\x1b" not in html and "\u202e" not in html


def test_it_stands_on_any_ground():
    html = summary_card(snapshot(gaps=[gap()]))
    assert "background" not in html and "color:#" not in html.replace("border", "")


def test_a_snapshot_shows_it():
    snap = snapshot()
    assert snap._repr_html_() == summary_card(snap)
