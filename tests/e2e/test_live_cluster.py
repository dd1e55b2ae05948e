"""The explorer of a live cluster in JupyterLab, against the real control plane: what changes is seen, and so is silence."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.cluster import objects
from tests.cluster.plane import Plane, running_plane
from tests.e2e.reader import scrolled

pytestmark = pytest.mark.cluster
SPACE = "stage"
REPLICAS = 3
STEADY = 20
READ = 'print(sorted(set(explorer.selection["service"])), live.age)'


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plane]:
    with running_plane(tmp_path_factory.mktemp("plane"), controllers="*,-nodelifecycle,-podgc") as made:
        yield made


@pytest.fixture(scope="module")
def stage(plane: Plane) -> Plane:
    """A Deployment behind a Service, and another Service with pods enough to scroll."""
    objects.node(plane, "node-a", "10.0.0.1", "zone-1")
    objects.namespace(plane, SPACE)
    objects.service(plane, SPACE, "steady", selector={"app": "steady"}, ports=[{"port": 80}])
    for number in range(STEADY):
        objects.pod(plane, SPACE, f"steady-{number:02}", {"app": "steady"}, nodeName="node-a")
        objects.running(plane, SPACE, f"steady-{number:02}", [f"10.244.8.{number + 5}"])
    objects.service(plane, SPACE, "web", selector={"app": "web"}, ports=[{"port": 80, "targetPort": 8080}])
    labels = {"app": "web"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "app", "image": "app:1"}]}}
    spec = {"replicas": REPLICAS, "selector": {"matchLabels": labels}, "template": template}
    objects.ok(plane.raw("POST", f"/apis/apps/v1/namespaces/{SPACE}/deployments", {"metadata": {"name": "web"}, "spec": spec}))
    run(plane)
    return plane


def pods(plane: Plane) -> list[dict[str, Any]]:
    found = objects.ok(plane.raw("GET", f"/api/v1/namespaces/{SPACE}/pods?labelSelector=app%3Dweb"))["items"]
    return [each for each in found if "deletionTimestamp" not in each["metadata"]]


def run(plane: Plane) -> None:
    """Report the pods of the Deployment as running, as kubelets would."""
    objects.quiet(lambda: sum("nodeName" in each["spec"] for each in pods(plane)) == REPLICAS)
    for number, each in enumerate(pods(plane)):
        objects.running(plane, SPACE, each["metadata"]["name"], [f"10.244.9.{number + 5}"])


def scale(plane: Plane, replicas: int) -> None:
    body = {"spec": {"replicas": replicas}}
    kind = "application/merge-patch+json"
    objects.ok(plane.raw("PATCH", f"/apis/apps/v1/namespaces/{SPACE}/deployments/web/scale", body, kind=kind))


def seen(page: Any) -> Any:
    (explorer,) = page.explorers().all()
    return explorer


def now(page: Any, look: Callable[[Any], bool], timeout_s: float = 20.0) -> float:
    """Wait until the explorer that is seen now, which may take the place of another any moment, is as `look` wants it."""
    began = time.monotonic()
    while True:
        try:
            if look(page.page.locator(".kx:visible").first):
                return time.monotonic() - began
        except Exception as error:  # noqa: BLE001 - it was taken away while it was looked at
            last = error
        else:
            last = None
        assert time.monotonic() - began < timeout_s, last or "it did not come"
        page.page.wait_for_timeout(30)


def details(explorer: Any) -> str:
    return str(explorer.get_by_role("region", name="Details").inner_text(timeout=500))


def age(explorer: Any) -> str:
    return str(explorer.locator(".age").inner_text(timeout=500))


def test_a_live_cluster_is_seen_to_change_to_fall_silent_and_to_come_back(stage, opened, fresh):
    watch = f"live = knv.watch(kubeconfig={str(stage.kubeconfig('admin'))!r})"
    page = opened(fresh("import k8snetviz as knv", f"{watch}\nexplorer = knv.explore(live)\nexplorer", READ), height=1100).run_all()
    now(page, lambda explorer: age(explorer) == "● live")
    explorer = seen(page)
    explorer.get_by_role("searchbox").fill("web")
    now(page, lambda explorer: explorer.locator(".tr").count() == REPLICAS)
    page.page.locator(".kx:visible .tr").first.click()
    seen(page).get_by_role("button", name=f"why {SPACE}/web is serving").click()
    now(page, lambda explorer: f"{SPACE}/web is serving" in details(explorer))
    seen(page).get_by_role("searchbox").fill("")
    now(page, lambda explorer: explorer.locator(".caption").inner_text().startswith(f"{REPLICAS} of"))
    seen(page).get_by_role("grid").evaluate("grid => { grid.scrollTop = 130; }")
    page.shot("cluster-live")

    gone = pods(stage)
    scale(stage, 0)
    took = now(page, lambda explorer: f"{SPACE}/web is degraded" in details(explorer) and "terminating" in details(explorer))
    print(f"scaled to zero: seen {took:.2f} s after the request was answered")
    assert took < 2
    page.shot("cluster-scaled-to-zero")
    place = page.place_of(READ)
    page.run_cell(place).says(place, "['web'] live")
    for each in gone:  # as a kubelet does once the containers have ended
        name = each["metadata"]["name"]
        objects.ok(stage.raw("DELETE", f"/api/v1/namespaces/{SPACE}/pods/{name}?gracePeriodSeconds=0"))
    took = now(page, lambda explorer: f"{SPACE}/web is empty" in details(explorer))
    print(f"pods ended: seen {took:.2f} s after the request was answered")
    assert took < 2
    page.shot("cluster-empty")
    assert scrolled(seen(page)) == 130  # and the Service is still selected, of which the panel tells
    stage.kill("kube-apiserver")
    now(page, lambda explorer: "not heard for" in age(explorer))
    now(page, lambda explorer: "refused" in age(explorer) and int(age(explorer).split(" s:")[0].split()[-1]) >= 5)
    page.shot("cluster-silent")
    assert f"{SPACE}/web is empty" in details(seen(page)) and scrolled(seen(page)) == 130

    stage.start_server()
    scale(stage, REPLICAS)
    run(stage)
    now(page, lambda explorer: age(explorer) == "● live" and f"{SPACE}/web is serving" in details(explorer), 60)
    assert scrolled(seen(page)) == 130
    page.shot("cluster-back")
