"""Answers about several snapshots of one cluster, in the order of time."""

from __future__ import annotations

from enum import StrEnum

from k8snetviz.model.kinds import Reason, ServiceState
from k8snetviz.model.schema import TIME, Column, Table


class TimeFrom(StrEnum):
    """Where the time of a snapshot comes from."""

    COLLECTION = "collection"  # the input tells when it was collected
    NEWEST = "newest"  # the newest time that its objects name: it was taken then or later


TIMELINE = Table(
    name="timeline",
    row="One row per snapshot and Service that any of the snapshots has: did it serve then.",
    key=("moment", "namespace", "service"),
    columns=(
        Column("time", TIME, "When the snapshot was taken; missing where nothing tells it", nullable=True),
        Column("namespace", "string", "Namespace of the Service"),
        Column("service", "string", "Name of the Service"),
        Column(
            "state",
            "string",
            "Whether it served; missing: there was no such Service then; `unknown` also where the snapshot did not read Services there",
            nullable=True,
            choices=ServiceState,
        ),
        Column("ready", "Int64", "Backends that served at least one port", nullable=True, unit="backends"),
        Column("selected", "Int64", "Selected pods that were not terminal", nullable=True, unit="pods"),
        Column("reason", "string", "First reason; missing when serving", nullable=True, choices=Reason),
        Column("detail", "string", "One sentence for a tired person", nullable=True),
        Column("snapshot", "string", "Name of the snapshot"),
        Column("moment", "Int64", "Place of the snapshot in the order of time, from 0"),
        Column("type", "string", "Type of the Service; missing where there was none, or none is known", nullable=True),
        Column("rule", "string", "Rule id of the reference", nullable=True),
    ),
)

TIMELINE_MOMENTS = Table(
    name="timeline_moments",
    row="One row per snapshot, in the order of time; those without a time stand last, by name.",
    key=("moment",),
    columns=(
        Column("moment", "Int64", "Place in the order of time, from 0"),
        Column("time", TIME, "When it was taken: the end of the collection, else the newest time that its objects name", nullable=True),
        Column("time_from", "string", "Where the time comes from; missing where nothing tells it", nullable=True, choices=TimeFrom),
        Column("started", TIME, "Begin of the collection, where the input tells it", nullable=True),
        Column("snapshot", "string", "Name of the snapshot"),
        Column("cluster", "string", "Identity of the cluster: uid of the Namespace kube-system", nullable=True),
        Column("services", "Int64", "Services in it", unit="Services"),
        Column("gaps", "Int64", "Things that are not known", unit="gaps"),
        Column("complete", "boolean", "Services were read in every namespace, and whole: what it does not have is not there"),
        Column("copies", "Int64", "Further snapshots of the same time with the same answers, which are not listed", unit="snapshots"),
        Column("note", "string", "A sentence where its place, its time or its cluster needs one", nullable=True),
    ),
)

TIMELINE_REASONS = Table(
    name="timeline_reasons",
    row="One row per Service, reason and spell: a stretch of snapshots in which the reason is never seen untrue.",
    key=("namespace", "service", "first_moment", "reason"),
    columns=(
        Column("namespace", "string", "Namespace of the Service"),
        Column("service", "string", "Name of the Service"),
        Column("reason", "string", "The reason", choices=Reason),
        Column("state", "string", "The worst state of the Service with this reason in the spell", choices=ServiceState),
        Column("spell", "Int64", "Which spell of this reason it is, from 1"),
        Column("spells", "Int64", "How many spells of this reason there are", unit="spells"),
        Column("first", TIME, "First time it was true in this spell", nullable=True),
        Column("last", TIME, "Last time it was true in this spell", nullable=True),
        Column("after", TIME, "Time of the last snapshot before it that tells otherwise; missing: it may be older", nullable=True),
        Column("before", TIME, "Time of the first snapshot behind it that tells otherwise; missing: it may last", nullable=True),
        Column("moments", "Int64", "Snapshots in which it was true", unit="snapshots"),
        Column("not_known", "Int64", "Snapshots between first and last that do not tell", unit="snapshots"),
        Column("first_moment", "Int64", "Place of the first of them in the order of time"),
        Column("last_moment", "Int64", "Place of the last of them"),
        Column("detail", "string", "The sentence of the last of them", nullable=True),
    ),
)

TIMELINE_FLAPS = Table(
    name="timeline_flaps",
    row="One row per Service: how often its state changed from one snapshot that tells it to the next.",
    key=("namespace", "service"),
    columns=(
        Column("namespace", "string", "Namespace of the Service"),
        Column("service", "string", "Name of the Service"),
        Column("changes", "Int64", "Changes of state; coming and going of the Service itself are changes too", unit="changes"),
        Column("returns", "Int64", "Changes into a state that it had been in before: it flapped when there is one", unit="changes"),
        Column("first", TIME, "Time of the snapshot that shows the first change; it came to pass after the one before", nullable=True),
        Column("last", TIME, "Time of the snapshot that shows the last change", nullable=True),
        Column(
            "states",
            "string",
            "The states one after another, equal ones once; `absent` where there was no such Service; missing where none is known",
            nullable=True,
        ),
        Column("failed", "Int64", "Snapshots in which it was down, degraded or empty", unit="snapshots"),
        Column("known", "Int64", "Snapshots that tell its state, or that there was no such Service", unit="snapshots"),
        Column("not_known", "Int64", "Snapshots that do not", unit="snapshots"),
    ),
)

TIMELINE_EVENTS = Table(
    name="timeline_events",
    row="One row per Event and Service it concerns, over all snapshots once; absence proves nothing (SN-28).",
    key=("first", "namespace", "service", "kind", "name", "reason"),
    columns=(
        Column("namespace", "string", "Namespace of the Service, else of the Event", nullable=True),
        Column("service", "string", "Service that the object stands behind or is; missing where there is none", nullable=True),
        Column("kind", "string", "Kind of the object it speaks of", nullable=True),
        Column("name", "string", "Name of the object it speaks of", nullable=True),
        Column("type", "string", "Normal or Warning", nullable=True),
        Column("reason", "string", "Reason code", nullable=True),
        Column("message", "string", "Message text", nullable=True),
        Column("count", "Int64", "How often, as the last snapshot that has it tells", nullable=True),
        Column("first", TIME, "First time seen", nullable=True),
        Column("last", TIME, "Last time seen", nullable=True),
        Column("component", "string", "Who reported it", nullable=True),
        Column("snapshots", "Int64", "Snapshots that have it", unit="snapshots"),
    ),
)

TIMELINE_RESTARTS = Table(
    name="timeline_restarts",
    row="One row per Pod, Service it stands behind, and growth of its count of restarts from one snapshot to a later one.",
    key=("moment", "namespace", "service", "pod"),
    columns=(
        Column("namespace", "string", "Namespace of the pod"),
        Column("service", "string", "Service it stands behind; missing where there is none", nullable=True),
        Column("pod", "string", "Name of the pod"),
        Column("workload_kind", "string", "Kind of the top workload that owns it", nullable=True),
        Column("workload", "string", "Name of the top workload that owns it", nullable=True),
        Column("restarts", "Int64", "Restarts of its containers in between", unit="restarts"),
        Column(
            "after",
            TIME,
            "They came to pass after this: the last snapshot with the lower count, or the start of a pod that no snapshot has before",
            nullable=True,
        ),
        Column("before", TIME, "They came to pass before this: the first snapshot with the higher count", nullable=True),
        Column("moment", "Int64", "Place of that snapshot in the order of time"),
        Column("count", "Int64", "Restarts since the pod was made, in that snapshot", unit="restarts"),
    ),
)
