"""Pages of every kind, made from inputs on disk the way a user makes them; each is made once."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import k8snetviz as knv
from benchmarks.generate import generate
from benchmarks.plan import SIZES
from k8snetviz.cli import main
from k8snetviz.documents.notebook import executed, made_of, read, written
from k8snetviz.documents.review import review
from tests.build import as_list
from tests.widgets.shop import HOSTILE, shop_objects, told_by

KINDS = ("bare", "report", "share", "nbconvert")
OURS = ("report", "share")  # sealed by us: a policy, and nothing of anybody else
HOSTILE_NAME = "<img src=x onerror=globalThis.ran=30> &lt;'$x$\""  # of the file that is read, hence the title of what is made
_BARE = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Explorer</title></head><body>{}</body></html>'
_HARMLESS = tuple(f"text-{number}" for number, _ in enumerate(HOSTILE))


class Maker:
    """Makes the page of a kind from an input, below one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sources: dict[str, str] = {}
        self._pages: dict[tuple[str, str], Path] = {}
        self._notebooks: dict[str, Path] = {}

    def page(self, kind: str, name: str) -> Path:
        """Return the page of `kind` made from the input `name`."""
        if (kind, name) not in self._pages:
            path = self._folder / kind / f"{_title(name)}.html"
            path.parent.mkdir(exist_ok=True)
            _MAKERS[kind](self, name, path)
            self._pages[kind, name] = path
        return self._pages[kind, name]

    def source(self, name: str) -> str:
        """Return what `knv.load` takes for the input `name`, written once."""
        if name not in self._sources:
            folder = self._folder / "inputs" / name
            folder.mkdir(parents=True)
            self._sources[name] = _INPUTS[name](folder)
        return self._sources[name]

    def pair(self, name: str) -> tuple[str, str]:
        """Return the input `name` as it was before and as it is now: by then Services, pods and Events have come and gone."""
        if name == "sample":
            return "sample:before", "sample:during"
        folder = self._folder / "pairs" / name
        if not folder.exists():
            folder.mkdir(parents=True)
            objects = json.loads(Path(self.source(name)).read_text(encoding="utf-8"))["items"]
            for side, made in (("before", _earlier(objects)), ("after", [*objects, *_events(objects)])):
                (folder / side).mkdir()
                _listed(folder / side, _title(name), made)
        before, after = (str(folder / side / f"{_title(name)}.json") for side in ("before", "after"))
        return before, after

    def snapshot(self, name: str) -> Any:
        """Return the input `name`, loaded."""
        source = self.source(name)
        return knv.sample(source.removeprefix("sample:")) if source.startswith("sample:") else knv.load(source)

    def notebook(self, name: str) -> Path:
        """Return a notebook with the explorer of `name`; all of them come out of one kernel."""
        if not self._notebooks:
            cells = [("code", "import k8snetviz as knv")]
            for each in _INPUTS:
                source = self.source(each)
                call = (
                    f'knv.sample("{source[7:]}")'
                    if source.startswith("sample:")
                    else f"knv.load({str(Path(source).relative_to(self._folder))!r})"
                )
                cells.append(("code", f"knv.explore({call})"))
            run = executed(made_of(cells), self._folder)
            for each, cell in zip(_INPUTS, run.cells[1:], strict=True):
                one = copy.deepcopy(run)
                title = made_of([("markdown", "# What stands behind each Service")]).cells[0]
                one.cells = [title, cell]
                self._notebooks[each] = written(one, self._folder / "notebooks" / each / f"{_title(each)}.ipynb")
        return self._notebooks[name]


def _title(name: str) -> str:
    return HOSTILE_NAME if name == "hostile" else name


def _earlier(objects: list[Any]) -> list[Any]:
    """Return `objects` as they might have been: other selectors, fewer pods that are ready, names of ports and nodes that have gone."""
    made = copy.deepcopy(objects)
    for number, each in enumerate(made):
        spec = each.get("spec", {})
        if each["kind"] == "Service" and number % 2:
            spec["selector"] = {f"{key} ": f"{value} " for key, value in spec.get("selector", {}).items()}
        if each["kind"] == "Pod":
            each["status"]["conditions"] = [{"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}]
    return [each for number, each in enumerate(made) if each["kind"] not in ("Pod", "Service") or number % 5]


def _events(objects: list[Any]) -> list[Any]:
    """Return an Event on each Service and pod, whose every text is the name of that."""
    kept = [each for each in objects if each["kind"] in ("Service", "Pod")]
    return [
        {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": f"event-{number}", "namespace": each["metadata"]["namespace"]},
            "involvedObject": {"kind": each["kind"], "name": each["metadata"]["name"], "namespace": each["metadata"]["namespace"]},
            **dict.fromkeys(("reason", "message", "type", "reportingComponent"), each["metadata"]["name"]),
            "lastTimestamp": "2026-01-01T00:30:00Z",
            "firstTimestamp": "2026-01-01T00:30:00Z",
        }
        for number, each in enumerate(kept)
    ]


def _bare(maker: Maker, name: str, path: Path) -> None:
    path.write_text(_BARE.format(knv.explore(maker.snapshot(name)).html()), encoding="utf-8")


def _incident(maker: Maker, name: str, path: Path) -> None:
    """A report of two snapshots."""
    before, after = maker.pair(name)
    assert main(["report", before, after, "-o", str(path)]) == 0


def _incident_review(maker: Maker, name: str, path: Path) -> None:
    """The page of a review of two snapshots, with title and link."""
    title = HOSTILE_NAME if name == "hostile" else "A review"
    said = ["--title", title, "--link", f"{title}=https://example.com/{title}"]
    assert main(["review", *maker.pair(name), "-o", str(path.with_suffix(".ipynb")), *said]) == 0


def _report(maker: Maker, name: str, path: Path) -> None:
    knv.report(maker.snapshot(name), path)


def _share(maker: Maker, name: str, path: Path) -> None:
    assert main(["share", str(maker.notebook(name)), "-o", str(path)]) == 0


def _nbconvert(maker: Maker, name: str, path: Path) -> None:
    from nbconvert.exporters import HTMLExporter

    page, _ = HTMLExporter().from_notebook_node(read(maker.notebook(name)), resources={"metadata": {"name": _title(name)}})
    path.write_text(page, encoding="utf-8")


def _review(maker: Maker, name: str, path: Path) -> None:
    review([maker.source(name)], path.with_suffix(".ipynb"))


_MAKERS: dict[str, Callable[[Maker, str, Path], None]] = {
    "bare": _bare,
    "report": _report,
    "share": _share,
    "nbconvert": _nbconvert,
    "review": _review,
    "incident": _incident,
    "incident-review": _incident_review,
}


def _listed(folder: Path, name: str, objects: list[Any]) -> str:
    path = folder / f"{name}.json"
    path.write_text(json.dumps(as_list(objects)), encoding="utf-8")
    return str(path)


def _empty(folder: Path) -> str:
    for plural, kind, version in (
        ("pods", "Pod", "v1"),
        ("services", "Service", "v1"),
        ("nodes", "Node", "v1"),
        ("endpointslices", "EndpointSlice", "discovery.k8s.io/v1"),
    ):
        listed = {"kind": f"{kind}List", "apiVersion": version, "metadata": {"resourceVersion": "1"}, "items": []}
        (folder / f"{plural}.json").write_text(json.dumps(listed), encoding="utf-8")
    return str(folder)


def _gaps(folder: Path) -> str:
    """No slices, nodes that were refused, and pods of which a part was not fetched."""
    objects = shop_objects()
    pods = [each for each in objects if each["kind"] == "Pod"]
    cut = {"kind": "PodList", "apiVersion": "v1", "metadata": {"resourceVersion": "1", "continue": "more"}, "items": pods}
    refused = {
        "kind": "Status",
        "apiVersion": "v1",
        "status": "Failure",
        "reason": "Forbidden",
        "message": "nodes is forbidden",
        "code": 403,
    }
    (folder / "pods.json").write_text(json.dumps(cut), encoding="utf-8")
    (folder / "nodes.json").write_text(json.dumps(refused), encoding="utf-8")
    _listed(folder, "services", [each for each in objects if each["kind"] == "Service"])
    return str(folder)


def _large(folder: Path) -> str:
    generate(SIZES["S"], folder)
    return str(folder / "snapshot")


_INPUTS: dict[str, Callable[[Path], str]] = {
    "sample": lambda _folder: "sample:during",
    "shop": lambda folder: _listed(folder, "shop", shop_objects()),
    "empty": _empty,
    "gaps": _gaps,
    "large": _large,
    "hostile": lambda folder: _listed(folder, HOSTILE_NAME, told_by(HOSTILE)),
    "harmless": lambda folder: _listed(folder, "harmless", told_by(_HARMLESS)),
}
INPUTS = tuple(_INPUTS)
