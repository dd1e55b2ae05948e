"""The table of address ranges: what is declared or inferred, how much of it is in use, what overlaps."""

from __future__ import annotations

from enum import StrEnum

from k8snetviz.model.kinds import Family, Kind
from k8snetviz.model.schema import Column, Table


class RangeRole(StrEnum):
    """What the addresses of a range are for."""

    POD = "pod range"
    SERVICE = "service range"
    NODE = "node addresses"
    LOAD_BALANCER = "load-balancer addresses"
    EXTERNAL = "external addresses"


class Overlap(StrEnum):
    """What is wrong with a range, the gravest first; spelled as section 10 of the reference does."""

    POD_RANGES = "podcidr-overlap"
    SERVICE_RANGE = "podcidr-servicecidr-overlap"
    CLUSTER_IP = "pod-ip-equals-clusterip"
    NODE_TWICE = "node-ip-duplicate"
    NODE_INSIDE = "node-ip-in-podcidr"


ADDRESS_RANGES = Table(
    name="address_ranges",
    row="One row per address range that an object declares, or that is inferred from the addresses in use outside those.",
    key=("family", "role", "cidr", "kind", "name"),
    columns=(
        Column("family", "string", "Address family", choices=Family),
        Column("role", "string", "What the addresses are for", choices=RangeRole),
        Column("cidr", "string", "The range, canonical"),
        Column(
            "kind", "string", "Kind of the object that declares it: Node or ServiceCIDR; missing when inferred", nullable=True, choices=Kind
        ),
        Column("name", "string", "Name of that object; missing when inferred", nullable=True),
        Column("inferred", "boolean", "The smallest range that covers addresses in use which no declared one holds (SV-45, NM-17)"),
        Column(
            "size",
            "Int64",
            "Addresses in it; of a ServiceCIDR those that can be allocated (SV-42). Missing from 2^63 on",
            nullable=True,
            unit="addresses",
        ),
        Column(
            "used",
            "Int64",
            "Different addresses of that role in use in it (of an inferred range: those that no declared one holds). "
            "Missing when none was seen and not all was read",
            nullable=True,
            unit="addresses",
        ),
        Column("whole", "boolean", "All objects that use such addresses were read; else `used` is a lower bound"),
        Column(
            "outside",
            "Int64",
            "Live pods on the node with an address outside its range: information, no fault by itself (NM-13 to NM-16)",
            nullable=True,
            unit="pods",
        ),
        Column("overlap", "string", "The gravest thing wrong with it; missing when there is none", nullable=True, choices=Overlap),
        Column("rule", "string", "Rule id of the reference", nullable=True),
        Column("detail", "string", "What overlaps with what, and what lies outside, in words", nullable=True),
    ),
)
