"""Before and after: causes first, what they hit below, and words where nothing changed or little is known."""

from __future__ import annotations

import json
import re

import pytest

import k8snetviz as knv
from tests import build
from tests.analysis.moments import moment, web
from tests.views.extremes import LONG
from tests.views.frames import words
from tests.views.test_extremes import BYTES, MARKS, marks
from tests.views.test_hostile import ALLOWED, NASTY, texts

UNREAD = {"Namespace": {None: True}}


def shop(selector="web", **more):
    objects = web(**more)
    return [build.service("web", selector={"app": selector}) if item["kind"] == "Service" else item for item in objects]


def test_the_cause_stands_over_the_service_it_hit():
    gone = [item for item in shop("webs") if item["kind"] != "EndpointSlice"] + [build.endpoint_slice("web", ())]
    picture = knv.view.changes(moment(0, *shop()), moment(5, *gone))
    told = words(picture)
    cause = "<b>The selector of Service shop/web changed from app=web to app=webs.</b>"
    assert {cause, "shop/web", "serving 1/1", "down 0/0", "−1 lost", "1 down", "backends: 1 lost, 0 gained"} <= set(told)
    assert picture.alt.startswith(
        "Changes from t0 to t5: 1 Service changed state; backends: 1 lost, 0 gained; first cause: The selector of"
    )
    back = words(knv.view.changes(moment(0, *gone), moment(5, *shop())))
    assert {"+1 gained", "1 serving", "backends: 0 lost, 1 gained"} <= set(back)


def test_no_change_and_nothing_to_compare_have_words_of_their_own():
    same = knv.view.changes(moment(0, *shop()), moment(5, *shop()))
    assert "No change for traffic" in words(same) and same.alt == "Changes from t0 to t5: No change for traffic."
    blind = knv.view.changes(moment(0, *shop()), moment(5, read=UNREAD))
    assert any(re.fullmatch(r"No change found, and that says little: \d+ things could not be compared", text) for text in words(blind))
    assert any("not compared, or with doubt" in text for text in words(blind))


def test_services_of_a_namespace_that_was_not_read_before_are_not_new():
    part = {"Service": {"shop": True}, "Pod": {None: True}, "EndpointSlice": {None: True}}
    other = build.service("other", ns="elsewhere", selector={"app": "x"})
    told = words(knv.view.changes(moment(0, *shop(), read=part), moment(5, *shop(), other)))
    assert not any("new" in text for text in told) and "no state of a Service changed" in told


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_the_same_every_time_and_in_every_width(theme):
    sample = knv.sample("before"), knv.sample("during")
    picture = knv.view.changes(*sample, theme=theme)
    assert picture.to_json() == knv.view.changes(knv.sample("before"), knv.sample("during"), theme=theme).to_json()
    assert knv.view.changes(*sample, theme=theme, width=1040).svg() and picture.layout.width == 848
    assert {"shop/cart", "2 down", "7 degraded", "1 empty"} <= set(words(picture))


def test_sentences_are_cut_at_the_end_of_a_word():
    picture = knv.view.changes(knv.sample("before"), knv.sample("during"))
    whole = " ".join([*knv.service_states(knv.sample("during"))["detail"]])
    cuts = [text.removesuffix("…").rpartition(" ")[2] for text in words(picture) if text.endswith("…")]
    assert all(re.search(rf"(^|\W){re.escape(word)}($|\W)", whole) for word in cuts)


def many(ready, count=300):
    made = [build.node("node-a")]
    for number in range(count):
        ip = f"10.1.{number // 250}.{number % 250 + 1}"
        name = f"{LONG[:60]}{number}"
        made.append(build.service(name, selector={"app": name}))
        made.append(build.pod(f"p{number}", labels={"app": name}, ready=ready, ips=(ip,)))
        told = {"ready": ready, "serving": ready, "terminating": False}
        made.append(build.endpoint_slice(name, (build.endpoint(ip, target=f"p{number}", conditions=told),)))
    return made


def test_many_services_stay_small_and_the_rest_is_counted():
    picture = knv.view.changes(moment(0, *many(True)), moment(5, *many(False)))
    sizes = len(picture.to_json().encode()), len(picture.svg().encode())
    assert marks(picture) < MARKS and max(sizes) < BYTES
    assert "Not drawn: 260 more Services hit" in words(picture) and "300 down" in words(picture)


def test_a_hostile_name_stays_text():
    bad = [item | {"metadata": item["metadata"] | {"name": NASTY}} if item["kind"] == "Service" else item for item in shop()]
    picture = knv.view.changes(moment(0, *bad, name=NASTY), moment(5, *[item for item in bad if item["kind"] != "Pod"], name=NASTY))
    for text in texts(json.loads(picture.to_json())):
        assert {tag.lower() for tag in re.findall(r"<\s*(/?\w+)", text)} <= ALLOWED, text
    assert "<script" not in picture.svg()
