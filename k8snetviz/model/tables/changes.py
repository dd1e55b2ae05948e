"""Tables of what changed between two snapshots: every change, sentences for people, and what could not be compared."""

from __future__ import annotations

from enum import StrEnum

from k8snetviz.model.kinds import Family, Kind
from k8snetviz.model.schema import Column, Table


class Change(StrEnum):
    """What happened to an object between two snapshots."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class AnswerKind(StrEnum):
    """Kinds of CHANGES that are no objects of the API but answers about them."""

    SERVICE_STATE = "ServiceState"
    BACKEND = "Backend"


class Side(StrEnum):
    """Which of the two snapshots."""

    BEFORE = "before"
    AFTER = "after"


class Uncompared(StrEnum):
    """Why something was not compared, or only with doubt; the codes of GAPS come beside these."""

    NOT_COLLECTED = "NOT_COLLECTED"
    FORBIDDEN = "FORBIDDEN"
    TRUNCATED = "TRUNCATED"
    UNREADABLE = "UNREADABLE"
    UNSUPPORTED = "UNSUPPORTED"
    LIMIT = "LIMIT"
    INCONSISTENT = "INCONSISTENT"
    ERROR = "ERROR"
    MANIFEST = "MANIFEST"  # workloads stand for their pods, which were not observed
    OTHER_CLUSTER = "OTHER_CLUSTER"  # uids tell nothing
    OTHER_EVIDENCE = "OTHER_EVIDENCE"  # EndpointSlices on one side, legacy Endpoints on the other
    SKEW = "SKEW"  # lists of one snapshot are of different moments (AP-18, SN-27)


CHANGES = Table(
    name="changes",
    row="One row per object and change between two snapshots, nothing folded; an object that came or went has one row without `field`.",
    key=("kind", "namespace", "name", "field"),
    columns=(
        Column("kind", "string", "Kind of the object, or `ServiceState` and `Backend`, which are objects of this table, too"),
        Column("namespace", "string", "Namespace of the object (of its Service); missing for cluster-scoped objects", nullable=True),
        Column(
            "name",
            "string",
            "Name of the object; of a ServiceState that of the Service; of a Backend `service/port/protocol/family/pod or address`",
        ),
        Column("change", "string", "What happened to the object", choices=Change),
        Column("field", "string", "Field path that changed; missing when the object came or went", nullable=True),
        Column("before", "string", "Value before; missing when there was none", nullable=True),
        Column("after", "string", "Value after; missing when there is none", nullable=True),
        Column("cause", "string", "Reference of the object whose change explains this one; missing for a first cause", nullable=True),
        Column("suspect", "boolean", "May be no more than lists of different moments inside one snapshot (AP-18, SN-27)"),
        Column("cause_field", "string", "Field of that change; missing where the object of `cause` came or went", nullable=True),
        Column("service", "string", "Name of the Service, for Backends and ServiceStates", nullable=True),
        Column("port_name", "string", "Name of the Service port, for Backends", nullable=True),
        Column("port", "Int64", "Service port, for Backends", nullable=True, unit="port number"),
        Column("protocol", "string", "Protocol of the Service port, for Backends", nullable=True),
        Column("family", "string", "Address family, for Backends", nullable=True, choices=Family),
        Column("pod_namespace", "string", "Namespace of the pod, for Backends", nullable=True),
        Column("pod", "string", "The pod, for Backends; missing for an address that no known pod holds", nullable=True),
        Column("address", "string", "Address of the Backend, after where there is one, else before", nullable=True),
        Column("workload_kind", "string", "Kind of the top workload, for Backends and Pods", nullable=True),
        Column("workload", "string", "Name of the top workload, for Backends and Pods", nullable=True),
        Column(
            "reason", "string", "Why it is no ready backend, or the Service does not serve, on the side where it is worse", nullable=True
        ),
        Column("detail", "string", "One sentence more", nullable=True),
    ),
)

CHANGE_LINES = Table(
    name="change_lines",
    row="One row per line that people read: first causes, the most hit Services first, and below each what follows from it.",
    key=("line",),
    columns=(
        Column("line", "Int64", "Place of the line, from 0"),
        Column("depth", "Int64", "0 for a first cause, 1 for what follows from it, and so on"),
        Column("text", "string", "One sentence"),
        Column("count", "Int64", "Rows of CHANGES that it stands for", unit="rows"),
        Column("kind", "string", "Kind of the object that it is about"),
        Column("namespace", "string", "Namespace of that object; missing for cluster-scoped objects", nullable=True),
        Column("name", "string", "Name of that object"),
        Column("suspect", "boolean", "All of its rows are suspect"),
    ),
)

NOT_COMPARED = Table(
    name="not_compared",
    row="One row per kind and namespace that one of two snapshots does not know, or knows only with doubt: no change is told from it.",
    key=("kind", "namespace", "side", "reason"),
    columns=(
        Column("kind", "string", "Kind that is affected", choices=Kind),
        Column("namespace", "string", "Namespace that is affected; missing means every namespace", nullable=True),
        Column("side", "string", "The snapshot that does not know", choices=Side),
        Column("reason", "string", "Why", choices=Uncompared),
        Column("detail", "string", "One sentence: what was not compared, and why"),
    ),
)
