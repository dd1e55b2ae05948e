"""Makes the stored notebooks: cells as source here, run in a new kernel, written with their outputs.

Run by ``make notebooks``; a diff of a notebook is a diff of behaviour.
"""

from __future__ import annotations

from pathlib import Path

from k8snetviz.documents.notebook import executed, made_of, written

FOLDER = Path(__file__).parent

FIRST_LOOK = (
    (
        "markdown",
        """
# A first look at a snapshot

A shop on three nodes, in the middle of an incident: customers report errors at several places. Somebody ran
`kubectl get ... -A -o json` and mailed the file. Put your own file, directory or archive into `knv.load(...)` in the
next cell and run everything.
""",
    ),
    (
        "code",
        """
import k8snetviz as knv
import pandas as pd

pd.options.display.max_colwidth = 200
pd.options.display.html.use_mathjax = False

snap = knv.sample("during")  # yours: knv.load("dump.tar.gz")
snap
""",
    ),
    (
        "markdown",
        """
## What is not known

Nothing here means "none" unless it was read: what was not collected, refused or cut off is a row of `snap.gaps`, and
whatever depends on it answers `unknown`.
""",
    ),
    ("code", "snap.gaps"),
    ("code", 'snap.sources[["source", "layout", "format", "objects", "duplicates"]]'),
    (
        "markdown",
        """
## Which Services serve, and the first reason why not

One row per Service. `ready` counts the backends that serve at least one port.
""",
    ),
    (
        "code",
        """
states = knv.service_states(snap)
states["state"].value_counts().to_frame("Services")
""",
    ),
    (
        "code",
        """
states.loc[
    ~states["state"].isin(["serving", "external"]),
    ["namespace", "service", "type", "state", "selected", "ready", "reason", "detail"],
]
""",
    ),
    (
        "markdown",
        """
## The topology

From outside over Ingress, Service and workload to the node, what is broken first. A square is a pod: full is ready,
half is not ready, a cross is absent, hollow is not counted. Edges are backends of the endpoint ledger, not guesses
from selectors. Point at a mark to read its fields.
""",
    ),
    (
        "code",
        """
backends = knv.backends(snap)
knv.view.topology(snap, states=states, backends=backends, select="shop/cart")
""",
    ),
    (
        "markdown",
        """
## One Service explained

Why does `shop/cart` have no endpoint? The ledger, the first reason for each pod, what came near, and the command that
would confirm it.
""",
    ),
    ("code", 'knv.explain(snap, "shop/cart")'),
    (
        "markdown",
        """
## The mapping table

Service port to pods, with address, target port and first reason; what does not serve first.
""",
    ),
    ("code", "knv.view.mapping(snap, states=states, backends=backends)"),
    (
        "markdown",
        """
The picture is drawn from the endpoint ledger: one row per Service port, address family and candidate, with the state by
the controller's rules beside the state that the EndpointSlices show, and the difference classified.
""",
    ),
    (
        "code",
        """
columns = ["pod", "family", "address", "target_port", "expected", "observed", "drift", "reason", "value", "rule"]
backends.loc[backends["service"] == "payments", columns]
""",
    ),
    (
        "markdown",
        """
## Who holds an address

An address from a log line: everything that holds or covers it.
""",
    ),
    ("code", 'knv.owners(snap, snap.services.set_index("service")["cluster_ip"]["web"])'),
    ("code", 'knv.owners(snap, backends.loc[backends["service"] == "web", "address"].iloc[0])'),
    (
        "markdown",
        """
## Passing it on

This notebook is stored with its outputs: whoever gets it sees the tables and pictures without a kernel and without a
cluster. `make review SNAPSHOT=dump.tar.gz` makes one like it from a file of yours, and an HTML page that needs no
network; `snap.save("shop.k8snet")` writes a snapshot that holds only what networking needs.
""",
    ),
)
NOTEBOOKS = {"01-first-look.ipynb": FIRST_LOOK}


def main() -> None:
    """Build every notebook of this folder."""
    for name, cells in NOTEBOOKS.items():
        notebook = made_of((kind, source.strip()) for kind, source in cells)
        written(executed(notebook, FOLDER), FOLDER / name)


if __name__ == "__main__":
    main()
