"""Pods and pod templates. What many pods share is hashable, so that equal values are kept once."""

from __future__ import annotations

import msgspec

from k8snetviz.collect.structs.meta import Int32, OwnerReference

NO_TEXT = msgspec.Raw()  # stands for what is not there


class ContainerPort(msgspec.Struct, gc=False, frozen=True, rename="camel", omit_defaults=True):
    """A declared port (CP-1)."""

    name: str | None = None
    container_port: Int32 = 0
    protocol: str | None = None
    host_port: Int32 | None = None
    host_ip: str | None = msgspec.field(default=None, name="hostIP")


class Container(msgspec.Struct, gc=False, frozen=True, rename="camel", omit_defaults=True):
    """A container; environment, arguments, image and volumes are not read."""

    name: str = ""
    ports: tuple[ContainerPort, ...] | None = None
    restart_policy: str | None = None  # Always makes an init container a sidecar (CP-4)


class ReadinessGate(msgspec.Struct, gc=False, frozen=True, rename="camel", omit_defaults=True):
    """A condition that must be True before the pod is Ready (EP-10)."""

    condition_type: str = ""


class PodSpec(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """``spec`` of a Pod or of a pod template."""

    containers: tuple[Container, ...] | None = None
    init_containers: tuple[Container, ...] | None = None
    ephemeral_containers: tuple[Container, ...] | None = None
    node_name: str | None = None
    host_network: bool | None = None
    hostname: str | None = None
    subdomain: str | None = None
    readiness_gates: tuple[ReadinessGate, ...] | None = None


class PodCondition(msgspec.Struct, gc=False, frozen=True, rename="camel", omit_defaults=True):
    """A condition of a Pod."""

    type: str = ""
    status: str | None = None
    reason: str | None = None
    message: str | None = None
    last_transition_time: str | None = None


class Waiting(msgspec.Struct, gc=False, frozen=True, omit_defaults=True):
    """Why a container waits."""

    reason: str | None = None


class Terminated(msgspec.Struct, gc=False, frozen=True, rename="camel", omit_defaults=True):
    """How a container ended."""

    reason: str | None = None
    exit_code: Int32 | None = None


class ContainerState(msgspec.Struct, gc=False, frozen=True, omit_defaults=True):
    """State of a container; a running one has neither."""

    waiting: Waiting | None = None
    terminated: Terminated | None = None


class ContainerStatus(msgspec.Struct, gc=False, frozen=True, rename="camel", omit_defaults=True):
    """Status of a container."""

    name: str = ""
    ready: bool | None = None
    restart_count: Int32 | None = None
    started: bool | None = None  # False until the startup probe has succeeded
    state: ContainerState | None = None


class PodIP(msgspec.Struct, gc=False, omit_defaults=True):
    """An entry of ``podIPs`` (NM-6)."""

    ip: str = ""


class PodStatus(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """``status`` of a Pod."""

    phase: str | None = None
    pod_ip: str | None = msgspec.field(default=None, name="podIP")
    pod_ips: list[PodIP] | None = msgspec.field(default=None, name="podIPs")
    conditions: tuple[PodCondition, ...] | None = None
    reason: str | None = None
    start_time: str | None = None
    container_statuses: tuple[ContainerStatus, ...] | None = None
    init_container_statuses: tuple[ContainerStatus, ...] | None = None


class PodAnnotations(msgspec.Struct, gc=False, omit_defaults=True):
    """The annotations of a Pod that networking needs; no other one is ever stored. Their JSON text is looked at by `networks`."""

    network_status: msgspec.Raw = msgspec.field(default=NO_TEXT, name="k8s.v1.cni.cncf.io/network-status")
    networks_status: msgspec.Raw = msgspec.field(default=NO_TEXT, name="k8s.v1.cni.cncf.io/networks-status")  # as older releases spell it


class PodMeta(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """``metadata`` of a Pod; labels stay bytes, which pods of one template share."""

    name: str = ""
    namespace: str | None = None
    uid: str | None = None
    resource_version: str | None = None
    creation_timestamp: str | None = None
    deletion_timestamp: str | None = None
    labels: msgspec.Raw = msgspec.Raw()
    owner_references: tuple[OwnerReference, ...] | None = None
    annotations: PodAnnotations | None = None


class Pod(msgspec.Struct, gc=False, omit_defaults=True):
    """A Pod."""

    metadata: PodMeta = msgspec.field(default_factory=PodMeta)
    spec: PodSpec = msgspec.field(default_factory=PodSpec)
    status: PodStatus | None = None


class TemplateMeta(msgspec.Struct, gc=False, omit_defaults=True):
    """``metadata`` of a pod template."""

    labels: dict[str, str] | None = None


class PodTemplate(msgspec.Struct, gc=False, omit_defaults=True):
    """``spec.template`` of a workload."""

    metadata: TemplateMeta = msgspec.field(default_factory=TemplateMeta)
    spec: PodSpec = msgspec.field(default_factory=PodSpec)
