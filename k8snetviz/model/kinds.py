"""Closed sets of words. Values are what tables hold and people read."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    """Kinds of the Kubernetes API that the toolkit reads, by their API names."""

    NAMESPACE = "Namespace"
    NODE = "Node"
    POD = "Pod"
    SERVICE = "Service"
    ENDPOINTS = "Endpoints"
    ENDPOINT_SLICE = "EndpointSlice"
    INGRESS = "Ingress"
    INGRESS_CLASS = "IngressClass"
    NETWORK_POLICY = "NetworkPolicy"
    ADMIN_NETWORK_POLICY = "AdminNetworkPolicy"
    BASELINE_ADMIN_NETWORK_POLICY = "BaselineAdminNetworkPolicy"
    CLUSTER_NETWORK_POLICY = "ClusterNetworkPolicy"
    GATEWAY = "Gateway"
    HTTP_ROUTE = "HTTPRoute"
    GRPC_ROUTE = "GRPCRoute"
    TCP_ROUTE = "TCPRoute"
    TLS_ROUTE = "TLSRoute"
    UDP_ROUTE = "UDPRoute"
    REFERENCE_GRANT = "ReferenceGrant"
    SERVICE_CIDR = "ServiceCIDR"
    IP_ADDRESS = "IPAddress"
    DEPLOYMENT = "Deployment"
    REPLICA_SET = "ReplicaSet"
    STATEFUL_SET = "StatefulSet"
    DAEMON_SET = "DaemonSet"
    JOB = "Job"
    CRON_JOB = "CronJob"
    REPLICATION_CONTROLLER = "ReplicationController"
    EVENT = "Event"
    OPENSHIFT_ROUTE = "Route"
    CONFIG_MAP = "ConfigMap"  # not one of OBJECT_KINDS


# Read as objects; of ConfigMaps only two tell ranges, where they are asked for.
OBJECT_KINDS = frozenset(kind for kind in Kind if kind is not Kind.CONFIG_MAP)
CLUSTER_SCOPED = frozenset(
    {
        Kind.NAMESPACE,
        Kind.NODE,
        Kind.INGRESS_CLASS,
        Kind.ADMIN_NETWORK_POLICY,
        Kind.BASELINE_ADMIN_NETWORK_POLICY,
        Kind.CLUSTER_NETWORK_POLICY,
        Kind.SERVICE_CIDR,
        Kind.IP_ADDRESS,
    }
)
WORKLOADS = frozenset(
    {
        Kind.DEPLOYMENT,
        Kind.REPLICA_SET,
        Kind.STATEFUL_SET,
        Kind.DAEMON_SET,
        Kind.JOB,
        Kind.CRON_JOB,
        Kind.REPLICATION_CONTROLLER,
    }
)


class GapReason(StrEnum):
    """Why something is not known."""

    NOT_COLLECTED = "NOT_COLLECTED"  # no file, member or list of that kind (in that namespace)
    FORBIDDEN = "FORBIDDEN"  # the API server refused it (403)
    TRUNCATED = "TRUNCATED"  # cut off: byte limit, continue token, dead pipe
    UNREADABLE = "UNREADABLE"  # present but does not parse
    UNSUPPORTED = "UNSUPPORTED"  # understood what it is, and we cannot use it (Table, Helm template)
    LIMIT = "LIMIT"  # left out because of a limit that can be raised
    REPLACED = "REPLACED"  # two objects of one name with different uids; the newer one was kept
    BAD_ADDRESS = "BAD_ADDRESS"  # an address that does not parse; its text is kept
    INCONSISTENT = "INCONSISTENT"  # pages or files of different moments
    ERROR = "ERROR"  # the server or the file system answered with an error


class Family(StrEnum):
    """Address families, as EndpointSlice ``addressType`` spells them."""

    IPV4 = "IPv4"
    IPV6 = "IPv6"


class ContainerRole(StrEnum):
    """Which list of a pod a container comes from (CP-4)."""

    APP = "app"
    SIDECAR = "sidecar"  # init container with restartPolicy Always
    INIT = "init"
    EPHEMERAL = "ephemeral"


class AddressRole(StrEnum):
    """What an address of a Service is."""

    CLUSTER = "cluster"
    EXTERNAL = "external"
    LOAD_BALANCER = "load-balancer"


class OwnerRole(StrEnum):
    """How an object holds or covers an address (ADDRESS_OWNERS)."""

    POD = "pod"
    NODE = "node"
    CLUSTER = "cluster"
    LOAD_BALANCER = "load-balancer"
    EXTERNAL = "external"
    SLICE = "slice"
    POD_RANGE = "pod range"
    SERVICE_RANGE = "service range"
    POLICY_BLOCK = "policy block"


class BackendState(StrEnum):
    """State of one backend, expected (EP-7) or observed (EP-8)."""

    READY = "ready"
    NOT_READY = "not-ready"
    TERMINATING = "terminating"  # still serving
    TERMINATING_NOT_SERVING = "terminating-not-serving"
    ABSENT = "absent"
    UNKNOWN = "unknown"


class Drift(StrEnum):
    """How the observed endpoints differ from the computed ones."""

    NONE = "none"
    MISSING = "missing"  # expected, not observed
    STALE = "stale"  # observed for a pod that is gone, replaced or moved
    FOREIGN = "foreign"  # observed for a pod that the selector does not select
    PORT = "port"
    READINESS = "readiness"
    UNKNOWN = "unknown"  # nothing observed was collected


class ServiceState(StrEnum):
    """Does a Service serve."""

    SERVING = "serving"
    DEGRADED = "degraded"
    DOWN = "down"
    EMPTY = "empty"
    EXTERNAL = "external"
    UNKNOWN = "unknown"


# State and shape together: meaning never rests on colour alone. The order puts first what is broken.
GLYPHS: Mapping[ServiceState, str] = {
    ServiceState.DOWN: "✕",
    ServiceState.DEGRADED: "◐",
    ServiceState.UNKNOWN: "?",
    ServiceState.EMPTY: "○",
    ServiceState.SERVING: "●",
    ServiceState.EXTERNAL: "↗",
}
BROKEN_FIRST: tuple[ServiceState, ...] = tuple(GLYPHS)


class Reason(StrEnum):
    """Stable codes: why a candidate is no ready backend (EP-0 to EP-7), why a Service does not serve."""

    UNMANAGED = "UNMANAGED"
    OTHER_NAMESPACE = "OTHER_NAMESPACE"
    SELECTOR_MISMATCH = "SELECTOR_MISMATCH"
    TERMINAL_PHASE = "TERMINAL_PHASE"
    NO_POD_IP = "NO_POD_IP"
    NODE_MISSING = "NODE_MISSING"
    FAMILY_MISSING = "FAMILY_MISSING"
    PORT_UNRESOLVED = "PORT_UNRESOLVED"
    TERMINATING = "TERMINATING"
    NOT_READY = "NOT_READY"
    NO_SUCH_POD = "NO_SUCH_POD"
    SELECTS_NOTHING = "SELECTS_NOTHING"
    SCALED_TO_ZERO = "SCALED_TO_ZERO"
    NO_ENDPOINTS = "NO_ENDPOINTS"
    DRIFT_MISSING = "DRIFT_MISSING"
    DRIFT_STALE = "DRIFT_STALE"
    DRIFT_FOREIGN = "DRIFT_FOREIGN"
    DRIFT_PORT = "DRIFT_PORT"
    DRIFT_READINESS = "DRIFT_READINESS"
    NOT_COLLECTED = "NOT_COLLECTED"


class FamiliesFrom(StrEnum):
    """Where the families of a Service come from (EP-4)."""

    SPEC = "spec"
    CLUSTER_IP = "cluster-ip"
    FALLBACK = "fallback"  # headless without ipFamilies: both


class NearMiss(StrEnum):
    """How close something came to being a backend."""

    MISSING_KEY = "missing-key"
    OTHER_VALUE = "other-value"
    OTHER_CASE = "other-case"
    WHITESPACE = "whitespace"
    OTHER_NAMESPACE = "other-namespace"
    PORT_NAME = "port-name"
    SEVERAL_WORKLOADS = "several-workloads"


class Direction(StrEnum):
    """Direction of a policy rule."""

    INGRESS = "ingress"
    EGRESS = "egress"


class PeerForm(StrEnum):
    """What a peer of a policy rule is made of (NP-20 to NP-26, AN-7, AN-8)."""

    PODS = "pods"  # of the policy's own namespace
    NAMESPACES = "namespaces"  # all pods of the namespaces
    PODS_IN_NAMESPACES = "pods-in-namespaces"
    IP_BLOCK = "ipBlock"
    NETWORKS = "networks"
    NODES = "nodes"
    DOMAIN_NAMES = "domainNames"
    UNKNOWN = "unknown"  # not understood: fails closed (NP-26, AN-13)
