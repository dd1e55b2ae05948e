"""The role that is shipped grants what is read, and nothing else."""

from __future__ import annotations

from pathlib import Path

import yaml

from k8snetviz.collect.live.cluster_config import CONFIGS, SPACE
from k8snetviz.collect.registry import specs

RBAC = Path(__file__).parents[1] / "deploy" / "rbac.yaml"


def rules():
    role = next(each for each in yaml.safe_load_all(RBAC.read_text()) if each["kind"] == "ClusterRole")
    assert role["metadata"]["name"] == "k8snetviz-reader"
    return role["rules"]


def test_it_grants_every_kind_that_is_read_and_no_other():
    granted = {(group, plural) for rule in rules() for group in rule["apiGroups"] for plural in rule["resources"]}
    assert granted == {(spec.groups[0], spec.plural) for spec in specs().values()}


def test_it_grants_reading_only():
    assert {verb for rule in rules() for verb in rule["verbs"]} == {"get", "list", "watch"}
    assert not [rule for rule in rules() if "*" in rule["resources"] + rule["apiGroups"] or "secrets" in rule["resources"]]


def test_configuration_is_a_role_of_its_own_for_two_objects_to_get():
    role, binding = yaml.safe_load_all((RBAC.parent / "rbac-cluster-config.yaml").read_text())
    assert (role["kind"], role["metadata"]["namespace"], binding["roleRef"]["name"]) == ("Role", SPACE, role["metadata"]["name"])
    names = [config.name for config in CONFIGS]
    assert role["rules"] == [{"apiGroups": [""], "resources": ["configmaps"], "resourceNames": names, "verbs": ["get"]}]
