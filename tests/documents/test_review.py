from __future__ import annotations

import ast
import json
import re

import pytest

from k8snetviz.documents import notebook as notebooks
from k8snetviz.documents.lab import prepared, shipped
from k8snetviz.documents.links import links
from k8snetviz.documents.notebook import cells_of, made_of, read, written
from k8snetviz.documents.review import draft, review
from k8snetviz.documents.template import LARGEST, PARAMETERS, TEMPLATE, Parameters, parameter_source, settled, tags, template
from k8snetviz.errors import InputError, LimitError, UnknownReference, UsageError
from tests.build import as_list, endpoint, endpoint_slice, node, pod, service
from tests.documents.pages import Page

pytest.importorskip("nbclient")


def shop(path, *, selector="carts", uid="one"):
    """A file with one Service that serves and one whose selector decides; `uid` is that of its pod."""
    objects = [
        node("node-a", addresses=("10.0.0.1",)),
        service("web", selector={"app": "web"}),
        service("cart", selector={"app": selector}),
        pod("web-0", labels={"app": "web"}, ips=("10.244.0.5",)),
        pod("cart-0", labels={"app": "cart"}, ips=("10.244.0.6",)),
        endpoint_slice("web", (endpoint("10.244.0.5", target="web-0"),)),
        endpoint_slice("cart", (endpoint("10.244.0.6", target="cart-0"),) if selector == "cart" else ()),
    ]
    for each in objects:
        each["metadata"]["resourceVersion"] = uid
    path.write_text(json.dumps(as_list(objects)), encoding="utf-8")
    return str(path)


def code(notebook):
    return [source for kind, source in cells_of(notebook) if kind == "code"]


def words(notebook):
    return "\n".join(source for kind, source in cells_of(notebook) if kind == "markdown")


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """The review of two files, with every parameter."""
    folder = tmp_path_factory.mktemp("two")
    sources = [shop(folder / "before.json", selector="cart"), shop(folder / "after.json", uid="two")]
    wanted = Parameters("Cart <i>is</i> *down*", ("shop/cart",), "2020-01-01", "2030-01-01", links(["ticket=https://example.com/a(b)"]))
    return folder, review(sources, folder / "out" / "incident.ipynb", wanted)


def test_from_two_files_to_notebook_and_page(two):
    folder, made = two
    assert (made.notebook, made.page) == (folder / "out" / "incident.ipynb", folder / "out" / "incident.html")
    done, page = read(made.notebook), made.page.read_text(encoding="utf-8")
    assert 'snaps = [knv.load("../before.json"), knv.load("../after.json")]' in code(done)[0]
    assert 'services = ["shop/cart"]\nsince, until = "2020-01-01", "2030-01-01"' in code(done)[0]
    assert [cell.execution_count for cell in done.cells if cell.cell_type == "code"] == list(range(1, len(code(done)) + 1))
    outputs = [output for cell in done.cells for output in cell.get("outputs", ())]
    assert {output["output_type"] for output in outputs} == {"execute_result", "display_data"}
    assert len(Page(page).scripts) == 1 and len([output for output in outputs if "data-kx=" in output["data"].get("text/html", "")]) == 1
    assert str(folder) not in made.notebook.read_text(encoding="utf-8") + page


def test_a_reader_of_the_page_learns_what_broke_and_why(two):
    text = Page(two[1].page.read_text(encoding="utf-8")).text
    assert "1 Service stopped serving as it should (now 1 down); no Service serves again." in text
    assert "The selector of Service shop/cart changed from app=cart to app=carts." in text
    assert "shop/cart ● serving ✕ down 1 → 0" in text
    assert "1 backend lost, 0 gained" in text
    assert "kubectl -n shop get pods -l app=carts" in text
    assert "How many requests failed, and whose: a snapshot counts none." in text


def test_title_and_links_are_shown_as_they_stand(two):
    page = two[1].page.read_text(encoding="utf-8")
    assert "<h1" in page and "Cart &lt;i&gt;is&lt;/i&gt; *down*" in page
    assert 'href="https://example.com/a%28b%29"' in page
    assert "{{" not in words(read(two[1].notebook))


def test_cells_whose_source_is_folded_are_not_on_the_page(two):
    page = two[1].page.read_text(encoding="utf-8")
    assert "review.causes" in two[1].notebook.read_text(encoding="utf-8")
    assert "review.causes" not in page and "snaps" in page


def test_a_terminal_is_told_the_same_in_short(two):
    assert two[1].said.splitlines()[0].endswith("1 Service stopped serving as it should (now 1 down); no Service serves again.")
    assert "- The selector of Service shop/cart changed from app=cart to app=carts." in two[1].said.splitlines()


def test_one_snapshot_has_no_comparison(tmp_path):
    made = review([shop(tmp_path / "dump.json")], tmp_path / "review.ipynb")
    done = read(made.notebook)
    assert "# Review of one moment" in words(done) and "First causes" not in words(done)
    assert not {"review.causes", "review.backends"} & set(code(done))
    assert re.search(r"Of 2 Services at [\d: -]+ UTC \(dump\.json\), 1 does not serve as it should: 1 down, 1 serving\.", made.said)


def test_a_folder_of_several_is_a_timeline_and_is_told_from_one_snapshot(tmp_path):
    for place, selector in enumerate(("cart", "cart", "carts")):
        (tmp_path / "series" / f"t{place}").mkdir(parents=True)
        shop(tmp_path / "series" / f"t{place}" / "all.json", selector=selector, uid=str(place))
    made = review([str(tmp_path / "series")], tmp_path / "review.ipynb")
    done = read(made.notebook)
    assert 'snaps = [*knv.load_series("series")]' in code(done)[0]
    assert "# Incident review" in words(done) and "## Over time" in words(done)
    assert "1 Service stopped serving as it should" in made.said


@pytest.mark.parametrize("moments", [1, 2, 3])
def test_the_draft_calls_the_public_api_only(moments):
    made = template(TEMPLATE)
    settled(made, Parameters(), moments)
    for source in code(made):
        parsed = ast.parse(source)
        forbidden = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.Try)
        assert not any(isinstance(part, forbidden) for part in ast.walk(parsed))
        assert all(alias.name == "k8snetviz" for part in ast.walk(parsed) if isinstance(part, ast.Import) for alias in part.names)
        assert not any(isinstance(part, ast.ImportFrom) for part in ast.walk(parsed))


def test_the_template_is_stored_without_outputs():
    assert all(cell.get("outputs", []) == [] for cell in read(TEMPLATE).cells)


def test_parameters_are_python_whatever_they_hold():
    wanted = Parameters(services=('a/"x"', "b\nimport os"), since="'", links={"x": "https://e"})
    source = parameter_source(["1", '"\\n"'], wanted)
    names: dict[str, object] = {}
    exec(source.replace("import k8snetviz as knv", ""), names)
    assert names["snaps"] == [1, "\n"] and names["services"] == ['a/"x"', "b\nimport os"]
    assert (names["since"], names["until"]) == ("'", None)


def own(path, *cells):
    """A template at `path` of (source, tags) pairs; a source that begins with # is text."""
    made = made_of([("markdown" if source.startswith("#") else "code", source) for source, _ in cells])
    for cell, (_, tagged) in zip(made.cells, cells, strict=True):
        cell.metadata["tags"] = list(tagged)
    return written(made, path)


def test_a_template_of_ones_own(tmp_path):
    path = own(
        tmp_path / "ours.ipynb",
        ("# Team: {{title}}\n\n{{links}}", ()),
        ("snaps, services, since, until = [], [], None, None", (PARAMETERS,)),
        ("# only for one", ("single",)),
        ("# only for two", ("comparison",)),
        ("len(snaps)", ()),
    )
    made = review([shop(tmp_path / "dump.json")], tmp_path / "review.ipynb", Parameters("X"), template_path=path)
    done = read(made.notebook)
    assert words(done) == "# Team: X\n# only for one"
    assert done.cells[-1].outputs[0]["data"]["text/plain"] == "1"
    assert made.said.strip() == ""


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        pytest.param([("1", ())], r"wanted a template with one code cell tagged parameters, found 0 in ours\.ipynb", id="no parameters"),
        pytest.param([("1", (PARAMETERS,)), ("2", (PARAMETERS,))], "one code cell tagged parameters, found 2", id="two of them"),
        pytest.param(
            [("1", (PARAMETERS,)), ("no_such", ())],
            r"a cell of the notebook failed: NameError: name 'no_such' is not defined; the template is ours\.ipynb",
            id="a cell fails",
        ),
        pytest.param([("1 +", ()), ("1", (PARAMETERS,))], "SyntaxError: .*; the template is ours", id="no Python"),
    ],
)
def test_a_broken_template_is_one_sentence(cells, sentence, tmp_path):
    path = own(tmp_path / "ours.ipynb", *cells)
    with pytest.raises(UsageError, match=sentence) as refused:
        review([shop(tmp_path / "dump.json")], tmp_path / "review.ipynb", template_path=path)
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "review.ipynb").exists()


def test_what_is_no_template(tmp_path):
    (tmp_path / "x.ipynb").write_text("{}")
    for name, sentence in (("x.ipynb", "wanted a notebook, found x.ipynb"), ("none.ipynb", "wanted to read .*none.ipynb")):
        with pytest.raises(InputError, match=sentence):
            review(["sample:during"], tmp_path / "review.ipynb", template_path=tmp_path / name)
    (tmp_path / "large.ipynb").write_text(" " * (LARGEST + 1))
    with pytest.raises(LimitError, match=r"wanted a template of at most 5 MiB, found large\.ipynb"):
        template(tmp_path / "large.ipynb")


def test_an_odd_list_of_tags_is_none(tmp_path):
    path = own(tmp_path / "ours.ipynb", ("1", (PARAMETERS,)), ("2", ()))
    made = json.loads(path.read_text())
    made["cells"][1]["metadata"]["tags"] = "comparison"
    path.write_text(json.dumps(made))
    assert [tags(cell) for cell in notebooks.jupyter("nbformat").reads(path.read_text(), as_version=4).cells] == [[PARAMETERS], []]


def test_an_unknown_service_is_refused_with_the_nearest(tmp_path):
    with pytest.raises(UnknownReference, match="shop/cart"):
        review([shop(tmp_path / "dump.json")], tmp_path / "review.ipynb", Parameters(services=("shop/carts",)))


@pytest.mark.parametrize("sources", [("no-such.json",), ("sample:during", "no-such.json")])
def test_an_input_that_is_not_there(sources, tmp_path):
    with pytest.raises(InputError, match=r"wanted to read no-such\.json, found no such file"):
        review(sources, tmp_path / "review.ipynb")
    assert not (tmp_path / "review.ipynb").exists()


def test_an_input_with_nothing_of_ours_is_told_as_load_tells_it(tmp_path):
    (tmp_path / "x.json").write_text('{"kind": "Secret"}')
    with pytest.raises(InputError, match="wanted Kubernetes objects"):
        review([str(tmp_path / "x.json")], tmp_path / "review.ipynb")


def test_lab_lays_a_notebook_and_keeps_the_readers_notes(tmp_path):
    source = shop(tmp_path / "dump.json")
    path = prepared(source, tmp_path / "lab")
    assert path.name == "review-dump.json.ipynb"
    assert sorted(found.name for found in path.parent.iterdir()) == [*(notebook.name for notebook in shipped()), "review-dump.json.ipynb"]
    assert 'snaps = [knv.load("../dump.json")]' in code(read(path))[0]
    path.write_text(path.read_text(encoding="utf-8").replace("# Review", "# My notes"), encoding="utf-8")
    assert prepared(source, tmp_path / "lab") == path
    assert "# My notes" in path.read_text(encoding="utf-8")


def test_lab_takes_a_folder_of_several(tmp_path):
    for place in range(2):
        (tmp_path / "series" / f"t{place}").mkdir(parents=True)
        shop(tmp_path / "series" / f"t{place}" / "all.json", uid=str(place))
    made = draft(str(tmp_path / "series"), tmp_path)
    assert 'snaps = [*knv.load_series("series")]' in code(made)[0] and "review.causes" in code(made)
