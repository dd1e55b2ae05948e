"""Object metadata, as every kind carries it."""

from __future__ import annotations

from typing import Annotated

import msgspec

Int32 = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]  # what the API calls int32; anything else is unreadable


class OwnerReference(msgspec.Struct, gc=False, frozen=True, rename="camel", omit_defaults=True):
    """An entry of ``metadata.ownerReferences``."""

    kind: str = ""
    name: str = ""
    uid: str | None = None
    controller: bool | None = None


class Annotations(msgspec.Struct, gc=False, omit_defaults=True):
    """The annotations that networking needs; no other annotation is ever stored."""

    over_capacity: str | None = msgspec.field(default=None, name="endpoints.kubernetes.io/over-capacity")
    leader: str | None = msgspec.field(default=None, name="control-plane.alpha.kubernetes.io/leader")
    ingress_class: str | None = msgspec.field(default=None, name="kubernetes.io/ingress.class")
    default_ingress_class: str | None = msgspec.field(default=None, name="ingressclass.kubernetes.io/is-default-class")
    topology_mode: str | None = msgspec.field(default=None, name="service.kubernetes.io/topology-mode")
    topology_hints: str | None = msgspec.field(default=None, name="service.kubernetes.io/topology-aware-hints")
    source_ranges: str | None = msgspec.field(default=None, name="service.beta.kubernetes.io/load-balancer-source-ranges")
    mirror_pod: str | None = msgspec.field(default=None, name="kubernetes.io/config.mirror")


class Meta(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """``metadata`` of an object."""

    name: str = ""
    namespace: str | None = None
    uid: str | None = None
    resource_version: str | None = None
    creation_timestamp: str | None = None
    deletion_timestamp: str | None = None
    labels: dict[str, str] | None = None
    annotations: Annotations | None = None
    owner_references: list[OwnerReference] | None = None
