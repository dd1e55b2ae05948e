"""What several tests need on a control plane: nodes, who may read what, and a shop with a crowd beside it."""

from __future__ import annotations

from functools import partial

from tests.cluster import objects
from tests.cluster.plane import Plane
from tests.test_deploy import RBAC


def two_nodes(plane: Plane) -> None:
    """Register node-a and node-b, each in a zone of its own."""
    for number, name in enumerate(("node-a", "node-b"), 1):
        objects.node(plane, name, f"10.0.0.{number}", f"zone-{number}")


def readers(plane: Plane, space: str) -> None:
    """Apply the role that is shipped: the user reader may read everything, narrow the namespace `space` only."""
    plane.kubectl("apply", "-f", str(RBAC))
    plane.kubectl("create", "clusterrolebinding", "readers", "--clusterrole=k8snetviz-reader", "--user=reader")
    plane.kubectl("-n", space, "create", "rolebinding", "narrow", "--clusterrole=k8snetviz-reader", "--user=narrow")


def front_and_crowd(plane: Plane, pods: int) -> None:
    """Namespace front with a Service that serves and one that does not; namespace crowd with so many pods."""
    two_nodes(plane)
    for name in ("front", "crowd"):
        objects.namespace(plane, name)
    readers(plane, "front")
    port = {"port": 80, "targetPort": 8080}
    objects.service(plane, "front", "web", selector={"app": "web"}, ports=[port])
    objects.service(plane, "front", "cart", selector={"app": "carts"}, ports=[port])
    objects.pod(plane, "front", "web-0", {"app": "web"}, nodeName="node-a")
    objects.running(plane, "front", "web-0", ["10.244.0.77"], ready=True)
    objects.together(partial(objects.pod, plane, "crowd", f"p-{number:04d}", {"app": "p"}, nodeName="node-b") for number in range(pods))
    objects.quiet(lambda: "10.244.0.77" in plane.kubectl("-n", "front", "get", "endpointslices", "-o", "json"))
