from __future__ import annotations

import pytest

from k8snetviz.errors import UsageError
from k8snetviz.model.tables import ADDRESS_RANGES
from k8snetviz.views.address_map import address_map_picture
from k8snetviz.views.address_rows import lines_of, size_in_words, use_in_words
from tests.views.frames import Row, frame, named, snapshot, words

SNAP = snapshot(read=("Service", "Pod", "Node", "Ingress", "ServiceCIDR"))


def node_range(cidr: str = "10.0.0.0/24", name: str = "node-a", **more) -> Row:
    row: Row = {"family": "IPv4", "role": "pod range", "cidr": cidr, "kind": "Node", "name": name, "inferred": False}
    return row | {"size": 256, "used": 3, "whole": True, "outside": 0} | more


def guess(cidr: str, role: str = "service range", **more) -> Row:
    row: Row = {"family": "IPv4", "role": role, "cidr": cidr, "inferred": True, "size": 512, "used": 7, "whole": True}
    return row | more


def clash(cidr: str = "10.0.0.0/24", name: str = "node-b", **more) -> Row:
    broken = {"overlap": "podcidr-overlap", "rule": "NM-18", "detail": "overlaps 10.0.0.0/24 of Node node-a (NM-18)"}
    return node_range(cidr, name, **(broken | more))


def picture(*rows: Row, snap=SNAP, **options):
    return address_map_picture(snap, frame(ADDRESS_RANGES, *rows), **options)


def titles(*rows: Row) -> list[tuple[str, str, str]]:
    return [(own.title, own.cidr, use_in_words(own)) for own in lines_of(frame(ADDRESS_RANGES, *rows))]


def test_a_line_says_range_owner_and_use():
    drawn = picture(node_range(), guess("10.96.0.0/23"))
    assert {"node-a", "10.0.0.0/24", "3 of 256", "from addresses in use", "10.96.0.0/23", "7 of 512", "inferred"} <= set(words(drawn))
    assert {"1 declared by Nodes", "no ServiceCIDR; inferred from the addresses in use (SV-45)", "no overlaps"} <= set(words(drawn))
    assert drawn.alt == "Address map of shop-prod: 2 ranges, 1 declared and 1 inferred; no overlaps."
    assert named(drawn, "Pod ranges IPv4").customdata == (["node-a", "10.0.0.0/24", "3 of 256 addresses in use", ""],)


def test_what_overlaps_comes_first_and_says_so_in_words():
    drawn = picture(node_range(), clash("10.0.0.0/16"))
    assert [row[0] for row in named(drawn, "Pod ranges IPv4").customdata] == ["node-b", "node-a"]
    assert {"overlap", "1 range with an overlap", "overlaps 10.0.0.0/24 of Node node-a (NM-18)"} <= set(words(drawn))
    assert drawn.alt.endswith("; 1 range with an overlap.")


def test_pods_outside_are_information():
    drawn = picture(node_range(outside=2, detail="2 live pods of the node have an address outside (NM-13 to NM-16)"))
    assert {"2 pods outside", "no overlaps", "2 pod addresses outside the range of the node (no fault by itself)"} <= set(words(drawn))


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param({}, "3 of 256", id="all read"),
        pytest.param({"whole": False}, "≥ 3 of 256", id="a part was read"),
        pytest.param({"whole": False, "used": None}, "? of 256", id="nothing was read"),
        pytest.param({"cidr": "fd00:1::/64", "family": "IPv6", "size": None}, "3 of 2^64", id="many"),
    ],
)
def test_use_in_words(more, expected):
    ((_, _, told),) = titles(node_range(**more))
    assert told == expected


@pytest.mark.parametrize(("size", "expected"), [(1, "1"), (65534, "65,534"), (2**64, "2^64"), (2**66 + 2**64, "about 2^66")])
def test_a_number_of_addresses(size, expected):
    assert size_in_words(size) == expected


def test_many_nodes_are_folded_under_covering_ranges_and_counted():
    rows = [node_range(f"10.0.{number}.0/24", f"node-{number:02}") for number in range(20)]
    assert titles(*rows) == [
        ("4 nodes", "10.0.0.0/22", "12 of 1,024"),
        ("4 nodes", "10.0.4.0/22", "12 of 1,024"),
        ("4 nodes", "10.0.8.0/22", "12 of 1,024"),
        ("4 nodes", "10.0.12.0/22", "12 of 1,024"),
        ("4 nodes", "10.0.16.0/22", "12 of 1,024"),
    ]
    assert "20 declared by Nodes, drawn in 5 lines" in words(picture(*rows))


def test_of_many_overlaps_a_few_have_their_line_and_the_rest_is_counted():
    rows = [clash(name=f"node-{number:02}") for number in range(30)] + [guess("10.9.0.0/28", "pod range")]
    assert [title for title, _, _ in titles(*rows)] == [
        *(f"node-{number:02}" for number in range(8)),
        "22 more with overlaps",
        "from addresses in use",
    ]
    assert titles(*rows)[8] == ("22 more with overlaps", "10.0.0.0/24", "3 of 256")


def test_the_size_of_a_picture_does_not_follow_the_nodes():
    rows = [node_range(f"10.{number // 256}.{number % 256}.0/24", f"node-{number:04}") for number in range(2000)]
    assert len(picture(*rows).to_json()) < 20_000


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        pytest.param(("Node", "Pod", "Service"), "No addresses", id="there are none"),
        pytest.param(
            ("Node", "Pod"), "No addresses, and that says little: Services not collected, or not whole (see the gaps)", id="not known"
        ),
    ],
)
def test_nothing_to_draw(read, expected):
    drawn = picture(snap=snapshot(read=read))
    assert expected in words(drawn) and drawn.alt == f"Address map of shop-prod: {expected}."


def test_what_was_not_collected_is_not_none():
    drawn = picture(guess("10.0.0.0/28", "pod range", whole=False), snap=snapshot(read=()))
    told = {
        "Nodes: not collected; inferred from the addresses in use",
        "ServiceCIDRs: not collected; no address seen",
        "Nodes: not collected",
        "no declared ranges to compare",
    }
    assert told <= set(words(drawn)) and any("≥: not all was read" in text for text in words(drawn))


def test_no_overlap_in_a_part_is_said_of_that_part():
    assert "no overlaps in what was read" in words(picture(node_range(), snap=snapshot(read=("Node",))))


def test_hostile_names_are_only_text():
    drawn = picture(node_range(name='<a href="http://evil.example">x</a> $y$', detail="<b>told</b>"), clash(name="<i>n"))
    for text in (drawn.to_json(), drawn.svg()):
        assert "<a " not in text and "<i>n" not in text and "<b>told" not in text
    assert "$y$" not in drawn.to_json()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_both_themes_are_drawn_without_a_browser_and_alike_each_time(theme):
    rows = [node_range(), clash(), guess("fd00::/112", family="IPv6")]
    drawn = picture(*rows, theme=theme)
    assert drawn.png() and drawn.svg() == picture(*reversed(rows), theme=theme).svg()


def test_an_unknown_theme_is_refused():
    with pytest.raises(UsageError):
        picture(node_range(), theme="blue")
