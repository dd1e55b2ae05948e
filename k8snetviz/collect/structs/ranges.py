"""Where cluster addresses come from: ServiceCIDR and IPAddress."""

from __future__ import annotations

import msgspec

from k8snetviz.collect.structs.meta import Meta


class ServiceCIDRSpec(msgspec.Struct, gc=False, omit_defaults=True):
    """``spec`` of a ServiceCIDR."""

    cidrs: list[str] | None = None


class ServiceCIDR(msgspec.Struct, gc=False, omit_defaults=True):
    """ServiceCIDR of ``networking.k8s.io``, any version (SV-40)."""

    metadata: Meta = msgspec.field(default_factory=Meta)
    spec: ServiceCIDRSpec = msgspec.field(default_factory=ServiceCIDRSpec)


class IPAddress(msgspec.Struct, gc=False, omit_defaults=True):
    """IPAddress of ``networking.k8s.io``, any version; its name is the address."""

    metadata: Meta = msgspec.field(default_factory=Meta)
