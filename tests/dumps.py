"""Where the real dumps are, and the mark of tests that need them."""

from __future__ import annotations

from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "shared" / "data"
needs_dumps = [
    pytest.mark.dumps,
    pytest.mark.skipif(not DATA.exists(), reason="real dumps are not beside the checkout (../shared/data)"),
]


def dump(prefix: str) -> Path:
    """Return the folder of the dump whose name starts with `prefix`, such as ``d07``."""
    (folder,) = DATA.glob(f"{prefix}-*")
    return folder
