"""Pictures without our code: a force layout, a first paint as plain as it gets, and the usual notebook.

``pip install -e .[bench]`` brings igraph and networkx, which nothing of ours imports.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.measure import Meter

_ITERATIONS = 50  # igraph's and networkx' own choice for graphs of this size


def igraph_layout(folder: Path, meter: Meter) -> None:
    """Place every pod, Service and node by Fruchterman-Reingold on a grid; edges as the ledger has them."""
    import igraph

    import k8snetviz as knv

    vertices, edges = _graph(knv.backends(knv.load(folder / "snapshot")))
    graph = igraph.Graph(n=vertices, edges=edges)
    with meter.section("cpu"):
        places = graph.layout_fruchterman_reingold(niter=_ITERATIONS, grid=True)
    meter.facts |= {"vertices": len(places), "edges": len(edges)}


def _graph(backends: Any) -> tuple[int, list[tuple[int, int]]]:
    """Return the number of vertices, and the edges from Services to pods and from pods to nodes."""
    import pandas as pd

    services = "s/" + backends["namespace"] + "/" + backends["service"]
    pods = "p/" + backends["pod_namespace"].fillna("") + "/" + backends["pod"].fillna(backends["address"])
    nodes = "n/" + backends["node"].fillna("")
    codes, names = pd.factorize(pd.concat([services, pods, nodes]))
    service, pod, node = (codes[start * len(backends) : (start + 1) * len(backends)].tolist() for start in range(3))
    return len(names), sorted({*zip(service, pod, strict=True), *zip(pod, node, strict=True)})


def plain_paint(folder: Path, meter: Meter) -> None:
    """Files to figure JSON with imports: pods as columns, the interned map, a placement in one pass, every pod and edge as plotly."""
    with meter.section("cpu"):
        import numpy as np
        import plotly.graph_objects as go

        from benchmarks.mapping_floors import Pods, interned_pairs, selectors

        pods, wanted = Pods(folder), selectors(folder)
        of_service, of_pod = interned_pairs(pods, wanted)
        x, y = np.zeros(len(pods.names)), np.zeros(len(pods.names))
        turn = np.arange(len(of_pod)) * 2.399963
        side = int(np.ceil(np.sqrt(len(wanted))))
        x[of_pod] = of_service % side + 0.4 * np.cos(turn)
        y[of_pod] = of_service // side + 0.4 * np.sin(turn)
        gap = np.full(len(of_pod), np.nan)
        line_x = np.stack((of_service % side, x[of_pod], gap), axis=1).ravel()
        line_y = np.stack((of_service // side, y[of_pod], gap), axis=1).ravel()
        traces = [go.Scattergl(x=line_x, y=line_y, mode="lines"), go.Scattergl(x=x, y=y, mode="markers")]
        text = go.Figure(traces).to_json()
    meter.facts |= {"bytes": len(text), "pods": len(pods.names)}


def notebook_paint(folder: Path, meter: Meter) -> None:
    """What a notebook usually does: json.load, json_normalize, selectors by namespace, networkx' spring layout, plotly."""
    with meter.section("cpu"):
        import networkx
        import pandas as pd
        import plotly.graph_objects as go

        items = json.loads((folder / "snapshot/pods.json").read_bytes())["items"]
        services = json.loads((folder / "snapshot/services.json").read_bytes())["items"]
        frame = pd.json_normalize(items)
        graph = networkx.Graph()
        for pod in items:
            meta, node = pod["metadata"], pod["spec"].get("nodeName")
            graph.add_edge(f"p/{meta['namespace']}/{meta['name']}", f"n/{node}")
        for service in services:
            meta, selector = service["metadata"], service["spec"].get("selector")
            for pod in items if selector else ():
                labels = pod["metadata"].get("labels", {})
                if pod["metadata"]["namespace"] == meta["namespace"] and selector.items() <= labels.items():
                    graph.add_edge(f"s/{meta['namespace']}/{meta['name']}", f"p/{pod['metadata']['namespace']}/{pod['metadata']['name']}")
        places = networkx.spring_layout(graph, seed=1)
        x, y = zip(*places.values(), strict=True)
        lines = [[place[axis] for pair in graph.edges for place in (places[pair[0]], places[pair[1]], (None, None))] for axis in (0, 1)]
        traces = [go.Scatter(x=lines[0], y=lines[1], mode="lines"), go.Scatter(x=x, y=y, mode="markers", text=list(places))]
        text = go.Figure(traces).to_json()
    meter.facts |= {"bytes": len(text), "pods": len(frame)}
