"""What somebody gets who was only mailed the file: no kernel, no package, no network, a browser that has never been here."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest

import k8snetviz as knv
from k8snetviz.cli import main
from k8snetviz.documents.notebook import executed, made_of, read, written
from tests.browser import alive, needs_chromium
from tests.dumps import dump, needs_dumps
from tests.pages.test_alive import _CDN

pytestmark = [*needs_chromium, *needs_dumps]

DUMPS = {"d01": "files", "d05": "files", "d14": "files-t1"}
_QUIET = ("serving", "external")


@cache
def snapshot(name: str) -> Any:
    return knv.load(dump(name) / DUMPS[name])


@pytest.fixture(scope="module")
def mailed(tmp_path_factory) -> Path:
    """A folder with a report, a share page and a notebook per dump, made elsewhere and copied to where nothing else is."""
    made, inbox = tmp_path_factory.mktemp("made"), tmp_path_factory.mktemp("inbox")
    cells = [("code", "import k8snetviz as knv")]
    for name in DUMPS:
        cells += [("code", f"snap = knv.load({str(dump(name) / DUMPS[name])!r})\nknv.explore(snap)"), ("code", "knv.service_states(snap)")]
    run = executed(made_of(cells), made)
    for place, name in enumerate(DUMPS):
        one = made_of([("markdown", f"# {name}")])
        one.cells += run.cells[1 + 2 * place : 3 + 2 * place]
        written(one, made / f"{name}.ipynb")
        knv.report(snapshot(name), made / f"{name}-report.html")
        assert main(["share", str(made / f"{name}.ipynb"), "-o", str(made / f"{name}-share.html")]) == 0
    for file in made.iterdir():
        copyfile(file, inbox / file.name)
    return inbox


def converted(notebook: Path) -> Path:
    """What a reader without our package makes of a notebook: the page of plain nbconvert."""
    from nbconvert.exporters import HTMLExporter

    page, _ = HTMLExporter().from_notebook_node(read(notebook), resources={"metadata": {"name": notebook.stem}})
    path = notebook.with_name(f"{notebook.stem}-nbconvert.html")
    path.write_text(page, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", DUMPS)
@pytest.mark.parametrize("kind", ["report", "share", "notebook"])
def test_what_is_broken_is_found_read_and_right(kind, name, mailed, visit, shoot):
    file = converted(mailed / f"{name}.ipynb") if kind == "notebook" else mailed / f"{name}-{kind}.html"
    page = alive(visit(file, blocked=_CDN if kind == "notebook" else ()))
    states = knv.service_states(snapshot(name))
    broken = states[~states["state"].isin(_QUIET)]
    state = next(state for state in ("down", "degraded", "unknown") if (broken["state"] == state).any())
    number = int((states["state"] == state).sum())

    page.get_by_role("button", name=f"{number} {state}").click()
    row = page.locator(".tr").first
    found = row.locator(".c-service").inner_text().replace("\n", "")
    assert found in set(broken["namespace"] + "/" + broken["service"])
    page.get_by_role("searchbox").fill(found)
    row.click()
    link = page.locator(".details").get_by_role("button", name=f"why {found}")
    if link.count():  # the row is one pod of it
        link.click()

    told = knv.explain(snapshot(name), found)
    panel = page.locator(".details").inner_text()
    shoot(page, f"mailed-{kind}-{name}")
    assert f"{found} is {'not known' if state == 'unknown' else state}" in panel
    said = " ".join(panel.split()).casefold()
    own = told.state.iloc[0]
    assert " ".join(own["detail"].split()).casefold() in said
    assert own["reason"] in panel
    assert page.locator(".details pre").inner_text().splitlines() == told.commands


@pytest.mark.parametrize("name", DUMPS)
@pytest.mark.parametrize("kind", ["report", "share"])
def test_a_reader_without_scripts_finds_it_too(kind, name, mailed, visit):
    page = visit(mailed / f"{name}-{kind}.html", scripts=False)
    states = knv.service_states(snapshot(name))
    text = page.locator("body").inner_text()
    for row in states[~states["state"].isin(_QUIET)].itertuples():
        assert f"{row.namespace}/{row.service}" in text and row.reason in text


def test_nothing_else_lies_in_the_inbox_and_nothing_tells_where_it_was_made(mailed):
    assert {file.suffix for file in mailed.iterdir()} == {".html", ".ipynb"}
    for file in mailed.glob("*-report.html"):
        assert str(dump("d01").parent.parent) not in file.read_text(encoding="utf-8")
