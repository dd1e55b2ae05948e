"""The review notebook: one snapshot in, an executed notebook and its offline page out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from k8snetviz.analysis.states import service_states
from k8snetviz.collect.load import load
from k8snetviz.collect.sample import sample
from k8snetviz.documents import notebook as notebooks
from k8snetviz.documents.files import write_page
from k8snetviz.documents.offline import offline_page
from k8snetviz.model.kinds import BROKEN_FIRST, ServiceState

if TYPE_CHECKING:
    import pandas as pd
    from nbformat import NotebookNode

    from k8snetviz.model.snapshot import Snapshot

TEMPLATE = Path(__file__).with_name("review.ipynb")
_QUIET = (ServiceState.SERVING, ServiceState.EXTERNAL)
_NAME = r"[A-Za-z0-9._-]+"
_EXPLAINED = 10  # Services explained one by one, each with another story


def review(source: str, path: Path, *, states: pd.DataFrame | None = None) -> tuple[Path, Path]:
    """Write the executed review of `source` to `path` (.ipynb), its offline page beside it (.html), and return both paths.

    Parameters
    ----------
    source : what `load` takes as a path, or ``sample:before``, ``sample:during``
    path : the notebook to write; it loads `source` by its way from there, so that both can be moved together
    states : SERVICE_STATES of `source`, where the caller has them already

    Raises
    ------
    UsageError : Jupyter is not installed, `source` is stdin, or a cell failed.
    InputError : `source` cannot be read.
    """
    folder = path.resolve().parent
    folder.mkdir(parents=True, exist_ok=True)
    run = notebooks.executed(draft(source, folder, states=states), folder)
    done = notebooks.written(run, path)
    return done, write_page(offline_page(run, path.stem).text, path.with_suffix(".html"))


def draft(source: str, folder: Path, *, states: pd.DataFrame | None = None) -> NotebookNode:
    """Return the review of `source` before it is run: the template, with the input and the Services to explain filled in."""
    template = notebooks.cells_of(notebooks.read(TEMPLATE))
    call = notebooks.load_call(source, folder)
    states = service_states(_snapshot(source)) if states is None else states
    chosen = worth_explaining(states)
    stories = [("code", f"knv.explain(snap, {notebooks.quoted(reference)})") for reference in chosen]
    select = f", select={notebooks.quoted(chosen[0])}" if chosen else ""
    cells: list[tuple[str, str]] = []
    for kind, text in template:
        if text.startswith("knv.explain("):
            cells += stories or [("markdown", _nothing(states))]
        else:
            cells.append((kind, text.replace('knv.sample("during")', call).replace(', select="shop/cart"', select)))
    return notebooks.made_of(cells)


def worth_explaining(states: pd.DataFrame) -> list[str]:
    """Return a few Services that do not serve as ``namespace/name``: what is worst first, one of each kind.

    A doctored dump may hold names that Kubernetes refuses and no reference can spell: those are not asked for.
    """
    spelled = states["namespace"].str.fullmatch(_NAME) & states["service"].str.fullmatch(_NAME)
    broken = states[~states["state"].isin(_QUIET) & spelled]
    broken = broken.assign(order=broken["state"].map(BROKEN_FIRST.index).astype("int64")).sort_values(["order", "namespace", "service"])
    chosen = broken.drop_duplicates(["state", "reason", "detail"]).head(_EXPLAINED)
    return (chosen["namespace"] + "/" + chosen["service"]).tolist()


def _nothing(states: pd.DataFrame) -> str:
    if states.empty:
        return "No Service was read, so there is none to explain; the gaps above say what was not collected."
    if states["state"].isin(_QUIET).all():
        return "Every Service serves."
    return "No Service that does not serve has a name that Kubernetes would accept, so none is explained here."


def _snapshot(source: str) -> Snapshot:
    return sample(source.removeprefix("sample:")) if source.startswith("sample:") else load(source)
