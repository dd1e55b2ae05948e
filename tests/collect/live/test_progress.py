"""How far a collection is: on a terminal, in a notebook, nowhere else."""

from __future__ import annotations

import io
import sys
from types import SimpleNamespace

import pytest

from k8snetviz.collect.live import progress
from k8snetviz.collect.live.gather import Job, Progress
from k8snetviz.collect.live.served import Place
from k8snetviz.collect.registry import specs
from k8snetviz.model.kinds import Kind


class Terminal(io.StringIO):
    def isatty(self):
        return True


def page(objects, remaining, kind=Kind.POD):
    return Progress(Job(Place(specs()[kind], "v1")), objects, remaining)


@pytest.fixture
def at_once(monkeypatch):
    monkeypatch.setattr(progress, "_FIRST_S", 0.0)
    monkeypatch.setattr(progress, "_EVERY_S", 0.0)


@pytest.fixture
def terminal(monkeypatch):
    made = Terminal()
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=made, modules=sys.modules))  # pytest sets sys.stderr anew for each phase
    return made


def test_a_terminal_shows_one_line_that_goes(at_once, terminal, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    with progress.shown(True) as told:
        told(page(40, None, Kind.SERVICE))
        told(page(500, 149_500))
    text = terminal.getvalue()
    assert "Pod: 500 of about 150,000 · 540 objects of 2 lists · 0 s" in text
    assert "\n" not in text and text.endswith("\r\x1b[K")


def test_a_line_is_cut_to_the_terminal(at_once, terminal, monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    with progress.shown(True) as told:
        told(page(500, 149_500))
    shown = terminal.getvalue().split("\x1b[K")[0].lstrip("\r")
    assert shown == "Pod: 500 of about 1"


def test_what_is_soon_through_shows_nothing(terminal):
    with progress.shown(True) as told:
        told(page(500, 0))
    assert terminal.getvalue() == ""


def test_nobody_looks_at_a_file(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with progress.shown(True) as told:
        assert told is None


def test_nothing_is_shown_where_it_was_not_wanted(terminal):
    with progress.shown(False) as told:
        assert told is None


def test_an_own_function_hears_instead(terminal):
    heard = []
    with progress.shown(heard.append) as told:
        told(page(1, None))
    assert heard == [page(1, None)] and terminal.getvalue() == ""


def test_a_notebook_shows_one_output_that_ends_empty(at_once, monkeypatch):
    shown = []
    handle = SimpleNamespace(update=lambda data, raw: shown.append(data["text/plain"]))

    def display(data, *, raw, display_id):
        assert raw and display_id
        shown.append(data["text/plain"])
        return handle

    pytest.importorskip("IPython.display")
    monkeypatch.setattr("IPython.get_ipython", lambda: SimpleNamespace(kernel=object()))
    monkeypatch.setattr("IPython.display.display", display)
    with pytest.raises(KeyboardInterrupt), progress.shown(True) as told:
        told(page(500, 500))
        told(page(1_000, None))
        raise KeyboardInterrupt
    assert shown == ["Pod: 500 of about 1,000 · 500 objects of 1 lists · 0 s", "Pod: 1,000 · 1,000 objects of 1 lists · 0 s", ""]
