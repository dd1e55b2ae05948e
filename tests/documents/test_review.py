from __future__ import annotations

import ast
import json

import pytest

from k8snetviz.documents.lab import prepared, shipped
from k8snetviz.documents.notebook import cells_of, read
from k8snetviz.documents.review import TEMPLATE, draft, review, worth_explaining
from k8snetviz.errors import NetvizError
from tests.build import as_list, endpoint, endpoint_slice, node, pod, service
from tests.documents.pages import Page
from tests.views.frames import state, states

pytest.importorskip("nbclient")


def shop(tmp_path):
    """A file with one Service that serves and one that selects nothing."""
    objects = [
        node("node-a", addresses=("10.0.0.1",)),
        service("web", selector={"app": "web"}),
        service("cart", selector={"app": "carts"}),
        pod("web-0", labels={"app": "web"}, ips=("10.244.0.5",)),
        endpoint_slice("web", (endpoint("10.244.0.5", target="web-0"),)),
        endpoint_slice("cart", ()),
    ]
    path = tmp_path / "dump.json"
    path.write_text(json.dumps(as_list(objects)), encoding="utf-8")
    return path


def test_a_review_from_file_to_page(tmp_path):
    notebook, page = review(str(shop(tmp_path)), tmp_path / "out" / "review.ipynb")
    assert (notebook, page) == (tmp_path / "out" / "review.ipynb", tmp_path / "out" / "review.html")
    done = read(notebook)
    sources = [source for kind, source in cells_of(done) if kind == "code"]
    assert 'snap = knv.load("../dump.json")' in sources[0]
    assert 'knv.explain(snap, "shop/cart")' in sources
    outputs = [output for cell in done.cells for output in cell.get("outputs", ())]
    assert {output["output_type"] for output in outputs} == {"execute_result", "display_data"}
    assert 'knv.explore(snap, select="shop/cart")' in sources
    (explorer,) = (output["data"] for output in outputs if "data-kx=" in output["data"].get("text/html", ""))
    assert len(Page(page.read_text(encoding="utf-8")).scripts) == 1
    assert "data-kx=" in explorer["text/html"]
    assert str(tmp_path) not in notebook.read_text(encoding="utf-8") + page.read_text(encoding="utf-8")
    assert "SELECTS_NOTHING" in page.read_text(encoding="utf-8")


def test_the_draft_calls_the_public_api_only(tmp_path):
    for kind, source in cells_of(draft(str(shop(tmp_path)), tmp_path)):
        if kind == "code":
            made = ast.parse(source)
            forbidden = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.Try)
            assert not any(isinstance(part, forbidden) for part in ast.walk(made))


def test_the_template_is_stored_without_outputs():
    assert all(cell.get("outputs", []) == [] for cell in read(TEMPLATE).cells)


@pytest.mark.parametrize(
    ("rows", "chosen"),
    [
        pytest.param([state()], [], id="all serve"),
        pytest.param([], [], id="no Service"),
        pytest.param(
            [state("a:b/y", "down"), state("a/<x>", "down"), state("a/z", "degraded")], ["a/z"], id="names that nobody can ask for"
        ),
        pytest.param(
            [state("a/x", "degraded", reason="NOT_READY"), state("b/y", "down", reason="NOT_READY"), state("a/z", "external")],
            ["b/y", "a/x"],
            id="what is worst first",
        ),
        pytest.param(
            [
                state("a/x", "down", reason="NOT_READY"),
                state("a/y", "down", reason="NOT_READY"),
                state("a/z", "down", reason="NO_ENDPOINTS"),
            ],
            ["a/x", "a/z"],
            id="one of each kind",
        ),
    ],
)
def test_which_services_are_explained(rows, chosen):
    assert worth_explaining(states(*rows)) == chosen


def test_nothing_to_explain_is_said_and_nothing_selected(tmp_path):
    path = tmp_path / "dump.json"
    path.write_text(json.dumps(as_list([service("mail", type="ExternalName", externalName="smtp.example.net")])), encoding="utf-8")
    cells = cells_of(draft(str(path), tmp_path))
    assert ("markdown", "Every Service serves.") in cells
    assert ("code", "knv.explore(snap)") in cells


def test_no_service_read_is_not_called_serving(tmp_path):
    path = tmp_path / "dump.json"
    path.write_text(json.dumps(as_list([pod("web-0")])), encoding="utf-8")
    told = [text for kind, text in cells_of(draft(str(path), tmp_path)) if kind == "markdown"]
    assert "No Service was read, so there is none to explain; the gaps above say what was not collected." in told


def test_that_nothing_can_be_explained_is_not_called_serving(tmp_path):
    path = tmp_path / "dump.json"
    path.write_text(json.dumps(as_list([service("<x>", selector={"app": "x"})])), encoding="utf-8")
    told = [text for kind, text in cells_of(draft(str(path), tmp_path)) if kind == "markdown"]
    assert "Every Service serves." not in told
    assert "No Service that does not serve has a name that Kubernetes would accept, so none is explained here." in told


def test_an_input_that_is_not_there(tmp_path):
    with pytest.raises(NetvizError):
        review(str(tmp_path / "nothing.json"), tmp_path / "review.ipynb")
    assert not (tmp_path / "review.ipynb").exists()


def test_lab_lays_a_notebook_and_keeps_the_readers_notes(tmp_path):
    path = prepared(str(shop(tmp_path)), tmp_path / "lab")
    assert path.name == "review-dump.json.ipynb"
    assert sorted(found.name for found in path.parent.iterdir()) == [*(notebook.name for notebook in shipped()), "review-dump.json.ipynb"]
    path.write_text(path.read_text(encoding="utf-8").replace("# Review", "# My notes"), encoding="utf-8")
    assert prepared(str(shop(tmp_path)), tmp_path / "lab") == path
    assert "# My notes" in path.read_text(encoding="utf-8")
