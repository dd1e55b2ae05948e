"""What a reader must learn of the real series: written by hand, from the files."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

import pandas as pd
import pytest

import k8snetviz as knv
from tests.analysis.moments import plain
from tests.dumps import dump, needs_dumps

# default/* of d14, in each of its three snapshots; the pods behind them counted in pods.json by selector and condition Ready
D14_DOWN = {
    "apisix-admin": 1,
    "apisix-dashboard": 1,
    "apisix-etcd": 3,
    "apisix-gateway": 1,
    "apisix-ingress-controller": 1,
    "apisix-svc": 1,
}
D14_SERVES = {
    "apisix-etcd-headless": 3,  # publishNotReadyAddresses
    "metad-0": 1,
    "nebula-graphd-svc": 2,
    "nebula-graphd-svc-nodeport": 2,
    "nebula-metad-headless": 1,
    "nebula-storaged-headless": 4,
}
D14_LATER = {  # namespaces that the first snapshot did not read
    ("cert-manager", "cert-manager"): 1,
    ("cert-manager", "cert-manager-webhook"): 1,
    ("kube-system", "kube-dns"): 1,
    ("nebula-operator-system", "nebula-operator-webhook-service"): 2,
}


def at(text):
    return pd.Timestamp(datetime.fromisoformat(text).replace(tzinfo=UTC))


class TestD14:
    """Three snapshots in 27 hours; the first one read the namespace `default` alone."""

    pytestmark = needs_dumps

    @pytest.fixture(scope="class")
    @classmethod
    def history(cls):
        return knv.history(dump("d14"))

    def test_the_newest_time_in_each_stands_for_its_time(self, history):
        found = plain(history.moments, "snapshot", "time", "time_from", "services")
        assert found == [
            ("files-t1", at("2023-04-10T07:15:56"), "newest", 13),
            ("files-t2", at("2023-04-11T03:41:00"), "newest", 17),
            ("files-t3", at("2023-04-11T09:47:06"), "newest", 17),
        ]

    def test_six_services_are_down_all_the_time(self, history):
        found = plain(
            history.timeline[history.timeline["state"] == "down"], "moment", "namespace", "service", "ready", "selected", "reason"
        )
        assert found == [
            (moment, "default", name, 0, count, "NOT_READY") for moment in range(3) for name, count in sorted(D14_DOWN.items())
        ]
        spells = plain(history.reasons, "namespace", "service", "reason", "spells", "moments", "first", "last", "after", "before")
        first, last = at("2023-04-10T07:15:56"), at("2023-04-11T09:47:06")
        assert spells == [("default", name, "NOT_READY", 1, 3, first, last, None, None) for name in sorted(D14_DOWN)]

    def test_six_serve_all_the_time(self, history):
        own = history.timeline[history.timeline["service"].isin([*D14_SERVES])]
        found = plain(own, "moment", "service", "state", "ready", "selected")
        assert found == [(moment, name, "serving", count, count) for moment in range(3) for name, count in sorted(D14_SERVES.items())]

    def test_what_was_not_read_at_first_is_unknown_not_absent(self, history):
        for (namespace, name), count in D14_LATER.items():
            own = history.timeline[(history.timeline["namespace"] == namespace) & (history.timeline["service"] == name)]
            assert plain(own, "state", "ready", "selected", "reason") == [
                ("unknown", None, None, "NOT_COLLECTED"),
                ("serving", count, count, None),
                ("serving", count, count, None),
            ]
            assert own["detail"].iloc[0] == f"Services of namespace {namespace} were not collected."

    def test_nobody_flapped(self, history):
        assert history.flaps["changes"].eq(0).all() and len(history.flaps) == 17
        kubernetes = history.flaps[history.flaps["service"] == "kubernetes"]  # no selector, and no slices in the dump
        assert plain(kubernetes, "states", "known", "not_known") == [(None, 0, 3)]

    def test_the_dashboard_restarts_for_ever_and_the_cluster_was_restarted_in_the_last_hours(self, history):
        restarts = history.restarts
        dashboard = restarts[restarts["service"] == "apisix-dashboard"]
        assert plain(dashboard, "restarts", "count", "moment") == [(277, 27428, 1), (88, 27516, 2)]  # 27151, 27428, 27516
        etcd = restarts[(restarts["service"] == "apisix-etcd") & (restarts["moment"] == 1)]
        assert plain(etcd, "pod", "restarts") == [("apisix-etcd-0", 232), ("apisix-etcd-1", 231), ("apisix-etcd-2", 231)]
        quiet = restarts[restarts["service"].isin([*D14_SERVES.keys() - {"apisix-etcd-headless"}])]
        assert set(quiet["moment"]) == {2} and set(quiet["restarts"]) == {1}  # each of them once, between t2 and t3
        assert restarts[restarts["namespace"] == "kube-system"]["moment"].eq(2).all()  # t1 did not read it: no growth can be told

    def test_there_are_no_events_in_it(self, history):
        assert history.events.empty


class TestD04:
    """One scenario on three clusters, each of another version: 1.33 six minutes before 1.31, 1.35 seven months later."""

    pytestmark = needs_dumps
    SERVES: ClassVar = {  # addresses in endpoints.yaml; pods that services.yaml selects, all of them Ready in pods.yaml
        ("default", "kubernetes"): (1, None),
        ("kube-system", "kube-dns"): (1, 1),
        ("kube-system", "metrics-server"): (1, 1),
        ("scraper", "e2e-hpa"): (1, 1),
        ("scraper", "e2e-kube-state-metrics"): (1, 1),
        ("scraper", "e2e-statefulset"): (2, 2),
    }

    @pytest.fixture(scope="class")
    @classmethod
    def history(cls):
        return knv.history(dump("d04"))

    def test_versions_stand_in_the_order_of_their_times(self, history):
        found = plain(history.moments, "snapshot", "time", "services", "complete")
        assert [(name.rpartition("/")[2], *rest) for name, *rest in found] == [
            ("1_33", at("2025-11-04T19:09:25"), 7, True),
            ("1_31", at("2025-11-04T19:15:28"), 7, True),
            ("1_35", at("2026-06-26T10:14:34"), 7, True),
        ]

    def test_that_each_is_a_cluster_of_its_own_is_told(self, history):
        assert history.moments["cluster"].nunique() == 3  # uids of kube-system in namespaces.yaml
        told = ["another cluster than the first" in note for note in history.moments["note"]]
        assert told == [False, True, True]

    def test_the_balanced_service_has_no_endpoints_and_the_others_serve(self, history):
        down = {("scraper", "e2e-lb"): ("down", 0, None, "NO_ENDPOINTS")}  # no selector, and no Endpoints of its name
        wanted = down | {name: ("serving", *counts, None) for name, counts in self.SERVES.items()}
        found = plain(history.timeline, "moment", "namespace", "service", "state", "ready", "selected", "reason")
        assert found == [(moment, *name, *told) for moment in range(3) for name, told in sorted(wanted.items())]
        assert history.flaps["changes"].eq(0).all() and history.flaps["not_known"].eq(0).all() and history.events.empty

    def test_restarts_are_those_of_pods_made_since_the_snapshot_before(self, history):
        """storage-provisioner restarted once on 1.33, too: the first snapshot does not say when."""
        assert plain(history.restarts, "moment", "pod", "restarts", "count", "after") == [
            (1, "storage-provisioner", 1, 1, at("2025-11-04T19:13:50")),
            (1, "e2e-container-creating", 3, 3, at("2025-11-04T19:14:18")),
            (2, "e2e-container-creating", 2, 2, at("2026-06-26T10:12:51")),
        ]


class TestD09:
    """Two runs, 23 hours apart; the pods and the Service of the test runner are others, nothing else."""

    pytestmark = needs_dumps

    @pytest.fixture(scope="class")
    @classmethod
    def history(cls):
        return knv.history(dump("d09"))

    def test_one_service_is_down_all_the_time_and_nothing_changed(self, history):
        """The runner's own Service was made anew under its old name, between the runs: nobody saw it missing."""
        assert len(history.flaps) == 206 and history.flaps["changes"].eq(0).all()
        down = history.timeline[history.timeline["state"] == "down"]
        assert plain(down, "moment", "namespace", "service", "reason", "selected") == [
            (0, "services-4744", "nodeport-service", "SELECTS_NOTHING", 0),
            (1, "services-4744", "nodeport-service", "SELECTS_NOTHING", 0),
        ]
        assert history.timeline["state"].eq("serving").sum() == 2 * 205

    def test_times(self, history):
        assert [time.isoformat()[:16] for time in history.moments["time"]] == ["2021-08-17T17:43", "2021-08-18T16:01"]


class TestSample:
    """The shop before and during its incident; everything that fails during it served before."""

    FAILS: ClassVar = {
        "data/db": ("degraded", "NO_POD_IP"),
        "edge/gateway": ("degraded", "NOT_READY"),
        "shop/cart": ("down", "SELECTS_NOTHING"),
        "shop/checkout": ("degraded", "NOT_READY"),
        "shop/media": ("degraded", "NOT_READY"),
        "shop/orders": ("down", "PORT_UNRESOLVED"),
        "shop/payments": ("degraded", "NOT_READY"),
        "shop/pricing": ("degraded", "DRIFT_STALE"),
        "shop/reviews": ("degraded", "FAMILY_MISSING"),
        "shop/search": ("empty", "SCALED_TO_ZERO"),
    }

    @pytest.fixture(scope="class")
    @classmethod
    def history(cls):
        return knv.history("sample:during", "sample:before")

    def test_what_broke_and_why(self, history):
        found = {f"{row.namespace}/{row.service}": (row.state, row.reason, row.first_moment) for row in history.reasons.itertuples()}
        assert found == {name: (*told, 1) for name, told in self.FAILS.items()}
        changed = history.flaps[history.flaps["changes"] > 0]
        assert {f"{row.namespace}/{row.service}": row.states for row in changed.itertuples()} == {
            name: f"serving → {state}" for name, (state, _) in self.FAILS.items()
        }
        assert history.flaps["returns"].eq(0).all()

    def test_no_reason_was_true_before(self, history):
        before = history.moments["time"].iloc[0]
        assert history.reasons["after"].eq(before).all() and history.reasons["before"].isna().all()

    def test_restarts_and_events_stand_beside_the_service_they_hit(self, history):
        (row,) = plain(history.restarts, "namespace", "service", "workload", "moment")
        assert row == ("shop", "payments", "payments", 1)
        told = history.events[history.events["service"] == "payments"]
        assert {"BackOff", "Unhealthy", "ScalingReplicaSet"} <= set(told["reason"])
        slices = history.events[history.events["service"] == "pricing"]
        assert "FailedToUpdateEndpointSlices" in set(slices["reason"])
