"""The hosts seen from Python: what a cell puts out, and how the live explorer changes its data."""

from __future__ import annotations

import base64
import io
import re
import sys
from datetime import UTC, datetime

import pandas as pd
import pytest

import k8snetviz as knv
from k8snetviz.errors import UnknownReference, UsageError
from k8snetviz.model.snapshot import FrameStore, Provenance, Snapshot
from k8snetviz.widgets.labels import labels, place_of
from k8snetviz.widgets.moments import block_of
from k8snetviz.widgets.page import MIME, bundle, fragment
from tests.build import as_list, endpoint, endpoint_slice, pod, port, service
from tests.widgets.shop import hostile, shop

WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(scope="module")
def before():
    return knv.sample("before")


@pytest.fixture(scope="module")
def during():
    return knv.sample("during")


@pytest.fixture
def shown(monkeypatch):
    """Show an object as a cell does, and return its outputs."""

    def show(explorer):
        outputs = []
        monkeypatch.setattr("IPython.display.display", lambda output, raw: outputs.append(output))
        explorer._ipython_display_()
        return outputs

    return show


def named(name, finished=None):
    return Snapshot(FrameStore({}), Provenance(name, finished=finished))


def web(*names):
    """A Service `web` behind which stand pods with these names."""
    pods = [
        pod(name, labels={"app": "web"}, ips=(f"10.244.0.{number}",), owner=("StatefulSet", "web"), ports=(port(8080),))
        for number, name in enumerate(names, 1)
    ]
    ends = tuple(endpoint(f"10.244.0.{number}", target=name) for number, name in enumerate(names, 1))
    return knv.load(as_list([service("web", selector={"app": "web"}), *pods, endpoint_slice("web", ends)]))


def test_a_cell_puts_out_the_live_explorer_then_the_saved_one_and_never_both_in_one(shown, during):
    explorer = knv.explore(during)
    live, saved = shown(explorer)
    assert set(live) == {WIDGET, "text/plain"} and live[WIDGET]["model_id"] == explorer.controls.model_id
    assert set(saved) == {MIME, "text/html", "image/png", "text/plain"}
    assert live["text/plain"] == saved["text/plain"] == "k8snetviz explorer: 2 down, 7 degraded, 1 empty, 10 serving, 1 external"


def test_the_entry_of_the_labextension_names_the_block_that_the_html_holds(shown, during):
    _, saved = shown(knv.explore(during))
    assert saved[MIME] == {"v": 1, "uid": re.search(r'data-kx="([0-9a-f]{16})"', saved["text/html"])[1]}
    assert saved["text/html"].count("<script") == 2 and "data-kx-data" in saved["text/html"]


def test_the_live_explorer_knows_beside_which_pages_it_is_shown(shown, before, during):
    explorer = knv.explore(during)
    first = shown(explorer)[1][MIME]["uid"]
    shown(explorer)
    explorer.show(before)
    assert explorer._pages == [first] and explorer._uid != first
    second = shown(explorer)[1][MIME]["uid"]
    assert explorer._pages == [first, second] == [first, explorer._uid]


def test_only_a_page_with_a_widget_before_it_looks_there(shown, during):
    explorer = knv.explore(during)
    assert "data-kx-beside" in shown(explorer)[1]["text/html"].split("<script")[0]
    assert "data-kx-beside" not in explorer.html().split("<script")[0]
    assert explorer.html() == fragment(during, explorer._block)


def test_the_image_is_small_and_one_of_the_picture(during):
    from PIL import Image

    block = knv.explore(during)._block
    image = base64.b64decode(bundle(during, block)["image/png"])
    assert 2_000 < len(image) <= 25_000
    assert Image.open(io.BytesIO(image)).size[0] > 600
    assert bundle(during, block) == bundle(during, block)


def test_without_pillow_there_is_no_image_and_no_word_about_it(monkeypatch, recwarn, capsys, during):
    monkeypatch.setitem(sys.modules, "PIL", None)
    found = bundle(during, knv.explore(during)._block)
    assert set(found) == {MIME, "text/html", "text/plain"}
    assert not recwarn.list and capsys.readouterr() == ("", "")


def test_the_same_snapshot_gives_the_same_outputs_but_for_the_name_of_the_widget(shown):
    one, other = shown(knv.explore(shop())), shown(knv.explore(shop()))
    assert one[1] == other[1] and one[0]["text/plain"] == other[0]["text/plain"]


def test_an_explorer_of_several_snapshots_shows_the_last_and_holds_all(shown, before, during):
    explorer = knv.explore([before, during], select="shop/cart")
    saved = shown(explorer)[1]["text/html"]
    assert "<p>This is during.json, the last of 2 moments. The others are seen where scripts run: before.json." in saved
    assert (
        saved == bundle(during, block_of([before, during], "shop/cart"))["text/html"] and "data-kx-moment" not in saved.split("<script")[0]
    )
    assert "moments" not in shown(knv.explore(during))[1]["text/html"].split("<script")[0]
    explorer.moment = 0
    assert 'data-kx-moment="0"' in shown(explorer)[1]["text/html"].split("<script")[0]


def test_the_moment_is_set_by_place_or_time_and_keeps_the_service(before, during):
    explorer = knv.explore([before, during], select="shop/web")
    assert explorer.moment == 1 and explorer.controls.children == (explorer,)
    for moment, snap in ((0, before), (-1, during), (0, before)):
        explorer.moment = moment
        assert explorer.snaps[explorer.moment] is snap
        web = knv.backends(snap).query("namespace == 'shop' and service == 'web'").reset_index(drop=True)
        assert len(web) and explorer.selection.equals(web)


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        pytest.param(0, 0, id="a place"),
        pytest.param(-1, 2, id="the last"),
        pytest.param("2026-11-24 12:00:05", 1, id="its time"),
        pytest.param("2026-11-24T12:59:00+00:30", 1, id="between two times, in a zone of its own"),
        pytest.param("2026-11-24 12:00:05 UTC", 1, id="as the page writes it"),
        pytest.param(datetime(2026, 11, 25), 2, id="after the last"),
    ],
)
def test_a_moment_is_named_by_place_or_time(wanted, place):
    taken = [named("c"), named("a", datetime(2026, 11, 24, 12, 0, 5, tzinfo=UTC)), named("b", datetime(2026, 11, 24, 12, 30, tzinfo=UTC))]
    assert place_of(taken, wanted) == place


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        pytest.param(2, "wanted one of 2 moments, 0 to 1, found 2", id="beyond the last"),
        pytest.param("noon", "as a time such as '2026-11-24 12:30', found 'noon'", id="no time"),
        pytest.param(True, "found True", id="a truth"),
        pytest.param(
            "2026-11-24", "at or before 2026-11-24 00:00:00 UTC, found none: the first is of 2026-11-24 12:00:05 UTC", id="too early"
        ),
    ],
)
def test_what_names_no_moment_is_refused(wanted, told):
    noon = datetime(2026, 11, 24, 12, 0, 5, tzinfo=UTC)
    with pytest.raises(UsageError, match=re.escape(told)):
        place_of([named("a", noon), named("b", noon)], wanted)
    with pytest.raises(UsageError, match="these snapshots tell no time; name one by its place"):
        place_of([named("a"), named("b")], datetime(2026, 11, 25))


def test_a_choice_of_another_moment_is_carried_into_the_one_that_is_shown(before, during):
    explorer = knv.explore([before, during])
    explorer.moment = 0
    place = next(at for at, name in enumerate(explorer._at(1).states["service"]) if name == "payments")
    explorer.set_state({"_choice": {"by": "page", "of": explorer._uid, "at": 1, "kind": "service", "key": place}})
    assert set(explorer.selection["service"]) == {"payments"} and explorer._choice["at"] == 0


def test_moment_and_choice_change_in_one_message(before, during):
    explorer = knv.explore([before, during], select="shop/web")
    sent = []
    explorer.send_state = lambda keys=None: sent.append(set(keys))
    explorer.moment = 0
    assert sent == [{"_moment", "_choice"}]


def test_one_snapshot_that_is_held_whole_has_no_controls(during):
    explorer = knv.explore(during)
    assert explorer.controls.children == (explorer,)


def test_data_and_choice_change_in_one_message(before, during):
    explorer = knv.explore(during, select="shop/web")
    sent = []
    explorer.send_state = lambda keys=None: sent.append(set(keys))  # the given set is emptied afterwards
    explorer.show(before)
    assert sent == [{"_data", "_uid", "_choice"}]


@pytest.mark.parametrize(
    ("choice", "selected"),
    [
        pytest.param({"kind": "service", "key": 0}, ["web-0", "web-1"], id="the Service"),
        pytest.param({"kind": "row", "key": 1}, ["web-1"], id="a row that is there still"),
        pytest.param({"kind": "row", "key": 2}, ["web-0", "web-1"], id="a row that is gone: its Service"),
        pytest.param({"kind": "rows", "key": [0, 1, 2]}, ["web-0", "web-1"], id="rows, some of them gone"),
        pytest.param({"kind": "group", "key": '["StatefulSet","shop","web"]'}, ["web-0", "web-1"], id="a workload"),
        pytest.param({"kind": "node", "key": "node-a"}, ["web-0", "web-1"], id="a node"),
        pytest.param({"kind": "nothing", "key": None}, [], id="nothing"),
    ],
)
def test_what_is_selected_is_carried_into_the_next_snapshot(choice, selected):
    explorer = knv.explore(web("web-0", "web-1", "web-2"))
    explorer._choice = {"by": "page", "of": explorer._uid, **choice}
    explorer.show(web("web-0", "web-1"))
    assert explorer.selection["pod"].tolist() == selected and explorer._choice["by"] == "python"


def test_what_is_gone_is_no_longer_selected():
    explorer = knv.explore(shop(), select="data/orders")
    explorer.show(web("web-0"))
    assert explorer.selection.empty and explorer._choice["kind"] == "nothing"


def test_a_choice_of_data_that_is_no_longer_shown_counts_for_nothing():
    explorer = knv.explore(web("web-0", "web-1"))
    old = explorer._uid
    explorer.show(web("web-0", "web-1", "web-2"))
    explorer._choice = {"by": "page", "of": old, "kind": "row", "key": 0}
    assert explorer.selection.empty
    explorer._choice = {"by": "page", "of": explorer._uid, "kind": "row", "key": 0}
    assert explorer.selection["pod"].tolist() == ["web-0"]


def test_show_takes_the_place_of_the_snapshot_that_is_shown(before, during):
    explorer = knv.explore([before, during])
    new = shop()
    explorer.show(new)
    assert explorer.snaps == (before, new) and explorer.moment == 1
    explorer.show(before)
    assert explorer.snaps == (before, new) and explorer.moment == 0
    with pytest.raises(UsageError, match=r"wanted a Snapshot to show, found str; knv\.load"):
        explorer.show("before.json")


def test_the_same_selection_set_again_scrolls_again(during):
    explorer = knv.explore(during)
    explorer.selection = "shop/web"
    first = explorer._choice
    explorer.selection = "service:shop/web"
    assert explorer._choice != first and explorer._choice["key"] == first["key"]


def test_a_selection_that_does_not_exist_names_the_nearest(during):
    with pytest.raises(UnknownReference, match="nearest: shop/cart"):
        knv.explore(during).selection = "shop/crat"


def test_rows_left_out_are_loaded_for_the_service_and_stay(during):
    explorer = knv.explore(during, limit=10)
    held = explorer._block.rows["position"].dropna().tolist()
    controls = explorer.controls
    assert controls.children == (explorer,)
    explorer.selection = "shop/web"
    assert controls.children == (explorer, controls.more) and controls.more.description == "Load 6 more rows of shop/web"
    controls.more.click()
    first = explorer._block.rows
    assert set(held) < set(first["position"].dropna()) and len(first) == 16
    assert first["service"].eq("web").sum() == 6 and explorer.selection["service"].tolist() == ["web"] * 6
    assert controls.children == (explorer,)
    explorer.selection = "kube-system/kube-dns"
    controls.more.click()
    second = explorer._block.rows
    assert set(first["position"].dropna()) < set(second["position"].dropna())
    assert second["service"].eq("kube-dns").sum() == len(explorer.selection) > 0


def test_rows_left_out_are_loaded_for_a_workload_and_one_row_has_one_word():
    explorer = knv.explore(web("web-0", "web-1", "web-2"), limit=2)
    explorer._choice = {"by": "page", "of": explorer._uid, "kind": "group", "key": '["StatefulSet","shop","web"]'}
    assert explorer.controls.more.description == "Load 1 more row of StatefulSet shop/web"
    explorer.controls.more.click()
    assert len(explorer._block.rows) == 3 and explorer.left_out is None and len(explorer.selection) == 3


def test_no_more_than_20_000_rows_are_loaded_at_once(monkeypatch):
    monkeypatch.setattr("k8snetviz.widgets.left_out.MOST", 2)
    explorer = knv.explore(web(*(f"web-{number}" for number in range(6))), select="shop/web", limit=1)
    assert explorer.controls.more.description == "Load 2 of 5 more rows of shop/web"
    explorer.controls.more.click()
    assert explorer.controls.more.description == "Load 2 of 3 more rows of shop/web"


def test_a_node_or_a_row_has_nothing_to_load(during):
    explorer = knv.explore(during, limit=10)
    for choice in ({"kind": "node", "key": "node-a"}, {"kind": "row", "key": 0}, {"kind": "nothing", "key": None}):
        explorer._choice = {"by": "page", "of": explorer._uid, **choice}
        assert explorer.left_out is None


def test_two_explorers_do_not_share_a_selection_and_one_name_means_one_content(before, during):
    one, same, other = knv.explore(during), knv.explore(during), knv.explore(before)
    one.selection = "shop/cart"
    same.selection = "shop/web"
    assert one._uid == same._uid != other._uid
    assert one._choice["key"] != same._choice["key"] and other.selection.empty


@pytest.mark.parametrize(
    ("given", "told"),
    [
        pytest.param("dump.json", "found the path 'dump.json'; knv.load('dump.json') makes", id="a path"),
        pytest.param(pd.DataFrame(), "found a DataFrame; explore the Snapshot whose table", id="a table"),
        pytest.param(7, "found int; knv.load", id="a number"),
        pytest.param(None, "found NoneType; knv.load", id="nothing"),
        pytest.param([], "found an empty list", id="an empty list"),
        pytest.param(["a.json"], "found str in it; knv.load", id="a list of paths"),
    ],
)
def test_what_is_no_snapshot_is_refused_with_a_way_on(given, told):
    with pytest.raises(UsageError, match=re.escape(told)):
        knv.explore(given)


@pytest.mark.parametrize("limit", [0, -1, True, 2.5, "20"])
def test_a_limit_below_one_row_is_refused(limit, during):
    with pytest.raises(UsageError, match=f"wanted a limit of 1 row or more, as a whole number, found {limit!r}"):
        knv.explore(during, limit=limit)


def test_a_service_can_be_named_as_everywhere_and_an_unknown_one_names_the_nearest(during):
    assert knv.explore(during, "service:shop/cart")._uid == knv.explore(during, "shop/cart")._uid
    with pytest.raises(UnknownReference, match="nearest: shop/cart"):
        knv.explore(during, select="shop/crat")
    with pytest.raises(UsageError, match="wanted a Service such as shop/cart, found 'pod:shop/web-0'"):
        knv.explore(during, select="pod:shop/web-0")


def test_snapshots_are_called_by_name_and_time_and_numbered_where_both_are_the_same():
    noon = datetime(2026, 11, 24, 12, 0, 5, tzinfo=UTC)
    assert labels([named("a"), named("b", noon), named("a"), named("c\x1b")]) == ["a (1)", "b · 2026-11-24 12:00:05 UTC", "a (2)", "c\\x1b"]


def test_names_of_other_snapshots_are_text():
    snaps = [named("<img src=x>"), *(named(str(number)) for number in range(20)), hostile()]
    note = fragment(snaps[-1], block_of(snaps)).split("of 22 moments. ")[1].split("<p>")[0]
    assert note == "The others are seen where scripts run: &lt;img src=x&gt;, 0 and 19 more."


def test_rows_that_were_loaded_stay_when_the_data_is_made_anew():
    pods = [f"web-{number}" for number in range(6)]
    explorer = knv.explore(web(*pods), limit=2, select="shop/web")
    explorer.load_left_out()
    assert len(explorer._block.rows) == 6
    explorer.show(web(*pods, "web-6"))
    assert len(explorer._block.rows) == 6 and explorer.left_out.words == "Load 1 more row of shop/web"


def test_rows_left_out_are_loaded_at_every_moment():
    pods = [f"web-{number}" for number in range(6)]
    explorer = knv.explore([web(*pods), web(*pods[1:], "web-6")], limit=4, select="shop/web")
    held = [len(explorer._at(moment).rows) for moment in (0, 1)]
    assert held[0] < 6 and explorer.left_out
    explorer.load_left_out()
    assert [len(explorer._at(moment).rows) for moment in (0, 1)] == [6, 6] and explorer.left_out is None
