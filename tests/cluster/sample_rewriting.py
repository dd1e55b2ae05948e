"""What differs in every recording, written anew by rule: times, uids, versions, names that the API server makes up, order by lot.

data/README.md lists the rules.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Callable
from typing import Any

from data.generator.base import at, digest, key, later, suffix, uid
from tests.cluster.sample_stage import Stage

Obj = dict[str, Any]
FIRST_VERSION, BETWEEN = 1_204_318, 7
NOW = {"before": "13:24:05", "during": "14:03:10"}
KEPT_S = 3600  # how long an API server keeps Events
_TIME = re.compile(r"(20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z")
_TOKEN = re.compile(r"kube-api-access-[a-z0-9]{5}")
_UID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TRIGGER = "endpoints.kubernetes.io/last-change-trigger-time"  # lost when a controller has to write again
_CONFLICT = "please apply your changes to the latest version"  # a controller was overtaken, and tries again
_SERVICE = "kubernetes.io/service-name"


def rewrite(on: Stage, printed: dict[str, str]) -> dict[str, list[Obj]]:
    """Return the objects of each text that kubectl printed."""
    assert not any(map(on.is_real, on.story)), "the machine's clock stands within the story: its times could not be told apart"
    names, renamed = slice_names(on), dict(on.renamed)
    renamed |= {found["metadata"]["name"]: names[uid] for uid, found in on.seen.items() if uid in names}
    uids = stable_uids(on, renamed)
    made: dict[str, list[Obj]] = {}
    ticks: dict[str, dict[str, int]] = {}
    for name, text in printed.items():
        pairs = [(_rewritten(each, on, renamed, uids), _tick(on, each)) for each in json.loads(text)["items"]]
        once = {pair[0]["metadata"]["uid"]: pair for pair in pairs if _is_kept(pair[0], NOW[name])}
        pairs = sorted(once.values(), key=lambda pair: key(pair[0]))
        made[name] = [each for each, _ in pairs]
        ticks[name] = {each["metadata"]["uid"]: tick for each, tick in pairs}
    _number_versions(made, ticks)
    return made


def slice_names(on: Stage) -> dict[str, str]:
    """Return a name for each slice with a generated one, from its Service, its family and its place among slices made at the same time."""
    slices = [o for o in on.seen.values() if o["kind"] == "EndpointSlice" and o["metadata"].get("generateName")]
    slices.sort(key=lambda o: (*_slice_group(on, o), json.dumps(o["ports"])))
    names: dict[str, str] = {}
    groups: dict[tuple[str, ...], int] = {}
    for each in slices:
        group = _slice_group(on, each)
        place = groups[group] = groups.get(group, -1) + 1
        names[each["metadata"]["uid"]] = each["metadata"]["generateName"] + suffix(5, "slice", *group, place)
    return names


def _slice_group(on: Stage, found: Obj) -> tuple[str, ...]:
    meta = found["metadata"]
    return meta["namespace"], meta["labels"][_SERVICE], found["addressType"], on.story_time(meta["creationTimestamp"])


def stable_uids(on: Stage, renamed: dict[str, str]) -> dict[str, str]:
    """Return the uid of the sample for each that the API server gave: from kind, namespace, name and time."""
    found = {}
    for real, o in on.seen.items():
        meta = o["metadata"]
        name = _event_name(o, renamed) if o["kind"] == "Event" else renamed.get(meta["name"], meta["name"])
        found[real] = uid(o["kind"], meta.get("namespace"), name, on.story_time(meta["creationTimestamp"]))
    named = {real: found[real] for real, o in on.seen.items() if o["kind"] != "Event"}  # one Event may be told twice in a tick
    assert len(set(named.values())) == len(named), "two objects would have one uid"
    return found


def _event_name(found: Obj, renamed: dict[str, str]) -> str:
    about = found["involvedObject"]
    name, message = renamed.get(about["name"], about["name"]), _replacer(renamed)(_UID.sub("", found["message"]))
    return f"{name}.{digest(about['kind'], found['reason'], message, found.get('reportingComponent'))[:8].hex()}"


def _replacer(words: dict[str, str]) -> Callable[[str], str]:
    if not words:
        return str
    pattern = re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))
    return lambda text: pattern.sub(lambda match: words[match[0]], text)


def _rewritten(found: Obj, on: Stage, renamed: dict[str, str], uids: dict[str, str]) -> Obj:
    meta = found["metadata"]
    own = meta["uid"]
    if "deletionTimestamp" in meta:  # lies ahead by the time of grace
        grace = meta["deletionGracePeriodSeconds"]
        meta["deletionTimestamp"] = later(on.story_time(later(meta["deletionTimestamp"], -grace)), grace)
    if found["kind"] == "Event":
        _calm_event(found, on, renamed)
    if meta.get("annotations", {}).pop(_TRIGGER, None) and not meta["annotations"]:
        del meta["annotations"]
    if own in on.growth:
        meta["generation"] = _generation(on.growth[own], meta["generation"])
        found["endpoints"] = found["endpoints"] and sorted(found["endpoints"], key=lambda each: each["addresses"])
    text = _replacer(renamed)(json.dumps(found))
    text = _TIME.sub(lambda match: _story(on, match), text)
    text = _TOKEN.sub("kube-api-access-" + suffix(5, "token", renamed.get(meta["name"], meta["name"])), text)
    unknown = {each for each in _UID.findall(text) if each not in uids and each not in _machine_ids(found)}
    assert not unknown, f"{found['kind']} {meta['name']} names objects that nobody has seen: {unknown}"
    made: Obj = json.loads(_replacer({real: uids[real] for real in set(_UID.findall(text)) if real in uids})(text))
    return made


def _machine_ids(found: Obj) -> set[str]:
    return set(found["status"]["nodeInfo"].values()) if found["kind"] == "Node" else set()


def _story(on: Stage, match: re.Match[str]) -> str:
    if not on.is_real(match[1]):
        return match[0]
    return on.story_time(match[1]).replace("Z", ".000000Z" if match[2] else "Z")


def _calm_event(found: Obj, on: Stage, renamed: dict[str, str]) -> None:
    """Names, counts and last times of the controllers' Events follow the machine's clock: how often one tried again is not told."""
    found["metadata"]["name"] = _event_name(found, renamed)
    if on.is_real(found["firstTimestamp"] or found["eventTime"]):
        found.pop("series", None)
        if found["firstTimestamp"]:
            found["count"], found["lastTimestamp"] = 1, found["firstTimestamp"]
        else:
            found["reportingInstance"] = "default-scheduler-control-1"


def _generation(growth: list[int], now: int) -> int:
    """Count the ticks in which a slice was written: how many writes a controller needs for them depends on the machine."""
    return 1 + len({each for each in growth if growth[0] < each <= now} | ({now} if now > growth[0] else set()))


def _tick(on: Stage, real: Obj) -> int:
    if real["kind"] == "Event":  # told again and again; the first time counts
        return on.tick_of(real["metadata"]["creationTimestamp"])
    return bisect_left(on.ended, int(real["metadata"]["resourceVersion"]))


def _number_versions(made: dict[str, list[Obj]], ticks: dict[str, dict[str, int]]) -> None:
    """Number what changed in the order of the ticks, and by kind and name in each."""
    changes = sorted({(ticks[name][o["metadata"]["uid"]], key(o)) for name, found in made.items() for o in found})
    versions = {change: str(FIRST_VERSION + BETWEEN * place) for place, change in enumerate(changes)}
    for name, found in made.items():
        for o in found:
            tick = ticks[name][o["metadata"]["uid"]]
            if "resourceVersion" in o.get("involvedObject", {}):  # of the controller's copy, which may lag
                o["involvedObject"]["resourceVersion"] = str(FIRST_VERSION + BETWEEN * bisect_left(changes, (tick, (-1, "", ""))))
            o["metadata"]["resourceVersion"] = versions[tick, key(o)]


def _is_kept(found: Obj, now: str) -> bool:
    if found["kind"] != "Event":
        return True
    if _CONFLICT in found["message"]:
        return False
    last = found.get("lastTimestamp") or found["eventTime"][:19] + "Z"
    return bool(at(last) >= later(now, -KEPT_S))
