"""The goals P1 to P7, P11, P12 and P18 to P23: how each ratio is made from the medians of the cases, must and goal beside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Needs = Callable[["Figures"], float]


class NotMeasuredError(KeyError):
    """A case that a ratio needs was not run."""


@dataclass
class Figures:
    """Medians of one size: seconds by (case, style, section), facts and peaks by (case, style)."""

    size: str
    file_bytes: dict[str, int]  # by style: the pods file
    rounds: int = 0
    seconds: dict[tuple[str, str, str], float] = field(default_factory=dict)
    facts: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    peaks: dict[tuple[str, str], int] = field(default_factory=dict)

    def cpu(self, case: str, style: str = "kubectl", section: str = "cpu") -> float:
        """Return the median CPU seconds of a section of a case."""
        try:
            return self.seconds[case, style, section]
        except KeyError as error:
            raise NotMeasuredError(case) from error

    def peak(self, case: str, style: str = "kubectl") -> int:
        """Return the median peak memory of a case."""
        try:
            return self.peaks[case, style]
        except KeyError as error:
            raise NotMeasuredError(case) from error

    def fact(self, case: str, name: str) -> float:
        """Return a figure that a case reported, such as bytes."""
        try:
            return float(self.facts[case, "kubectl"][name])
        except KeyError as error:
            raise NotMeasuredError(case) from error

    def per_pod(self, name: str) -> float:
        """Return bytes that the case `load` reported, by pod."""
        try:
            facts = self.facts["load", "kubectl"]
            return float(facts[name] / facts["pods"])
        except (KeyError, ZeroDivisionError) as error:
            raise NotMeasuredError("load") from error

    def ledger(self, case: str = "ledger") -> float:
        """Return the CPU seconds of `backends` and `service_states` together."""
        return self.cpu(case, section="backends") + self.cpu(case, section="states")

    def joined(self) -> float:
        """Return the floor of the ledger: the interned index and the join with the slices."""
        return self.cpu("interned-map", section="interned") + self.cpu("interned-map", section="joins")


@dataclass(frozen=True)
class Goal:
    """One line of the table. `more` is True where a larger figure is better."""

    number: str
    what: str
    against: str
    must: float | None
    goal: float | None
    of: Needs
    more: bool = False
    unit: str = "x"
    sizes: str = "SML"  # where must and goal hold

    def verdict(self, value: float, size: str) -> str:
        """Return goal, must or missed; nothing where no limit is set for that size."""
        if self.must is None or size not in self.sizes:
            return ""
        for limit, word in ((self.goal, "goal"), (self.must, "must")):
            if limit is not None and (value >= limit if self.more else value <= limit):
                return word
        return "missed"


def _load(figures: Figures) -> float:
    return figures.cpu("load-snapshot")


GOALS = (
    Goal(
        "P1",
        "load pods file + `snap.pods`",
        "official client",
        20,
        30,
        lambda f: f.cpu("official-client") / f.cpu("load"),
        more=True,
        sizes="ML",
    ),
    Goal("P2", "the same", "typed block scan", 1.7, 1.3, lambda f: f.cpu("load") / f.cpu("typed-scan"), sizes="ML"),
    Goal("", "the same", "typed scan in one reused buffer", None, None, lambda f: f.cpu("load") / f.cpu("tight-scan")),
    Goal("", "the same, API-style bytes", "typed block scan", None, None, lambda f: f.cpu("load", "api") / f.cpu("typed-scan", "api")),
    Goal("P3", "the same", "json.load + json_normalize", 4, 5.5, lambda f: f.cpu("json-normalize") / f.cpu("load"), more=True, sizes="ML"),
    Goal(
        "P3",
        "the same, API-style bytes",
        "json.load + json_normalize",
        10,
        15,
        lambda f: f.cpu("json-normalize", "api") / f.cpu("load", "api"),
        more=True,
        sizes="ML",
    ),
    Goal(
        "P4",
        "peak memory less `import pandas`",
        "file size",
        0.25,
        0.13,
        lambda f: (f.peak("load") - f.peak("import-pandas")) / f.file_bytes["kubectl"],
        sizes="L",
    ),
    Goal("", "peak memory, whole process", "", None, None, lambda f: f.peak("load") / 1e6, unit=" MB"),
    Goal("P5", "kept table `snap.pods`", "pods", 500, 250, lambda f: f.per_pod("frame"), unit=" B", sizes="ML"),
    Goal("", "resident after `load` + `snap.pods`, less before", "pods", None, None, lambda f: f.per_pod("kept"), unit=" B"),
    Goal("P7", "load whole snapshot (6 kinds)", "load pods file", 1.3, 1.15, lambda f: f.cpu("load-snapshot") / f.cpu("load"), sizes="ML"),
    Goal(
        "P11", "map Services to pods", "per-namespace naive map", 5, 15, lambda f: f.cpu("naive-map") / f.cpu("map"), more=True, sizes="L"
    ),
    Goal("P11", "the same", "interned index", 5, 1.7, lambda f: f.cpu("map") / f.cpu("interned-map", section="interned"), sizes="L"),
    Goal("P11", "`backends` + `service_states`", "interned index + join with slices", 5, 1.7, lambda f: f.ledger() / f.joined(), sizes="L"),
    Goal(
        "",
        "the same, nothing expanded before",
        "interned index + join with slices",
        None,
        None,
        lambda f: f.ledger("ledger-cold") / f.joined(),
    ),
    Goal(
        "",
        "the same, ledger not handed over",
        "interned index + join with slices",
        None,
        None,
        lambda f: f.ledger("ledger-apart") / f.joined(),
    ),
    Goal("P12", "map", "load of the snapshot", 0.10, 0.03, lambda f: f.cpu("map") / f.cpu("load-snapshot"), sizes="ML"),
    Goal("", "`backends` + `service_states`", "load of the snapshot", None, None, lambda f: f.ledger() / f.cpu("ledger", section="load")),
    Goal(
        "P18",
        "two loads and `diff`",
        "two loads",
        1.25,
        1.08,
        lambda f: 1 + f.cpu("diff", section="diff") / f.cpu("diff", section="loads"),
        sizes="ML",
    ),
    Goal(
        "P19",
        "layout of the default topology (folded)",
        "igraph FR-grid of every vertex",
        20,
        100,
        lambda f: f.cpu("igraph-layout") / f.cpu("layout"),
        more=True,
        sizes="L",
    ),
    Goal(
        "",
        "the whole default topology",
        "igraph FR-grid of every vertex",
        None,
        None,
        lambda f: f.cpu("igraph-layout") / f.cpu("pictures", section="topology"),
        more=True,
    ),
    Goal("P20", "figure JSON, the largest of six default pictures", "", 5, 2, lambda f: f.fact("pictures", "bytes") / 1e6, unit=" MB"),
    Goal("P20", "marks, the most of six default pictures", "", 2_500, 2_000, lambda f: f.fact("pictures", "marks"), unit=""),
    Goal("P21", "report, one HTML file", "", 8, 6, lambda f: f.fact("report", "bytes") / 1e6, unit=" MB"),
    Goal("P21", "report of the sample", "", 4, 3, lambda f: f.fact("report", "sample") / 1e6, unit=" MB"),
    Goal(
        "P22",
        "first paint: files to default topology, imports included",
        "json_normalize + networkx spring + plotly",
        15,
        30,
        lambda f: f.cpu("notebook-paint") / f.cpu("paint"),
        more=True,
        sizes="S",
    ),
    Goal("P22", "the same", "plain paint of pods and Services", 2, 1.3, lambda f: f.cpu("paint") / f.cpu("plain-paint"), sizes="SM"),
    Goal("", "`explore`, ledger there", "load of the snapshot", None, None, lambda f: f.cpu("explore", section="explore") / _load(f)),
    Goal(
        "",
        "`explore` right after `load`",
        "load of the snapshot",
        None,
        None,
        lambda f: f.cpu("explore-cold", section="explore") / _load(f),
    ),
    Goal("", "page of the explorer", "", None, None, lambda f: f.fact("explore", "bytes") / 1e3, unit=" KB"),
    Goal("", "page of the explorer, about 300 rows", "", 85, 67, lambda f: f.fact("explorer-sizes", "300 bytes") / 1e3, unit=" KB"),
    Goal("", "page of the explorer, about 2,000 rows", "", 247, 116, lambda f: f.fact("explorer-sizes", "2000 bytes") / 1e3, unit=" KB"),
    Goal("", "page of the explorer, 20,000 rows", "", 1_790, 383, lambda f: f.fact("explorer-sizes", "20000 bytes") / 1e3, unit=" KB"),
    Goal("", "main thread of the page, 20,000 rows, slowest median", "", 150, 100, lambda f: f.fact("page-work", "median ms"), unit=" ms"),
    Goal("P23", "`import k8snetviz`", "`import pandas`", 1.3, 1.1, lambda f: f.cpu("import") / f.cpu("import-pandas")),
    Goal("", "import of all that a load needs", "`import pandas`", None, None, lambda f: f.cpu("import-load") / f.cpu("import-pandas")),
    Goal("", "`k8snetviz --help`", "`import pandas`", None, None, lambda f: f.cpu("cli-help") / f.cpu("import-pandas")),
)


def growth(small: Figures, large: Figures) -> Goal:
    """Return P6: how the load grows from one size to the next, for so many times the bytes."""
    times = large.file_bytes["kubectl"] / small.file_bytes["kubectl"]
    against = f"{small.size} to {large.size}, {times:.2f}x the bytes"
    scale = times / 5.02  # the limits were set for 5.02 times the bytes
    must, goal = 5.8 * scale, 5.3 * scale
    return Goal("P6", "growth of the load", against, must, goal, lambda f: f.cpu("load") / small.cpu("load"), sizes=large.size)
