"""Which kinds are ours: by kind and API group, by plural name, and by the shape of an object (SN-10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from k8snetviz.model.kinds import OBJECT_KINDS, Kind

_WORKLOAD = ("apps", "extensions")
_POLICY = ("policy.networking.k8s.io",)
_GATEWAY = ("gateway.networking.k8s.io",)
_GROUPS: dict[Kind, tuple[str, ...]] = {
    Kind.ENDPOINT_SLICE: ("discovery.k8s.io",),
    Kind.INGRESS: ("networking.k8s.io", "extensions"),
    Kind.INGRESS_CLASS: ("networking.k8s.io",),
    Kind.NETWORK_POLICY: ("networking.k8s.io", "extensions"),
    Kind.ADMIN_NETWORK_POLICY: _POLICY,
    Kind.BASELINE_ADMIN_NETWORK_POLICY: _POLICY,
    Kind.CLUSTER_NETWORK_POLICY: _POLICY,
    Kind.GATEWAY: _GATEWAY,
    Kind.HTTP_ROUTE: _GATEWAY,
    Kind.GRPC_ROUTE: _GATEWAY,
    Kind.TCP_ROUTE: _GATEWAY,
    Kind.TLS_ROUTE: _GATEWAY,
    Kind.UDP_ROUTE: _GATEWAY,
    Kind.REFERENCE_GRANT: _GATEWAY,
    Kind.SERVICE_CIDR: ("networking.k8s.io",),
    Kind.IP_ADDRESS: ("networking.k8s.io",),
    Kind.DEPLOYMENT: _WORKLOAD,
    Kind.REPLICA_SET: _WORKLOAD,
    Kind.STATEFUL_SET: ("apps",),
    Kind.DAEMON_SET: _WORKLOAD,
    Kind.JOB: ("batch",),
    Kind.CRON_JOB: ("batch",),
    Kind.EVENT: ("", "events.k8s.io"),
    Kind.OPENSHIFT_ROUTE: ("route.openshift.io", ""),  # OpenShift 3 served routes as v1
}
_ODD_PLURALS = {
    "endpoints": Kind.ENDPOINTS,
    "ingress": Kind.INGRESS,
    "ingresses": Kind.INGRESS,
    "ingressclasses": Kind.INGRESS_CLASS,
    "networkpolicies": Kind.NETWORK_POLICY,
    "networkpolicy": Kind.NETWORK_POLICY,
    "adminnetworkpolicies": Kind.ADMIN_NETWORK_POLICY,
    "baselineadminnetworkpolicies": Kind.BASELINE_ADMIN_NETWORK_POLICY,
    "clusternetworkpolicies": Kind.CLUSTER_NETWORK_POLICY,
    "ipaddresses": Kind.IP_ADDRESS,
}
_PLURALS = {kind.lower() + "s": kind for kind in OBJECT_KINDS} | _ODD_PLURALS


def ours(kind: str, api_version: str | None) -> Kind | None:
    """Return the kind if it is one of ours in that API group; without `api_version` the group is not looked at."""
    try:
        found = Kind(kind)
    except ValueError:
        return None
    if found not in OBJECT_KINDS:
        return None
    if api_version is None or api_version == "":
        return found
    group = api_version.rpartition("/")[0]
    return found if group in _GROUPS.get(found, ("",)) else None


def of_plural(name: str, group: str | None = None) -> Kind | None:
    """Return the kind whose plural is `name` in any spelling (``Pods``, ``network-policy``), in that group where given."""
    found = _PLURALS.get(name.lower().replace("-", "").replace("_", ""))
    if found is None or not group or group == "core":
        return found if found is None or not group or "" in _GROUPS.get(found, ("",)) else None
    return found if group in _GROUPS.get(found, ("",)) else None


class _Shape(msgspec.Struct):
    metadata: dict[str, msgspec.Raw] = {}
    spec: dict[str, msgspec.Raw] = {}
    status: dict[str, msgspec.Raw] = {}
    addressType: str = ""  # noqa: N815 - field names of the API
    endpoints: msgspec.Raw = msgspec.Raw()
    subsets: msgspec.Raw = msgspec.Raw()
    involvedObject: msgspec.Raw = msgspec.Raw()  # noqa: N815
    regarding: msgspec.Raw = msgspec.Raw()
    kind: str = ""
    apiVersion: str = ""  # noqa: N815


_SHAPE = msgspec.json.Decoder(_Shape)
_OF_SPEC: tuple[tuple[Kind, frozenset[str], frozenset[str]], ...] = (
    # kind, keys of spec that must be there, keys of spec that must not
    (Kind.POD, frozenset({"containers"}), frozenset({"template"})),
    (Kind.CRON_JOB, frozenset({"jobTemplate", "schedule"}), frozenset()),
    (Kind.STATEFUL_SET, frozenset({"template", "serviceName"}), frozenset()),
    (Kind.DEPLOYMENT, frozenset({"template", "selector", "strategy"}), frozenset()),
    (Kind.DAEMON_SET, frozenset({"template", "selector", "updateStrategy"}), frozenset({"replicas", "serviceName"})),
    (Kind.NETWORK_POLICY, frozenset({"podSelector"}), frozenset({"containers", "template"})),
    (Kind.SERVICE, frozenset({"clusterIP"}), frozenset({"containers"})),
    (Kind.SERVICE, frozenset({"clusterIPs"}), frozenset({"containers"})),
    (Kind.SERVICE, frozenset({"sessionAffinity"}), frozenset({"containers"})),
    (Kind.NODE, frozenset({"podCIDR"}), frozenset()),
    (Kind.NODE, frozenset({"podCIDRs"}), frozenset()),
    (Kind.SERVICE_CIDR, frozenset({"cidrs"}), frozenset()),
)


def of_shape(item: bytes | memoryview | msgspec.Raw) -> Kind | None:
    """Return the kind that the fields of `item` allow, when they allow exactly one; else None."""
    try:
        shape = _SHAPE.decode(item)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    if shape.kind:
        return ours(shape.kind, shape.apiVersion)
    if "name" not in shape.metadata:
        return None
    found: set[Kind] = set()
    if shape.addressType and shape.endpoints:
        found.add(Kind.ENDPOINT_SLICE)
    if shape.subsets:
        found.add(Kind.ENDPOINTS)
    if shape.involvedObject or shape.regarding:
        found.add(Kind.EVENT)
    if "nodeInfo" in shape.status:
        found.add(Kind.NODE)
    if "finalizers" in shape.spec and bytes(shape.status.get("phase", b"")) in (b'"Active"', b'"Terminating"'):
        found.add(Kind.NAMESPACE)
    if "resource" in _keys(shape.spec.get("parentRef")):
        found.add(Kind.IP_ADDRESS)
    keys = shape.spec.keys()
    found.update(kind for kind, there, absent in _OF_SPEC if there <= keys and not absent & keys)
    if {"template", "selector", "replicas"} <= keys and not found:
        labels = _keys(shape.spec["selector"]) & {"matchLabels", "matchExpressions"}
        found.add(Kind.REPLICA_SET if labels else Kind.REPLICATION_CONTROLLER)
    return found.pop() if len(found) == 1 else None


def of_shapes(items: Iterable[bytes | memoryview | msgspec.Raw]) -> set[Kind]:
    """Return the kinds that the shapes of `items` allow; items that allow none or several add nothing."""
    return {kind for item in items if (kind := of_shape(item)) is not None}


def _keys(raw: msgspec.Raw | None) -> set[str]:
    if not raw:
        return set()
    try:
        found: Mapping[str, msgspec.Raw] = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    except msgspec.MsgspecError:
        return set()
    return set(found)
