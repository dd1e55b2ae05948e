"""The one exception to "no ConfigMaps", off by default: what kubeadm and kube-proxy were told of ranges and proxy mode.

Two ConfigMaps are asked for by name. Of their text only ranges that parse and a known mode are kept; nothing else of it is stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
import yaml

from k8snetviz.collect.addresses import canonical_range
from k8snetviz.collect.batches import Gap
from k8snetviz.collect.live.patience import Asker, Failed
from k8snetviz.collect.snapshot_file import ClusterConfig
from k8snetviz.model.kinds import GapReason, Kind, OwnerRole

SPACE = "kube-system"
_MODES = {"": "default", "iptables": "iptables", "ipvs": "ipvs", "nftables": "nftables", "kernelspace": "kernelspace"}
_LONGEST = 65_536  # characters; the real ones have a few hundred
_ABSENT, _REFUSED = (404,), (401, 403)


class _Config(NamedTuple):
    """Where a ConfigMap tells what; fields are paths in the YAML document under `key`."""

    name: str
    key: str
    pods: tuple[str, ...]
    services: tuple[str, ...] = ()
    mode: str | None = None


CONFIGS = (
    _Config("kubeadm-config", "ClusterConfiguration", ("networking", "podSubnet"), ("networking", "serviceSubnet")),
    _Config("kube-proxy", "config.conf", ("clusterCIDR",), mode="mode"),
)


class _ConfigMap(msgspec.Struct):
    data: dict[str, str] = {}


_CONFIG_MAP = msgspec.json.Decoder(_ConfigMap)


def cluster_config(asker: Asker) -> tuple[ClusterConfig, list[Gap]]:
    """Return what the two ConfigMaps tell, and what is not known of them. One that is not there tells nothing, and that is known."""
    found, gaps = ClusterConfig(), []
    for config in CONFIGS:
        path = f"/api/v1/namespaces/{SPACE}/configmaps/{config.name}"
        try:
            document = _document(asker.body(path), config.key)
        except Failed as failure:
            if failure.status not in _ABSENT:
                reason = GapReason.FORBIDDEN if failure.status in _REFUSED else GapReason.ERROR
                gaps.append(Gap(reason, f"{failure} (status {failure.status})", Kind.CONFIG_MAP, SPACE, path))
            continue
        if document is None:
            gaps.append(Gap(GapReason.UNREADABLE, f"{config.key} of {config.name} does not read as its YAML", Kind.CONFIG_MAP, SPACE, path))
            continue
        for field, role in ((config.pods, OwnerRole.POD_RANGE), (config.services, OwnerRole.SERVICE_RANGE)):
            found.ranges += [(config.name, role.value, cidr) for cidr in _ranges(document, field)]
        if config.mode is not None:
            found.proxy_mode = _MODES.get(str(document.get(config.mode) or ""), found.proxy_mode)
    return found, gaps


def _document(body: bytes, key: str) -> dict[str, Any] | None:
    try:
        text = _CONFIG_MAP.decode(body).data[key]
        found = yaml.safe_load(text) if len(text) <= _LONGEST else None
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, yaml.YAMLError, RecursionError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _ranges(document: dict[str, Any], field: tuple[str, ...]) -> Iterator[str]:
    """Yield the ranges at `field`, comma between them, as far as they parse."""
    value: Any = document if field else None
    for word in field:
        value = value.get(word) if isinstance(value, dict) else None
    for text in value.split(",") if isinstance(value, str) else ():
        cidr, family = canonical_range(text.strip())
        if family is not None:
            yield cidr
