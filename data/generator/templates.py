"""Pod templates as people write them; the API server fills in the defaults."""

from __future__ import annotations

from typing import Any

from .base import Obj


def port(name: str | None, number: int, protocol: str = "TCP", **more: Any) -> Obj:
    """Return a declared container port."""
    return ({"name": name} if name else {}) | {"containerPort": number, "protocol": protocol} | more


def probe(path: str, to: str | int, period: int = 10) -> Obj:
    """Return an HTTP probe."""
    return {"httpGet": {"path": path, "port": to}, "periodSeconds": period}


def container(name: str, image: str, *ports: Obj, **more: Any) -> Obj:
    """Return a container; `more` holds args, env, probes and the like."""
    return {"name": name, "image": image} | ({"ports": list(ports)} if ports else {}) | more


def env(values: dict[str, str]) -> list[Obj]:
    """Return environment entries; a value ``secret:key`` refers to a Secret, ``field:path`` to a field of the pod."""
    entries: list[Obj] = []
    for name, value in values.items():
        where, _, what = value.partition(":")
        if where == "field":
            entries.append({"name": name, "valueFrom": {"fieldRef": {"fieldPath": what}}})
        elif where.endswith("-secret"):
            entries.append({"name": name, "valueFrom": {"secretKeyRef": {"key": what, "name": where}}})
        else:
            entries.append({"name": name, "value": value})
    return entries


def template(labels: dict[str, str], *containers: Obj, annotations: dict[str, str] | None = None, **spec: Any) -> Obj:
    """Return a pod template."""
    meta: Obj = {"labels": labels} | ({"annotations": annotations} if annotations else {})
    return {"metadata": meta, "spec": {"containers": list(containers)} | spec}


def shop_template(labels: dict[str, str], *containers: Obj, annotations: dict[str, str] | None = None, **spec: Any) -> Obj:
    """Return a pod template of the shop: no token of a service account, no root."""
    hardened = {"automountServiceAccountToken": False, "securityContext": {"runAsNonRoot": True}}
    return template(labels, *containers, annotations=annotations, **(hardened | spec))
