"""WORKLOADS, their selectors and their pod templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from k8snetviz.collect.kind_specs import SPECS
from k8snetviz.collect.kindspec import Builder, KindSpec
from k8snetviz.collect.structs.meta import Meta, OwnerReference
from k8snetviz.collect.structs.workloads import CronJob, Job, JobStatus, ReplicationController, Workload, WorkloadStatus
from k8snetviz.collect.whole_columns import frame_of
from k8snetviz.model.kinds import Kind
from k8snetviz.model.tables import WORKLOADS

if TYPE_CHECKING:
    from k8snetviz.collect.store import ObjectStore

_NOBODY = OwnerReference()


def workloads(store: ObjectStore) -> pd.DataFrame:
    """Return WORKLOADS; a CronJob wants no pods of its own, so its counts are missing."""
    return frame_of(WORKLOADS, (_row(store, spec, one) for spec in SPECS if spec.template for one in store.objects(spec.kind)))


def _row(store: ObjectStore, spec: KindSpec, one: Workload | ReplicationController | Job | CronJob) -> tuple[object, ...]:
    meta = one.metadata
    owner = next((reference for reference in meta.owner_references or () if reference.controller), _NOBODY)
    return (
        spec.kind.value,
        meta.namespace,
        meta.name,
        meta.uid,
        *_counts(spec.kind, one),
        owner.kind or None,
        owner.name or None,
        *store.template_sets(spec.template(one) if spec.template else None),
        (one.spec.service_name or None) if isinstance(one, Workload) else None,
        meta.creation_timestamp,
    )


def _counts(kind: Kind, one: Workload | ReplicationController | Job | CronJob) -> tuple[int | None, int | None]:
    """Return the wanted and the ready pods; without a status the ready ones are not known."""
    if isinstance(one, CronJob):
        return None, None
    if isinstance(one, Job):
        return _default_one(one.spec.parallelism), _ready_of_job(one.metadata, one.status)
    status = one.status or _NO_STATUS
    observed = one.metadata.uid is not None or status != _NO_STATUS  # dry runs print an empty status
    if kind is Kind.DAEMON_SET:
        return status.desired_number_scheduled, status.number_ready
    ready = (status.ready_replicas or 0) if observed and one.status is not None else None  # 0 is left out of the JSON
    return _default_one(one.spec.replicas), ready


def _ready_of_job(meta: Meta, status: JobStatus | None) -> int | None:
    """Return the ready pods of a Job; before 1.24 it tells only that none is active."""
    if status is None or (meta.uid is None and status == _NO_JOB_STATUS):
        return None
    return 0 if status.ready is None and not status.active else status.ready


def _default_one(number: int | None) -> int:
    return 1 if number is None else number


_NO_STATUS = WorkloadStatus()
_NO_JOB_STATUS = JobStatus()
BUILDERS: dict[str, Builder] = {WORKLOADS.name: workloads}
