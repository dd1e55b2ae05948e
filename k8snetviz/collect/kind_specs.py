"""Every kind that can be decoded: where it is served, its struct, its selectors and pod template. Needs no pandas."""

from __future__ import annotations

from collections.abc import Iterator

from k8snetviz.collect.kindspec import KindSpec, SelectorRow
from k8snetviz.collect.policy_rules import Rule, cluster_policy_rules, cluster_policy_subject, network_policy_rules
from k8snetviz.collect.selector_rows import pair_rows, selector_rows
from k8snetviz.collect.structs.core import Endpoints, EndpointSlice, Namespace, Node, Service
from k8snetviz.collect.structs.events import Event
from k8snetviz.collect.structs.pod import Pod, PodTemplate
from k8snetviz.collect.structs.policies import ClusterPolicy, NetworkPolicy
from k8snetviz.collect.structs.ranges import IPAddress, ServiceCIDR
from k8snetviz.collect.structs.routing import Gateway, GatewayRoute, Ingress, IngressClass, OpenShiftRoute, ReferenceGrant
from k8snetviz.collect.structs.selectors import LabelSelector
from k8snetviz.collect.structs.workloads import CronJob, Job, ReplicationController, Workload
from k8snetviz.model.kinds import Kind


def _of_service(service: Service) -> Iterator[SelectorRow]:
    for key, value in (service.spec.selector or {}).items():
        yield SelectorRow("spec.selector", key, "Equals", value)


def _of_workload(one: Workload | Job) -> Iterator[SelectorRow]:
    if one.spec.selector is not None:
        yield from selector_rows("spec.selector", one.spec.selector)


def _of_controller(one: ReplicationController) -> Iterator[SelectorRow]:
    if one.spec.selector is not None:
        yield from pair_rows("spec.selector", one.spec.selector)


def _template(one: Workload | ReplicationController | Job | CronJob) -> PodTemplate | None:
    if isinstance(one, CronJob):
        return one.spec.job_template.spec.template if one.spec.job_template is not None else None
    return one.spec.template


def _of_gateway(gateway: Gateway) -> Iterator[SelectorRow]:
    """Yield the selectors of namespaces that may attach (GW-6)."""
    for place, listener in enumerate(gateway.spec.listeners or ()):
        allowed = listener.allowed_routes.namespaces if listener.allowed_routes is not None else None
        if allowed is not None and allowed.selector is not None:
            yield from selector_rows(f"spec.listeners[{place}].allowedRoutes.namespaces.selector", allowed.selector)


def _of_network_policy(policy: NetworkPolicy) -> Iterator[SelectorRow]:
    """Yield the selectors of a NetworkPolicy; without podSelector it selects all pods of its namespace (NP-13)."""
    yield from selector_rows("spec.podSelector", policy.spec.pod_selector or LabelSelector())
    yield from _of_peers(network_policy_rules(policy))


def _of_cluster_policy(policy: ClusterPolicy) -> Iterator[SelectorRow]:
    for field, selector in cluster_policy_subject(policy).items():
        yield from selector_rows(field, selector)
    yield from _of_peers(cluster_policy_rules(policy))


def _of_peers(rules: Iterator[Rule]) -> Iterator[SelectorRow]:
    for rule in rules:
        for peer in rule.peers:
            for field, selector in peer.selectors.items():
                yield from selector_rows(field, selector)


_APPS = ("apps", "extensions")
_NETWORKING = ("networking.k8s.io",)
_GATEWAY = ("gateway.networking.k8s.io",)
_POLICY = ("policy.networking.k8s.io",)
_ALPHA1, _ALPHA2 = "v1alpha1", "v1alpha2"
SPECS = (
    KindSpec(Kind.NAMESPACE, Namespace, "namespaces"),
    KindSpec(Kind.NODE, Node, "nodes"),
    KindSpec(Kind.POD, Pod, "pods"),
    KindSpec(Kind.SERVICE, Service, "services", selectors=_of_service),
    KindSpec(Kind.ENDPOINTS, Endpoints, "endpoints"),
    KindSpec(Kind.ENDPOINT_SLICE, EndpointSlice, "endpointslices", ("discovery.k8s.io",)),
    KindSpec(Kind.SERVICE_CIDR, ServiceCIDR, "servicecidrs", _NETWORKING),
    KindSpec(Kind.IP_ADDRESS, IPAddress, "ipaddresses", _NETWORKING),
    KindSpec(Kind.DEPLOYMENT, Workload, "deployments", _APPS, selectors=_of_workload, template=_template),
    KindSpec(Kind.REPLICA_SET, Workload, "replicasets", _APPS, selectors=_of_workload, template=_template),
    KindSpec(Kind.STATEFUL_SET, Workload, "statefulsets", ("apps",), selectors=_of_workload, template=_template),
    KindSpec(Kind.DAEMON_SET, Workload, "daemonsets", _APPS, selectors=_of_workload, template=_template),
    KindSpec(Kind.JOB, Job, "jobs", ("batch",), selectors=_of_workload, template=_template),
    KindSpec(Kind.CRON_JOB, CronJob, "cronjobs", ("batch",), template=_template),
    KindSpec(Kind.REPLICATION_CONTROLLER, ReplicationController, "replicationcontrollers", selectors=_of_controller, template=_template),
    KindSpec(Kind.INGRESS, Ingress, "ingresses", ("networking.k8s.io", "extensions")),
    KindSpec(Kind.INGRESS_CLASS, IngressClass, "ingressclasses", _NETWORKING),
    KindSpec(Kind.GATEWAY, Gateway, "gateways", _GATEWAY, selectors=_of_gateway),
    KindSpec(Kind.HTTP_ROUTE, GatewayRoute, "httproutes", _GATEWAY),
    KindSpec(Kind.GRPC_ROUTE, GatewayRoute, "grpcroutes", _GATEWAY),
    KindSpec(Kind.TCP_ROUTE, GatewayRoute, "tcproutes", _GATEWAY, "v1alpha2"),
    KindSpec(Kind.TLS_ROUTE, GatewayRoute, "tlsroutes", _GATEWAY, "v1alpha2"),
    KindSpec(Kind.UDP_ROUTE, GatewayRoute, "udproutes", _GATEWAY, "v1alpha2"),
    KindSpec(Kind.REFERENCE_GRANT, ReferenceGrant, "referencegrants", _GATEWAY, "v1beta1"),
    KindSpec(Kind.OPENSHIFT_ROUTE, OpenShiftRoute, "routes", ("route.openshift.io", "")),
    KindSpec(Kind.NETWORK_POLICY, NetworkPolicy, "networkpolicies", ("networking.k8s.io", "extensions"), selectors=_of_network_policy),
    KindSpec(Kind.ADMIN_NETWORK_POLICY, ClusterPolicy, "adminnetworkpolicies", _POLICY, _ALPHA1, _of_cluster_policy),
    KindSpec(Kind.BASELINE_ADMIN_NETWORK_POLICY, ClusterPolicy, "baselineadminnetworkpolicies", _POLICY, _ALPHA1, _of_cluster_policy),
    KindSpec(Kind.CLUSTER_NETWORK_POLICY, ClusterPolicy, "clusternetworkpolicies", _POLICY, _ALPHA2, _of_cluster_policy),
    KindSpec(Kind.EVENT, Event, "events", ("", "events.k8s.io")),
)
