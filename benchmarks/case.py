"""Runs one case in this process and prints its figures as one line of JSON: ``python -m benchmarks.case NAME FOLDER``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from benchmarks.measure import Meter, peak_bytes

# name -> module and function; imported only in the process that runs it
CASES = {
    "read": ("floors", "read_only"),
    "typed-scan": ("floors", "typed_scan"),
    "tight-scan": ("floors", "tight_scan"),
    "json-normalize": ("floors", "json_normalize"),
    "official-client": ("floors", "official_client"),
    "import-pandas": ("floors", "import_pandas"),
    "naive-map": ("mapping_floors", "naive_by_namespace"),
    "interned-map": ("mapping_floors", "interned_and_joined"),
    "load": ("ours", "load_pods"),
    "load-snapshot": ("ours", "load_snapshot"),
    "map": ("ours", "map_services"),
    "ledger": ("ours", "ledger_warm"),
    "ledger-cold": ("ours", "ledger_cold"),
    "ledger-apart": ("ours", "ledger_apart"),
    "diff": ("ours", "diff_two"),
    "import": ("ours", "import_ours"),
    "import-load": ("ours", "import_for_load"),
    "cli-help": ("ours", "cli_help"),
    "igraph-layout": ("picture_floors", "igraph_layout"),
    "plain-paint": ("picture_floors", "plain_paint"),
    "notebook-paint": ("picture_floors", "notebook_paint"),
    "layout": ("seen", "layout"),
    "pictures": ("seen", "pictures"),
    "paint": ("seen", "paint"),
    "explore": ("seen", "explore_warm"),
    "explore-cold": ("seen", "explore_cold"),
    "explorer-sizes": ("seen", "explorer_sizes"),
    "report": ("seen", "report"),
    "page-work": ("seen", "page_work"),
}


def main() -> None:
    """Run the command line."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    module, function = CASES[name]
    case: Callable[[Path, Meter], None] = getattr(import_module(f"benchmarks.{module}"), function)
    meter = Meter()
    case(folder, meter)
    print(json.dumps({"case": name, "seconds": meter.seconds, "facts": meter.facts, "peak": peak_bytes()}))


if __name__ == "__main__":
    main()
