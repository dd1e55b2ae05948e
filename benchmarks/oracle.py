"""The generator's own count of which pods every Service selects, and the comparison with it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def names_digest(names: list[str]) -> int:
    """Return the number by which two sets of pod names are compared."""
    return zlib.crc32("\n".join(sorted(names)).encode())


def read_oracle(folder: Path) -> dict[str, Any]:
    """Return the oracle of a generated cluster."""
    oracle: dict[str, Any] = json.loads((folder / "oracle.json").read_text())
    return oracle


def wrong_names(oracle: Mapping[str, Any], found: Mapping[str, list[str]]) -> int:
    """Return how many Services have other pods in `found` than the oracle says; missing and extra Services are wrong too."""
    services = oracle["services"]
    wrong: int = sum(names_digest(found.get(key, [])) != entry["crc"] for key, entry in services.items())
    return wrong + len(found.keys() - services.keys())
