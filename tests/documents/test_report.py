"""The report as a text: what is in it, what it would load, what it says of where it comes from."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from random import Random

import pytest

import k8snetviz as knv
from k8snetviz.documents.embedded import embedded
from k8snetviz.documents.files import page_path, write_page
from k8snetviz.documents.report import report_page
from k8snetviz.errors import UsageError
from tests.build import as_list, endpoint, endpoint_slice, pod, service
from tests.documents.pages import Page
from tests.widgets.shop import HOSTILE, hostile, shop


@pytest.fixture(scope="module")
def during() -> str:
    return report_page(knv.sample("during"))


def digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_policy_names_the_one_script_and_the_one_style(during):
    page = Page(during)
    (script,), (style,) = page.scripts, page.styles
    assert page.policy() == {
        "default-src": "'none'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "style-src": digest(style),
        "style-src-attr": "'unsafe-inline'",
        "script-src": digest(script),
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    assert {"name": "referrer", "content": "no-referrer"} in page.all("meta")
    assert during.index("Content-Security-Policy") < during.index("<style") < during.index("<script")


def test_it_loads_nothing_and_leads_nowhere_else(during):
    page = Page(during)
    assert page.requests() == []
    assert page.handlers() == []
    anchors = {told["id"] for _, told in page.elements if "id" in told}
    links = [told["href"] for told in page.all("a")]
    assert links
    assert [link for link in links if link[:1] != "#" or link[1:] not in anchors] == []


def test_what_it_holds_in_reading_order(during):
    page = Page(during)
    titles = re.findall(r"<h2 [^>]*>(.*?)</h2>", during)
    assert titles == [
        "Explorer",
        "What does not serve",
        "Service by Service",
        "Every Service",
        "Service port to pods",
        "What is not known",
        "Where this comes from",
    ]
    assert page.text.startswith("during.json: 2 down, 7 degraded, 1 empty, 10 serving, 1 external")
    assert "2 down" in page.text and "7 degraded" in page.text and "no gaps" in page.text
    assert page.elements.count(("h1", {})) == 1
    assert [tag for tag, _ in page.elements if tag in ("header", "nav", "main")] == ["header", "nav", "main"]
    assert page.all("html") == [{"lang": "en"}]


def test_each_broken_service_has_its_story(during):
    stories = dict(zip(re.findall(r'<article id="(service-\d+)"', during), re.findall(r"<article.*?</article>", during, re.S), strict=True))
    assert len(stories) == 10
    cart = Page(stories["service-1"]).text
    for piece in (
        "shop/cart is down",
        "Nothing answers: the selector matches no pod in namespace shop.",
        "SELECTS_NOTHING · rule EP-1b",
        "Deployment cart (3 pods, 3 ready) has app=cart, not app=carts.",
        "6 of 11 near misses shown; 5 more are only in the snapshot.",
        "kubectl -n shop get pods -l app=carts",
    ):
        assert piece in cart
    gateway = Page(stories["service-4"]).text
    assert "gateway-2x6bg http 80/TCP 192.168.10.13 80 not-ready not-ready none NOT_READY node gone" in gateway


def test_every_table_has_a_caption_and_named_columns_and_rows(during):
    for table in re.findall(r"<table.*?</table>", during, re.S):
        head, body = table.split("<tbody>")
        assert "<caption>" in head
        assert head.count("<th") == 1 + head.count('<th scope="col">')  # <thead> begins alike
        assert all(row.count('<th scope="row"') == 1 for row in body.split("</tr>")[:-1])


def test_what_serves_is_folded_behind_what_does_not(during):
    text = Page(during).text
    assert text.index("rows that do not serve") < text.index("rows that serve")
    assert during.count('<details class="long">') == 2  # and the sources


def test_the_sample_stays_small(during):
    assert len(during.encode()) < 400_000


def test_the_same_snapshot_gives_the_same_bytes(during, tmp_path):
    path = knv.report(knv.sample("during"), tmp_path / "x.html")
    assert path == tmp_path / "x.html"
    assert path.read_bytes() == during.encode()
    assert [found.name for found in tmp_path.iterdir()] == ["x.html"]


def test_hostile_text_stays_text():
    page = Page(report_page(hostile()))
    assert len(page.scripts) == 1
    assert page.requests() == []
    assert page.handlers() == []
    assert not [tag for tag, _ in page.elements if tag in ("iframe", "object", "embed", "form", "base", "link")]
    for text in HOSTILE[:4]:
        assert text in page.text
    assert "\u202e" not in page.text and r"\u202egpj.exe\u2028" in page.text


def test_nothing_broken_and_nothing_at_all():
    quiet = Page(report_page(knv.load(as_list([service("mail", type="ExternalName", externalName="smtp.example.net")]))))
    assert "Every Service that was read serves; whether there are more is not known." in quiet.text
    assert not quiet.all("article")
    empty = Page(report_page(knv.load(as_list([pod("web-0")]))))
    assert "No Service was read: Services were not collected, or not whole." in empty.text
    assert "There are no Services" not in empty.text
    none = Page(report_page(knv.load({"kind": "ServiceList", "apiVersion": "v1", "items": []})))
    assert "There are no Services." in none.text
    assert "What is not known" in empty.text


def test_what_is_not_known_is_in_sight_and_listed():
    page = Page(report_page(knv.load(json.dumps(as_list([service("web", selector={"app": "web"})])).encode())))
    assert "may or may not serve" in page.text
    assert "What does not serve, or is not known to" in page.text
    assert re.search(r"Not known \d+ gaps?: .*Pod", page.text)
    assert "NOT_COLLECTED" in page.text


def crowd(number: int, name) -> list[dict[str, object]]:
    """Services that select nothing; `name` makes the end of a name from its number."""
    objects: list[dict[str, object]] = []
    for place in range(number):
        made = f"{place:05d}-{name(place)}"
        objects += [service(made, selector={"app": made}), endpoint_slice(made, ())]
    return objects


def test_many_broken_services_are_counted_not_listed():
    page = Page(report_page(knv.load(as_list([*crowd(1_200, lambda _: "a"), pod("web-0")]))))
    assert "1,000 of 1,200 Services shown; 200 more are only in the snapshot." in page.text
    assert len(page.all("article")) == 40
    assert "40 of 1,200 Services told, one of each kind of cause first; of 1,160 more the table above names state and reason" in page.text
    assert "1,200 Services" in page.text


@pytest.mark.parametrize(
    ("number", "name"),
    [
        pytest.param(10_000, lambda _: "x" * 200, id="ten thousand long names"),
        pytest.param(
            1_000, lambda place: "".join(map(chr, Random(place).choices(range(0x4E00, 0x9FFF), k=400))), id="names that cannot be packed"
        ),
    ],
)
def test_a_report_stays_below_six_megabytes(number, name):
    page = report_page(knv.load(as_list([*crowd(number, name), pod("web-0")])))
    assert len(page.encode()) < 6_000_000
    assert f"of {number:,} Services shown" in page


@pytest.mark.parametrize(
    ("number", "name"),
    [
        pytest.param(3_000, lambda _: "x" * 200, id="three thousand long names"),
        pytest.param(
            800, lambda place: "".join(map(chr, Random(place).choices(range(0x4E00, 0x9FFF), k=400))), id="names that cannot be packed"
        ),
    ],
)
def test_so_does_a_comparison_in_which_everything_was_lost(number, name):
    served: list[dict[str, object]] = []
    for place in range(number):
        made, address = f"{place:05d}-{name(place)}", f"10.0.{place // 256}.{place % 256}"
        selects, serves = service(made, selector={"app": made}), endpoint_slice(made, (endpoint(address, target=f"p{made}"),))
        served += [selects, pod(f"p{made}", labels={"app": made}, ips=(address,)), serves]
    after = knv.load(as_list([*crowd(number, name), pod("web-0")]))
    page = report_page(after, knv.load(as_list(served)))
    assert len(page.encode()) < 6_000_000
    assert f"of {number:,} Services shown" in page and "first causes told" in page


def test_the_comparison_of_the_sample_stays_small_and_has_the_same_bytes():
    pages = [report_page(knv.sample("during"), knv.sample("before")) for _ in range(2)]
    assert pages[0] == pages[1]
    assert len(pages[0].encode()) < 400_000


def test_where_the_data_has_no_room_the_tables_remain():
    shown = embedded([shop()], room=100)
    assert shown.scripts == ()
    assert len(shown.parts) == 1
    assert re.search(r"Left out: its data would take [\d,]+ characters\. The tables", shown.parts[0])


def test_where_only_one_moment_has_room_the_page_says_so():
    alone = len(embedded([shop()]).block.text)
    shown = embedded([knv.sample("during"), shop()], room=alone)
    assert len(shown.scripts) == 1 and len(shown.block.text) == alone
    assert re.search(r"Only the last moment is in the explorer: the data of all 2 would take [\d,]+ characters\.", shown.parts[0])


def test_files_are_named_with_their_checksum(tmp_path):
    path = tmp_path / "dump.json"
    data = json.dumps(as_list([service("web", selector={"app": "web"}), pod("web-0", labels={"app": "web"})])).encode()
    path.write_bytes(data)
    snap = knv.load(path)
    assert f"dump.json {len(data):,} {hashlib.sha256(data).hexdigest()} as it was read" in Page(report_page(snap)).text
    path.write_bytes(data + b"\n")
    assert (
        f"dump.json {len(data):,} {hashlib.sha256(data + bytes([10])).hexdigest()} changed since it was read"
        in Page(report_page(snap)).text
    )
    path.unlink()
    assert f"dump.json {len(data):,} — no longer there" in Page(report_page(snap)).text


def test_a_file_of_the_same_size_that_was_written_anew_has_changed(tmp_path):
    path = tmp_path / "dump.json"
    path.write_text(json.dumps(as_list([service("web")])))
    snap = knv.load(path)
    path.write_text(json.dumps(as_list([service("bew")])))
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1_000_000_000))
    assert "changed since it was read" in Page(report_page(snap)).text


def test_a_snapshot_file_names_the_sums_of_its_lists(tmp_path):
    saved = knv.load(as_list([service("web"), pod("web-0")])).save(tmp_path / "x.k8snet")
    text = Page(report_page(knv.load(saved))).text
    assert f"x.k8snet {saved.stat().st_size:,} {hashlib.sha256(saved.read_bytes()).hexdigest()} as it was read" in text
    assert re.search(r"services\.json 1 [\d,]+ [0-9a-f]{64}", text)
    assert "Saved by k8snetviz" in text


def test_a_folder_has_a_sum_over_its_sums(tmp_path):
    for name, made in (("b.json", service("web")), ("a.json", pod("web-0"))):
        (tmp_path / name).write_text(json.dumps(as_list([made])))
    sums = {name: hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() for name in ("a.json", "b.json")}
    whole = hashlib.sha256("".join(f"{value}  {name}\n" for name, value in sums.items()).encode()).hexdigest()
    assert whole in Page(report_page(knv.load(tmp_path))).text


def test_what_cannot_be_read_again_has_no_checksum():
    assert "No checksum: the snapshot was not read from files" in Page(report_page(shop())).text


def test_no_path_of_the_machine_is_told(tmp_path):
    folder = tmp_path / "my-own-folder"
    folder.mkdir()
    (folder / "dump.json").write_text(json.dumps(as_list([service("web")])))
    page = report_page(knv.load(folder / "dump.json"))
    assert "my-own-folder" not in page and str(tmp_path) not in page


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        pytest.param("x.txt", "wanted an output file ending in .html, found", id="other ending"),
        pytest.param("x", "wanted an output file ending in .html, found", id="no ending"),
        pytest.param("no/x.html", "there is no folder", id="no folder"),
        pytest.param("folder.html", "it is a folder", id="a folder"),
    ],
)
def test_where_it_cannot_be_written(tmp_path, name, sentence):
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(UsageError, match=sentence):
        knv.report(shop(), tmp_path / name)


def test_a_page_that_cannot_be_written_leaves_the_old_one(tmp_path):
    path = tmp_path / ("x" * 240 + ".html")
    path.write_text("old")
    assert write_page("new", page_path(path)).read_text() == "new"
    gone = tmp_path / "gone" / "x.html"
    with pytest.raises(UsageError, match=r"cannot write .*x\.html: No such file or directory"):
        write_page("new", gone)
    with pytest.raises(UnicodeEncodeError):
        write_page("\ud800", path)
    assert path.read_text() == "new"
    assert [found.name for found in tmp_path.iterdir()] == [path.name]
