"""The control plane that the sample is recorded from: with service accounts, and without the controllers that wait for minutes."""

from __future__ import annotations

from data.generator.base import API_VERSIONS
from tests.cluster.plane import Plane

_PLURALS = {"Ingress": "Ingresses", "IngressClass": "IngressClasses", "NetworkPolicy": "NetworkPolicies", "IPAddress": "IPAddresses"}
_PLURALS |= {"Endpoints": "endpoints", "ValidatingAdmissionPolicy": "ValidatingAdmissionPolicies"}
_NOT_RUN = ("node-lifecycle", "taint-eviction", "pod-garbage-collector", "garbage-collector", "cronjob", "persistentvolume-attach-detach")
CONTROLLERS = ",".join(["*", *(f"-{name}-controller" for name in _NOT_RUN)])


class ShopPlane(Plane):
    """A control plane with service accounts, whose scheduler waits until it is asked for."""

    def _server(self) -> list[str]:
        return [flag for flag in super()._server() if not flag.startswith("--disable-admission-plugins")]

    def _start(self, name: str, flags: list[str]) -> None:
        if name == "kube-scheduler":
            self._scheduler = flags
        else:
            super()._start(name, flags)

    def start_scheduler(self) -> None:
        super()._start("kube-scheduler", self._scheduler)


def path(kind: str, namespace: str | None = None, name: str = "", part: str = "") -> str:
    """Return the path of the API for a kind, or for one object of it."""
    root = f"/apis/{API_VERSIONS[kind]}" if kind in API_VERSIONS else "/api/v1"
    inside = f"/namespaces/{namespace}" if namespace else ""
    return "/".join(filter(None, (root + inside, _PLURALS.get(kind, kind + "s").lower(), name, part)))
