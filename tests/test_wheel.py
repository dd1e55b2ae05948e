"""The wheel: what is in it, and that the labextension shows the very explorer that notebooks carry."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

import k8snetviz
from k8snetviz.widgets.module import module_text
from k8snetviz.widgets.page import MIME, VERSION

ROOT = Path(__file__).parents[1]
EXTENSION = "share/jupyter/labextensions/k8snetviz/"
SOURCE = ROOT / "k8snetviz" / "widgets" / "static" / "labextension"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of this checkout, built by the build backend itself: no network, nothing installed."""
    folder = tmp_path_factory.mktemp("wheel")
    (path,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    with zipfile.ZipFile(path) as archive:
        yield archive


def shared(wheel):
    """Files of the wheel that are laid out beside the package, by where they go."""
    data = f"k8snetviz-{k8snetviz.__version__}.data/data/"
    return {name.removeprefix(data): wheel.read(name) for name in wheel.namelist() if name.startswith(data)}


def test_the_labextension_is_laid_out_where_jupyter_looks_for_it(wheel):
    assert sorted(shared(wheel)) == [EXTENSION + name for name in ("package.json", "static/explorer.js", "static/remoteEntry.js")]


def test_it_shows_the_very_module_that_notebooks_carry(wheel):
    assert shared(wheel)[EXTENSION + "static/explorer.js"].decode("utf-8") == module_text()
    assert wheel.read("k8snetviz/widgets/static/explorer.js").decode("utf-8") == module_text()


def test_it_has_the_version_of_the_package_and_loads_a_file_that_is_there(wheel):
    said = json.loads(shared(wheel)[EXTENSION + "package.json"])
    assert (said["name"], said["version"]) == ("k8snetviz", k8snetviz.__version__)
    assert EXTENSION + said["jupyterlab"]["_build"]["load"] in shared(wheel)


def test_it_takes_the_entry_that_the_output_of_a_cell_has():
    text = (SOURCE / "static" / "remoteEntry.js").read_text(encoding="utf-8")
    assert re.search(r'const MIME = "([^"]+)"', text)[1] == MIME
    reads = (Path(k8snetviz.__file__).parent / "widgets" / "static" / "explorer" / "boot.js").read_text(encoding="utf-8")  # the entry
    assert int(re.search(r"const VERSION = (\d+);", reads)[1]) == VERSION


def test_it_reads_text_as_text_and_asks_nobody():
    text = (SOURCE / "static" / "remoteEntry.js").read_text(encoding="utf-8")
    for unsafe in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "http:", "https:"):
        assert unsafe not in text


def test_the_wheel_holds_what_runs_and_nothing_else(wheel):
    names = wheel.namelist()
    assert {"k8snetviz/sample_data/before.json", "k8snetviz/sample_data/during.json", "k8snetviz/py.typed"} <= set(names)
    assert [name for name in names if re.search(r"(^|/)(tests|benchmarks|node_modules|__pycache__)/|\.pyc$|\.map$", name)] == []
    assert len(set(names)) == len(names)


def test_the_wheel_stays_small(wheel):
    assert sum(entry.compress_size for entry in wheel.infolist()) < 1_500_000


def test_every_file_of_the_package_is_in_the_wheel(wheel):
    files = (path.relative_to(ROOT).as_posix() for path in (ROOT / "k8snetviz").rglob("*") if path.is_file())
    assert {name for name in files if "__pycache__" not in name} - set(wheel.namelist()) == set()
