from __future__ import annotations

import pytest

from k8snetviz.views.mapping import mapping_picture, mapping_rows
from tests.views.frames import absent, backend, backends, named, not_ready, service, snapshot, state, states, words

SERVICES = [service("shop/cart"), service("shop/mail", type="ExternalName", external_name="smtp.example.net"), service("shop/web")]
SNAP = snapshot(services=SERVICES)


def rows_of(answers, ledger) -> list[list[str]]:
    shown = mapping_rows(SNAP, answers, ledger).fillna({"pod": "—"})
    return shown[["service", "pod", "state", "look", "reason_text"]].values.tolist()


def test_what_does_not_serve_first_and_every_service_in_it():
    answers = states(state("shop/cart", "down", reason="SELECTS_NOTHING"), state("shop/mail", "external"), state("shop/web", "degraded"))
    assert rows_of(answers, backends(backend(), not_ready(pod="web-1"))) == [
        ["cart", "—", "down", "down", "SELECTS_NOTHING"],
        ["web", "web-1", "not-ready", "degraded", "NOT_READY CrashLoopBackOff"],
        ["web", "web-0", "ready", "serving", ""],
        ["mail", "—", "external", "external", "CNAME smtp.example.net"],
    ]


def test_what_serves_comes_last_across_services():
    answers = states(state("shop/cart", "degraded"), state("shop/web", "degraded"))
    ledger = backends(backend("shop/cart", "a-0"), not_ready("shop/cart", "a-1"), backend("shop/web", "b-0"), not_ready("shop/web", "b-1"))
    assert mapping_rows(SNAP, answers, ledger)["pod"].tolist() == ["a-1", "b-1", "a-0", "b-0"]


@pytest.mark.parametrize(
    ("row", "word", "look", "reason"),
    [
        pytest.param(absent(), "absent", "down", "PORT_UNRESOLVED", id="absent"),
        pytest.param(backend(observed="absent", drift="missing", serves=False), "missing", "down", "DRIFT_MISSING", id="missing"),
        pytest.param(backend(drift="port", serves=False), "other port", "down", "DRIFT_PORT", id="other port"),
        pytest.param(
            absent(pod=None, observed="ready", drift="stale", reason="NO_SUCH_POD"), "stale", "down", "NO_SUCH_POD", id="stale address"
        ),
        pytest.param(
            absent(observed="ready", drift="foreign", selected=False, reason="SELECTOR_MISMATCH"),
            "foreign",
            "down",
            "SELECTOR_MISMATCH",
            id="foreign",
        ),
        pytest.param(
            not_ready(expected="terminating-not-serving", observed="terminating-not-serving", reason="TERMINATING", value=None),
            "terminating",
            "empty",
            "TERMINATING",
            id="terminating",
        ),
        pytest.param(absent(reason="TERMINAL_PHASE"), "absent", "empty", "TERMINAL_PHASE", id="finished"),
        pytest.param(
            absent(observed="ready", drift="stale", reason="TERMINAL_PHASE"),
            "stale",
            "down",
            "TERMINAL_PHASE",
            id="finished, sent to",
        ),
        pytest.param(
            backend(expected="unknown", observed="not-ready", drift="unknown", serves=False),
            "not-ready",
            "degraded",
            "",
            id="only observed",
        ),
        pytest.param(
            backend(expected="unknown", observed="unknown", drift="unknown", serves=False), "unknown", "unknown", "", id="not known"
        ),
        pytest.param(backend(expected=None, observed="ready"), "ready", "serving", "", id="without selector"),
    ],
)
def test_the_word_of_a_row(row, word, look, reason):
    ((_, _, state_word, looked, why),) = rows_of(states(state()), backends(row))
    assert (state_word, looked, why) == (word, look, reason)


def test_the_cells():
    picture = mapping_picture(SNAP, states(state()), backends(backend(family="IPv6", address="fd00::1"), backend(port=81, port_name=None)))
    assert {"shop/web", "http 80/TCP v6", "81/TCP", "web-0", "fd00::1", "10.0.0.1", "8080", "ready"} <= set(words(picture))
    assert [row[1] for row in named(picture, "Mapping").customdata] == ["http 80/TCP v6", "81/TCP"]


def test_the_rest_is_counted():
    rows = backends(*(backend(pod=f"web-{number}") for number in range(10)), not_ready(pod="web-x"))
    picture = mapping_picture(SNAP, states(state(state="degraded")), rows, limit=4)
    assert len(named(picture, "Mapping").y) == 4
    caption = "4 of 11 rows, what does not serve first (1); left out: 0 that do not serve, 7 that do."
    assert caption in words(picture)
    assert picture.alt == f"Mapping table of shop-prod: {caption}"


def test_nothing_to_draw():
    picture = mapping_picture(snapshot(services=[]), states(), backends())
    assert "No Services" in words(picture) and picture.alt == "Mapping table of shop-prod: No Services."


def test_backends_without_any_row():
    picture = mapping_picture(SNAP, states(state("shop/cart", "down", reason="SELECTS_NOTHING")), backends())
    assert "SELECTS_NOTHING" in words(picture)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_both_themes_can_be_drawn_without_a_browser(theme):
    picture = mapping_picture(SNAP, states(state(), state("shop/cart", "down")), backends(backend()), theme=theme)
    assert "<b>x</b>" not in picture.svg() and picture.png()


def test_hostile_text_is_only_text():
    row = not_ready(value='<a href="http://evil.example">click</a> $x$')
    picture = mapping_picture(SNAP, states(state()), backends(row))
    assert "<a " not in picture.to_json() and "<a " not in picture.svg()
