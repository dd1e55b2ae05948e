"""Workloads: what makes pods from a template."""

from __future__ import annotations

import msgspec

from k8snetviz.collect.structs.meta import Meta
from k8snetviz.collect.structs.pod import PodTemplate
from k8snetviz.collect.structs.selectors import LabelSelector


class WorkloadSpec(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """``spec`` of a Deployment, ReplicaSet, StatefulSet or DaemonSet."""

    replicas: int | None = None
    selector: LabelSelector | None = None
    template: PodTemplate | None = None
    service_name: str | None = None

    def __post_init__(self) -> None:
        if self.selector is None and self.template is not None:  # what the API versions before apps/v1 fill in
            self.selector = LabelSelector(match_labels=self.template.metadata.labels)


class WorkloadStatus(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """``status`` of a Deployment, ReplicaSet, StatefulSet, DaemonSet or ReplicationController."""

    replicas: int | None = None
    ready_replicas: int | None = None
    desired_number_scheduled: int | None = None
    number_ready: int | None = None


class Workload(msgspec.Struct, gc=False, omit_defaults=True):
    """Deployment, ReplicaSet, StatefulSet, DaemonSet of ``apps`` and ``extensions``, any version."""

    metadata: Meta = msgspec.field(default_factory=Meta)
    spec: WorkloadSpec = msgspec.field(default_factory=WorkloadSpec)
    status: WorkloadStatus | None = None


class ReplicationControllerSpec(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """``spec`` of a ReplicationController; its selector is a plain map."""

    replicas: int | None = None
    selector: dict[str, str] | None = None
    template: PodTemplate | None = None

    def __post_init__(self) -> None:
        if not self.selector and self.template is not None:  # as the API server fills it in
            self.selector = self.template.metadata.labels


class ReplicationController(msgspec.Struct, gc=False, omit_defaults=True):
    """ReplicationController."""

    metadata: Meta = msgspec.field(default_factory=Meta)
    spec: ReplicationControllerSpec = msgspec.field(default_factory=ReplicationControllerSpec)
    status: WorkloadStatus | None = None


class JobSpec(msgspec.Struct, gc=False, omit_defaults=True):
    """``spec`` of a Job."""

    parallelism: int | None = None
    selector: LabelSelector | None = None
    template: PodTemplate | None = None


class JobStatus(msgspec.Struct, gc=False, omit_defaults=True):
    """``status`` of a Job; `ready` is told since 1.24."""

    active: int | None = None
    ready: int | None = None
    succeeded: int | None = None
    failed: int | None = None


class Job(msgspec.Struct, gc=False, omit_defaults=True):
    """Job."""

    metadata: Meta = msgspec.field(default_factory=Meta)
    spec: JobSpec = msgspec.field(default_factory=JobSpec)
    status: JobStatus | None = None


class JobTemplate(msgspec.Struct, gc=False, omit_defaults=True):
    """``spec.jobTemplate`` of a CronJob."""

    spec: JobSpec = msgspec.field(default_factory=JobSpec)


class CronJobSpec(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """``spec`` of a CronJob."""

    job_template: JobTemplate | None = None


class CronJob(msgspec.Struct, gc=False, omit_defaults=True):
    """CronJob of ``batch`` v1, v1beta1 and v2alpha1."""

    metadata: Meta = msgspec.field(default_factory=Meta)
    spec: CronJobSpec = msgspec.field(default_factory=CronJobSpec)
