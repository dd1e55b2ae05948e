"""A reader who has the package: explorers live in notebooks that are not trusted, and a broken labextension breaks nothing else."""

from __future__ import annotations

from shutil import copytree

import pytest

from tests.e2e.reader import is_alive, narrow

_BREAKS = {
    "entry throws": ("static/remoteEntry.js", 'throw new Error("broken on purpose");\n'),
    "entry is garbage": ("static/remoteEntry.js", "\x00}{ broken on purpose \x01"),
    "module throws": ("static/explorer.js", 'throw new Error("broken on purpose");\n'),
    "module has no explorer": ("static/explorer.js", "export default {};\n"),
}
_COMPLAINTS = "|".join(  # of the break itself, and what JupyterLab says of it
    (
        "^(page error|console: k8snetviz: .*): (Error: )?broken on purpose",
        "^page error: Invalid or unexpected token$",
        "^console: k8snetviz: the picture or the text is shown instead: TypeError: explorer.received is not a function",
        r"^console: TypeError: Cannot read properties of undefined \(reading '(init|k8snetviz|get)'\)\n +at .*/static/lab/",
        "^console: Failed to create module: package: k8snetviz; module: ./mimeExtension$",
    )
)


def test_untrusted_it_lives_where_the_package_is_installed(opened, received, lab, layout):
    with lab.extension(layout):
        page = opened(received("received"))
        (explorer,) = page.explorers().all()
        page.shot("untrusted-extension")
        is_alive(explorer)
        shown = [output.inner_text() for output in page.page.locator(".jp-OutputArea-child:visible").all()]
        assert len(shown) == 1
        assert page.page.locator(".jp-OutputArea script").count() == 0


def test_trusted_and_live_the_package_changes_nothing(opened, fresh, lab, layout):
    with lab.extension(layout):
        page = opened(fresh("import k8snetviz as knv", 'knv.explore(knv.sample("during"))')).run_all()
        (explorer,) = page.explorers().all()
        is_alive(explorer)
        page.shot("live-extension")


def test_several_live_untrusted(opened, received, lab, layout):
    with lab.extension(layout):
        page = opened(received("two", kernel="gone"))
        during, before, _ = page.explorers(3).all()
        narrow(during, "cart", "shop/cart")
        narrow(before, "orders", "shop/orders")


@pytest.mark.parametrize("broken", _BREAKS)
def test_a_broken_labextension_leaves_jupyterlab_alive(opened, received, lab, layout, tmp_path, broken):
    name, text = _BREAKS[broken]
    copy = copytree(layout, tmp_path / "layout")
    (copy / name).write_text(text)
    with lab.extension(copy):
        page = opened(received("received", kernel="gone"))
        page.page.locator(".jp-OutputArea img").first.wait_for()
        page.shot(f"broken-{broken}")
        cells = page.page.locator(".jp-Notebook .jp-Cell").count()
        page.command("notebook:insert-cell-below")
        assert page.page.locator(".jp-Notebook .jp-Cell").count() == cells + 1
        assert page.page.get_by_role("menubar").is_visible()
    page.complained(_COMPLAINTS)
