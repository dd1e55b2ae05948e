"""Write data/before.json and data/during.json: an invented shop, before and during an incident.

    python data/make_sample.py [FOLDER]

Needs nothing but Python; no clock and no chance are involved, so two runs write the same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from generator.base import kubectl_json
from generator.world import snapshots


def main(folder: Path) -> None:
    """Write both snapshots into `folder`."""
    for name, objects in snapshots().items():
        path = folder / f"{name}.json"
        path.write_bytes(kubectl_json(objects).encode())
        print(f"{path}: {len(objects)} objects, {path.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
