"""Names in the order in which people count."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"([0-9]{1,18})")


def natural(name: str) -> list[tuple[int, str]]:
    """Return a key that puts ``t2`` before ``t10``."""
    return [(int(part), "") if place % 2 else (-1, part) for place, part in enumerate(_NUMBER.split(name))]
