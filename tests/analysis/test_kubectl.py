"""kubectl commands: what stands where, and that no name becomes an option or a second command."""

from __future__ import annotations

import shlex

import pytest

from k8snetviz.analysis import kubectl
from k8snetviz.model.kinds import Kind


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        pytest.param(
            kubectl.get("shop", "pods", selector={"app": "cart", "tier": "web"}),
            "kubectl -n shop get pods -l app=cart,tier=web",
            id="selector",
        ),
        pytest.param(
            kubectl.get("shop", "service", "cart", output="{.spec}"), "kubectl -n shop get service cart -o jsonpath='{.spec}'", id="path"
        ),
        pytest.param(kubectl.get(None, "node", "a"), "kubectl get node a", id="cluster-scoped"),
        pytest.param(kubectl.describe("shop", "pod", "cart-0"), "kubectl -n shop describe pod cart-0", id="describe"),
        pytest.param(kubectl.logs("shop", "cart-0", None), "kubectl -n shop logs cart-0 --previous", id="logs"),
        pytest.param(kubectl.get_everywhere("pods", {"app": "cart"}), "kubectl get pods -A -l app=cart", id="everywhere"),
        pytest.param(
            kubectl.slices_of("shop", "cart"), "kubectl -n shop get endpointslices -l kubernetes.io/service-name=cart -o yaml", id="slices"
        ),
        pytest.param(
            kubectl.describe("shop", "pod", "--kubeconfig=x"), "kubectl -n shop describe pod/--kubeconfig=x", id="no option: describe"
        ),
        pytest.param(
            kubectl.get("shop", "service", "-o", output="{.spec}"),
            "kubectl -n shop get service/-o -o jsonpath='{.spec}'",
            id="no option: get",
        ),
        pytest.param(kubectl.logs("shop", "-f", "-x"), "kubectl -n shop logs pod/-f -c -x --previous", id="no option: logs"),
        pytest.param(kubectl.describe("a b", "pod", "x'; id #"), "kubectl -n 'a b' describe pod 'x'\"'\"'; id #'", id="quoted"),
        pytest.param(kubectl.describe("shop", "pod", "x\ny\x1b"), "kubectl -n shop describe pod 'x\\x0ay\\x1b'", id="control characters"),
    ],
)
def test_commands(command, expected):
    assert command == expected
    assert shlex.split(command)[0] == "kubectl"


def test_what_collects_a_gap():
    assert kubectl.collect([Kind.POD, Kind.NODE, Kind.INGRESS, Kind.POD], "shop") == [
        "kubectl -n shop get pods,ingresses -o json",
        "kubectl get nodes -o json",
    ]
    assert kubectl.collect([], "shop") == []
