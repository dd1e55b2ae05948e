"""Tables of what a cluster consists of: namespaces, nodes, pods, containers, workloads, events, labels."""

from __future__ import annotations

from k8snetviz.model.kinds import ContainerRole, Family, Kind
from k8snetviz.model.schema import TIME, Column, Table

NAMESPACES = Table(
    name="namespaces",
    row="One row per Namespace.",
    key=("namespace",),
    columns=(
        Column("namespace", "string", "Name of the Namespace"),
        Column("uid", "string", "uid of the object", nullable=True),
        Column("phase", "string", "Active or Terminating", nullable=True),
    ),
)

NODES = Table(
    name="nodes",
    row="One row per Node.",
    key=("node",),
    columns=(
        Column("node", "string", "Name of the Node"),
        Column("uid", "string", "uid of the object", nullable=True),
        Column("ready", "boolean", "Condition Ready is True; missing when the condition is Unknown or absent", nullable=True),
        Column("ready_status", "string", "Status text of the condition Ready: True, False, Unknown", nullable=True),
        Column("zone", "string", "Label topology.kubernetes.io/zone (or its older spelling)", nullable=True),
        Column("region", "string", "Label topology.kubernetes.io/region (or its older spelling)", nullable=True),
        Column("unschedulable", "boolean", "spec.unschedulable (cordoned)"),
        Column("kubelet_version", "string", "status.nodeInfo.kubeletVersion", nullable=True),
        Column("created", TIME, "creationTimestamp", nullable=True),
    ),
)

NODE_ADDRESSES = Table(
    name="node_addresses",
    row="One row per Node and address (NM-11).",
    key=("node", "type", "address"),
    columns=(
        Column("node", "string", "Name of the Node"),
        Column("type", "string", "InternalIP, ExternalIP, Hostname, InternalDNS, ExternalDNS"),
        Column("address", "string", "Address, canonical where it parses, else as it stands"),
        Column("family", "string", "Address family; missing for names and for text that does not parse", nullable=True, choices=Family),
    ),
)

RANGES = Table(
    name="ranges",
    row="One row per address range that an object declares: Nodes for pods (NM-12), ServiceCIDRs (SV-40), ConfigMaps where asked for.",
    key=("kind", "name", "cidr"),
    columns=(
        Column("kind", "string", "Node, ServiceCIDR or ConfigMap", choices=Kind),
        Column("name", "string", "Name of the object"),
        Column("cidr", "string", "The range, canonical where it parses"),
        Column("family", "string", "Address family", nullable=True, choices=Family),
        Column("role", "string", "pod range or service range"),
    ),
)

PODS = Table(
    name="pods",
    row="One row per Pod; with `template`, one row per workload that stands for its pods where no pods were collected.",
    key=("namespace", "pod"),
    columns=(
        Column("namespace", "string", "Namespace of the pod"),
        Column("pod", "string", "Name of the pod (of the workload where `template` holds)"),
        Column("uid", "string", "uid of the pod", nullable=True),
        Column("node", "string", "spec.nodeName; missing when not scheduled", nullable=True),
        Column("phase", "string", "status.phase: Pending, Running, Succeeded, Failed, Unknown", nullable=True),
        Column("ready", "boolean", "Condition Ready is True; missing when there is no status at all", nullable=True),
        Column("host_network", "boolean", "spec.hostNetwork: shares the addresses of its node (NM-8)"),
        Column("address", "string", "status.podIP (first of podIPs), canonical where it parses", nullable=True),
        Column("workload_kind", "string", "Kind of the top workload that owns the pod", nullable=True),
        Column("workload", "string", "Name of the top workload that owns the pod", nullable=True),
        Column("created", TIME, "creationTimestamp", nullable=True),
        Column("deleted", TIME, "deletionTimestamp: the pod is terminating when present", nullable=True),
        Column("address_ipv4", "string", "IPv4 entry of podIPs, canonical (EP-6a)", nullable=True),
        Column("address_ipv6", "string", "IPv6 entry of podIPs, canonical (EP-6a)", nullable=True),
        Column("started", TIME, "status.startTime", nullable=True),
        Column("ready_since", TIME, "lastTransitionTime of the condition Ready", nullable=True),
        Column("restarts", "Int64", "Restarts of all containers of the pod", nullable=True, unit="count"),
        Column("cause", "string", "Why the pod is not Ready, as far as its status tells; missing when Ready", nullable=True),
        Column("cause_field", "string", "Field path that `cause` was read from", nullable=True),
        Column("owner_kind", "string", "Kind of the controlling owner", nullable=True),
        Column("owner", "string", "Name of the controlling owner", nullable=True),
        Column("hostname", "string", "spec.hostname (EP-25)", nullable=True),
        Column("subdomain", "string", "spec.subdomain (EP-25)", nullable=True),
        Column("label_set", "Int64", "Number of its label set in `label_sets`"),
        Column("container_set", "Int64", "Number of its container list in `container_sets`"),
        Column("template", "boolean", "Not observed: a workload's template stands for its pods (SN-12)"),
    ),
)

POD_ADDRESSES = Table(
    name="pod_addresses",
    row="One row per Pod and address (NM-6).",
    key=("namespace", "pod", "address"),
    columns=(
        Column("namespace", "string", "Namespace of the pod"),
        Column("pod", "string", "Name of the pod"),
        Column("address", "string", "Address, canonical where it parses, else as it stands"),
        Column("family", "string", "Address family; missing for text that does not parse", nullable=True, choices=Family),
    ),
)

POD_INTERFACES = Table(
    name="pod_interfaces",
    row="One row per Pod, network interface and address, where the CNI plugin tells them (annotation k8s.v1.cni.cncf.io/network-status); "
    "an interface without address has one row.",
    key=("namespace", "pod", "position", "address"),
    columns=(
        Column("namespace", "string", "Namespace of the pod"),
        Column("pod", "string", "Name of the pod"),
        Column("position", "Int64", "Place of the interface in the annotation"),
        Column("interface", "string", "Name of the interface in the pod", nullable=True),
        Column("mac", "string", "Hardware address", nullable=True),
        Column("default", "boolean", "It is the one of the cluster network, which holds the address that Kubernetes knows"),
        Column("address", "string", "Address, canonical where it parses, else as it stands", nullable=True),
        Column("family", "string", "Address family; missing for text that does not parse", nullable=True, choices=Family),
    ),
)

POD_CONDITIONS = Table(
    name="pod_conditions",
    row="One row per Pod and condition; a readiness gate without a condition has a row without `status`.",
    key=("namespace", "pod", "type"),
    columns=(
        Column("namespace", "string", "Namespace of the pod"),
        Column("pod", "string", "Name of the pod"),
        Column("type", "string", "Type of the condition"),
        Column("status", "string", "True, False or Unknown", nullable=True),
        Column("reason", "string", "Reason given", nullable=True),
        Column("message", "string", "Message given", nullable=True),
        Column("since", TIME, "lastTransitionTime", nullable=True),
        Column("gate", "boolean", "spec.readinessGates names this condition (EP-10)"),
    ),
)

LABEL_SETS = Table(
    name="label_sets",
    row="One row per distinct label set of pods and pod templates, and pair; the empty set has no row.",
    key=("label_set", "key"),
    columns=(
        Column("label_set", "Int64", "Number of the label set"),
        Column("key", "string", "Key of the label"),
        Column("value", "string", "Value of the label"),
    ),
)

CONTAINER_SETS = Table(
    name="container_sets",
    row="One row per distinct container list of pods and pod templates, container and declared port; "
    "a container without ports has one row.",
    key=("container_set", "position", "port_position"),
    columns=(
        Column("container_set", "Int64", "Number of the container list"),
        Column("position", "Int64", "Place in FindPort order: app containers first, then sidecars, init, ephemeral (EP-12, EP-13)"),
        Column("port_position", "Int64", "Place of the port in its container"),
        Column("container", "string", "Name of the container"),
        Column("role", "string", "Which list it comes from (CP-4)", choices=ContainerRole),
        Column("port_name", "string", "Name of the declared port", nullable=True),
        Column("port", "Int64", "containerPort", nullable=True, unit="port number"),
        Column("protocol", "string", "TCP, UDP or SCTP; TCP by default (CP-1)", nullable=True),
        Column(
            "host_port", "Int64", "hostPort; on host-network pods equal to the container port (CP-7)", nullable=True, unit="port number"
        ),
        Column("host_ip", "string", "hostIP", nullable=True),
    ),
)

CONTAINERS = Table(
    name="containers",
    row="One row per Pod and container.",
    key=("namespace", "pod", "container"),
    columns=(
        Column("namespace", "string", "Namespace of the pod"),
        Column("pod", "string", "Name of the pod"),
        Column("container", "string", "Name of the container"),
        Column("role", "string", "Which list it comes from (CP-4)", choices=ContainerRole),
        Column("position", "Int64", "Place in FindPort order"),
    ),
)

CONTAINER_PORTS = Table(
    name="container_ports",
    row="One row per Pod, container and declared port.",
    key=("namespace", "pod", "container", "port", "protocol"),
    columns=(
        Column("namespace", "string", "Namespace of the pod"),
        Column("pod", "string", "Name of the pod"),
        Column("container", "string", "Name of the container"),
        Column("role", "string", "Which list it comes from (CP-4)", choices=ContainerRole),
        Column("port_name", "string", "Name of the declared port", nullable=True),
        Column("port", "Int64", "containerPort", unit="port number"),
        Column("protocol", "string", "TCP, UDP or SCTP; TCP by default (CP-1)"),
        Column(
            "host_port", "Int64", "hostPort; on host-network pods equal to the container port (CP-7)", nullable=True, unit="port number"
        ),
        Column("host_ip", "string", "hostIP", nullable=True),
    ),
)

WORKLOADS = Table(
    name="workloads",
    row="One row per Deployment, ReplicaSet, StatefulSet, DaemonSet, Job, CronJob, ReplicationController.",
    key=("kind", "namespace", "workload"),
    columns=(
        Column("kind", "string", "Kind of the workload", choices=Kind),
        Column("namespace", "string", "Namespace of the workload"),
        Column("workload", "string", "Name of the workload"),
        Column("uid", "string", "uid of the object", nullable=True),
        Column("replicas", "Int64", "Wanted pods (spec.replicas, desiredNumberScheduled, parallelism)", nullable=True, unit="pods"),
        Column("ready_replicas", "Int64", "Ready pods by its status; missing without status", nullable=True, unit="pods"),
        Column("owner_kind", "string", "Kind of the controlling owner", nullable=True),
        Column("owner", "string", "Name of the controlling owner", nullable=True),
        Column("template_label_set", "Int64", "Label set of its pod template in `label_sets`", nullable=True),
        Column("template_container_set", "Int64", "Container list of its pod template in `container_sets`", nullable=True),
        Column("service_name", "string", "spec.serviceName of a StatefulSet (DN-24)", nullable=True),
        Column("created", TIME, "creationTimestamp", nullable=True),
    ),
)

LABELS = Table(
    name="labels",
    row="One row per object and label.",
    key=("kind", "namespace", "name", "key"),
    columns=(
        Column("kind", "string", "Kind of the object", choices=Kind),
        Column("namespace", "string", "Namespace; missing for cluster-scoped objects", nullable=True),
        Column("name", "string", "Name of the object"),
        Column("key", "string", "Key of the label"),
        Column("value", "string", "Value of the label"),
    ),
)

SELECTORS = Table(
    name="selectors",
    row="One row per selector pair, or per expression and value, of Services, workloads, policies and Gateways (NP-1 to NP-12).",
    key=("kind", "namespace", "name", "field", "key", "operator", "value"),
    columns=(
        Column("kind", "string", "Kind of the object", choices=Kind),
        Column("namespace", "string", "Namespace; missing for cluster-scoped objects", nullable=True),
        Column("name", "string", "Name of the object"),
        Column("field", "string", "Field path of the selector"),
        Column("key", "string", "Key; missing for an empty selector, which selects everything (NP-2)", nullable=True),
        Column("operator", "string", "Equals (a pair), In, NotIn, Exists, DoesNotExist; missing for an empty selector", nullable=True),
        Column("value", "string", "Value; missing for Exists and DoesNotExist, and where NP-9 makes the selector invalid", nullable=True),
    ),
)

EVENTS = Table(
    name="events",
    row="One row per Event (SN-28); absence proves nothing.",
    key=("namespace", "kind", "name", "last", "reason"),
    columns=(
        Column("namespace", "string", "Namespace of the Event", nullable=True),
        Column("kind", "string", "Kind of the object it speaks of", nullable=True),
        Column("name", "string", "Name of the object it speaks of", nullable=True),
        Column("type", "string", "Normal or Warning", nullable=True),
        Column("reason", "string", "Reason code", nullable=True),
        Column("message", "string", "Message text", nullable=True),
        Column("count", "Int64", "How often", nullable=True),
        Column("first", TIME, "First time seen", nullable=True),
        Column("last", TIME, "Last time seen", nullable=True),
        Column("component", "string", "Who reported it", nullable=True),
    ),
)
