"""The invented shop that ships with the package: before and during an incident."""

from __future__ import annotations

from pathlib import Path

from k8snetviz.errors import UsageError
from k8snetviz.model.snapshot import Snapshot

SAMPLES = ("before", "during")


def sample_path(name: str) -> Path:
    """Return the file of the sample `name`, ``before`` or ``during``; UsageError where there is none.

    The wheel holds the files in ``k8snetviz/sample_data/``; a checkout has them in ``data/``.
    """
    if name not in SAMPLES:
        raise UsageError(f"wanted a sample, found {name!r}; there are: {', '.join(SAMPLES)}")
    package = Path(__file__).parents[1]
    places = (package / "sample_data", package.parent / "data")
    for place in places:
        if (path := place / f"{name}.json").is_file():
            return path
    raise UsageError(f"wanted the sample {name!r}, found no {name}.json in {places[0]} or {places[1]}; install the package again")


def sample(name: str) -> Snapshot:
    """Return the sample `name`, ``before`` or ``during``, as a Snapshot; UsageError where there is none."""
    from k8snetviz.collect.load import load

    return load(sample_path(name))
