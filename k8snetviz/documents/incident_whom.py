"""For whom it was: what leads from outside to the Services that were hit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from k8snetviz.analysis.columns import rows_with
from k8snetviz.analysis.reached_by import reached_by
from k8snetviz.analysis.references import Form, Reference
from k8snetviz.documents.markup import Html, Part, paragraph, state_mark, table
from k8snetviz.documents.report_tables import QUIET, left_out
from k8snetviz.model.kinds import Kind, ServiceState
from k8snetviz.model.printable import printable
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.views.rows import each

if TYPE_CHECKING:
    from k8snetviz.documents.incident import Incident

_ROWS, _ROOM = 100, 150_000  # rows of the table, and its bytes
_WAYS = 6  # ways in that are named for one Service
_ROLES = {"external": "external address", "load-balancer": "load balancer"}


def whom(review: Incident) -> Part:
    """Return, of each Service that does not serve, the ways that lead to it from outside of the cluster."""
    hit = review.services_hit
    broken = hit[hit["state"].notna() & ~hit["state"].isin(QUIET)]
    if broken.empty:
        return Part(paragraph("Nobody that the snapshots tell of: every Service that was read serves."))
    rows = broken.head(_ROWS)
    lines = ((f"{row.namespace}/{row.service}", state_mark(ServiceState(row.state)), _ways(review.after, row)) for row in each(rows))
    heads = ("Service", "State", "Who reaches it from outside, and how")
    made, shown = table(heads, lines, "Ways that lead to what was hit", limit=_ROWS, room=_ROOM)
    unread = [] if review.after.knows(Kind.INGRESS) else ["Ingresses were not read, or not everywhere, so there may be more ways."]
    words = " ".join(["Whoever calls a Service by its name inside the cluster is hit as well; no snapshot tells who does.", *unread])
    return Part(Html(paragraph(words, "note") + made + left_out(shown, len(broken), "Service")))


def _ways(snap: Snapshot, row: Any) -> str:
    ways = list(_ways_in(snap, str(row.namespace), str(row.service)))
    more = f", and {len(ways) - _WAYS} more" if len(ways) > _WAYS else ""
    return ", ".join(ways[:_WAYS]) + more or "nothing that was read leads to it from outside"


def _ways_in(snap: Snapshot, namespace: str, service: str) -> Iterator[str]:
    for rule in each(reached_by(snap, Reference(Form.SERVICE, service, namespace))):
        where = "".join(str(part) for part in (rule.host, rule.path) if pd.notna(part)) or "everything"
        yield printable(f"{where} ({rule.kind} {rule.namespace}/{rule.name})", limit=200)
    own = {"service": service, "namespace": namespace}
    for address in each(rows_with(snap.service_addresses, **own)):
        if address.role in _ROLES:
            yield printable(f"{_ROLES[address.role]} {address.address}")
    ports = rows_with(snap.service_ports, **own)["node_port"].dropna().unique().tolist()
    if ports:
        yield f"node port {', '.join(str(port) for port in ports)}"
