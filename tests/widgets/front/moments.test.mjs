import assert from "node:assert/strict";
import { test } from "node:test";

import { carriedState, found, named } from "../../../k8snetviz/widgets/static/explorer/carry.js";
import { seen } from "../../../k8snetviz/widgets/static/explorer/filter.js";
import { BETTER, GONE, NEW, OTHER, WORSE, seriesFrom } from "../../../k8snetviz/widgets/static/explorer/moments.js";
import { firstState } from "../../../k8snetviz/widgets/static/explorer/state.js";
import { changeOf } from "../../../k8snetviz/widgets/static/explorer/table.js";
import { WAITING, block } from "./small.mjs";

/** A block of several moments; rows and Services carry `from` and `to`, and `own` and `number` are numbers of Services. */
function several(moments, { services, rows, entries = [], stories = [] }) {
  const made = block({ services, rows: rows.map((row) => ({ ...row })), entries });
  for (const [table, given, extra] of [["services", services, ["number", "from", "to"]], ["rows", rows, ["from", "to"]], ["nodes", [{}], ["from", "to"]], ["gaps", [], ["from", "to"]]]) {
    for (const name of extra) made[table].columns[name] = { v: given.map((row) => row[name] ?? (name === "to" ? moments - 1 : 0)) };
  }
  const { head, ...rest } = made;
  return { ...rest, v: 2, stories, moments: Array.from({ length: moments }, (_, i) => "m" + i), heads: Array.from({ length: moments }, (_, i) => ({ ...head, name: "head " + i })) };
}
/** `web` is there always; web-0 serves, then waits, then serves; web-1 goes to another node; web-2 is gone; `late` comes with its pod and goes. */
const shop = () => several(3, {
  services: [{ number: 1, service: "late", state: "degraded", from: 1, to: 1 }, { number: 0, state: "degraded", from: 1, to: 1 }, { number: 0, from: 0, to: 0 }, { number: 0, from: 2 }],
  rows: [
    { own: 0, pod: "web-0", from: 0, to: 0 }, { own: 0, pod: "web-0", from: 1, to: 1, ...WAITING }, { own: 0, pod: "web-0", from: 2 },
    { own: 0, pod: "web-1", from: 0, to: 0 }, { own: 0, pod: "web-1", node: "node-b", from: 1 },
    { own: 0, pod: "web-2", from: 0, to: 0 }, { own: 0, pod: "web-3" }, { own: 1, pod: "late-0", from: 1, to: 1 },
  ],
  entries: [{ title: "Ingress", note: "", state: null, services: [0], from: 0, to: 2 }, { title: "other", note: "", state: null, services: [1], from: 1, to: 1 }],
  stories: [[1, 1, 1, { facts: [["selector", "app=late"]], commands: [] }]],
});
const pods = (model, list = [...Array(model.count).keys()]) => list.map((row) => model.rows.pod[row]);

test("each moment has its own rows, what does not serve first, Services, ways in and stories", () => {
  const series = seriesFrom(shop());
  assert.deepEqual(series.labels, ["m0", "m1", "m2"]);
  const [first, second, third] = [0, 1, 2].map((moment) => series.at(moment));
  assert.deepEqual([pods(first), pods(second), pods(third)], [["web-0", "web-1", "web-2", "web-3"], ["web-0", "late-0", "web-1", "web-3"], ["web-0", "web-1", "web-3"]]);
  assert.deepEqual(second.services.map(({ ref, place }) => [ref, place]), [["shop/late", 0], ["shop/web", 1]]);
  assert.deepEqual(second.entries.map(({ title, services }) => [title, services]), [["Ingress", [1]], ["other", [0]]]);
  assert.deepEqual([Object.keys(first.stories), second.stories[0].facts[0][1], first.head.name, third.head.name], [[], "app=late", "head 0", "head 2"]);
  assert.equal(series.at(1), second);
});
test("Services are counted by state at every moment", () => {
  assert.deepEqual(seriesFrom(shop()).counts, [{ serving: 1 }, { degraded: 2 }, { serving: 1 }]);
});
test("what differs from the moment before: worse, better, new, gone, otherwise", () => {
  const series = seriesFrom(shop());
  const told = (moment) => {
    const model = series.at(moment);
    return Object.fromEntries([...model.change].map((change, row) => [model.rows.pod[row], [change, changeOf(model, row)]]).filter(([, [change]]) => change));
  };
  assert.deepEqual(told(0), {});
  assert.deepEqual(told(1), { "web-0": [WORSE, "▼ was ready"], "late-0": [NEW, "+ new"], "web-1": [OTHER, "≠ other node"], "web-2": [GONE, "− gone"] });
  assert.deepEqual(told(2), { "web-0": [BETTER, "▲ was not-ready"], "late-0": [GONE, "− gone"] });
  assert.deepEqual([series.at(1).services.map(({ was }) => was), series.at(2).lost.map(({ ref }) => ref), series.at(2).since], [["new", "serving"], ["shop/late"], "m1"]);
});
test("only what changed, with what is gone", () => {
  const model = seriesFrom(shop()).at(2);
  const of = (changes) => pods(model, seen(model, { ...firstState(), changed: true, ...changes }).rows);
  assert.deepEqual([of({}), of({ query: "late" }), of({ only: { service: "shop/web" } }), of({ only: { namespace: "data" } })], [["web-0", "late-0"], ["late-0"], ["web-0"], []]);
});
test("a choice is found at another moment, or its Service, or what is gone", () => {
  const series = seriesFrom(shop());
  const from = (moment, choice, to) => found(series.at(to), named(series.at(moment), choice));
  const row = (moment, pod) => ({ kind: "row", key: series.at(moment).rows.pod.indexOf(pod) });
  assert.deepEqual(from(0, row(0, "web-0"), 1), { choice: { kind: "row", key: 0 }, missed: false });
  assert.deepEqual(from(0, row(0, "web-2"), 1), { choice: { kind: "gone", key: 4 }, missed: false });
  assert.deepEqual(from(0, row(0, "web-2"), 2), { choice: { kind: "service", key: 0 }, missed: true });
  assert.deepEqual(from(1, { kind: "service", key: 0 }, 0), { choice: null, missed: true });
  assert.deepEqual(from(1, { kind: "service", key: 1 }, 0), { choice: { kind: "service", key: 0 }, missed: false });
  assert.deepEqual(from(1, { kind: "node", key: "node-b" }, 0), { choice: null, missed: true });
  assert.deepEqual(from(1, { kind: "entry", key: 0 }, 2), { choice: { kind: "entry", key: 0 }, missed: false });
  assert.deepEqual(from(2, { kind: "gone", key: 3 }, 1), { choice: { kind: "row", key: 1 }, missed: false });
  assert.deepEqual(from(1, null, 0), { choice: null, missed: false });
});
test("filters by what does not exist wait until it does", () => {
  const series = seriesFrom(shop());
  const there = { ...firstState(), only: { node: "node-b", namespace: "shop" } };
  const away = carriedState(there, series.at(0));
  assert.deepEqual([away.only, away.away], [{ namespace: "shop" }, { node: "node-b" }]);
  assert.deepEqual(carriedState(away, series.at(1)).only, { node: "node-b", namespace: "shop" });
});
test("a block of several moments that does not fit itself is refused", () => {
  const refused = (change, wanted) => {
    const made = shop();
    change(made);
    assert.throws(() => seriesFrom(made).at(1), wanted);
  };
  refused((made) => { made.v = 3; }, /has version 3, wanted 2/);
  refused((made) => { made.heads.pop(); }, /has 3 moments and heads of 2/);
  refused((made) => { delete made.rows.columns.pod; }, /lacks the column pod of rows/);
  refused((made) => { made.services.columns.number.v = [7, 7, 7, 7]; }, /a row of no Service/);
  refused((made) => { made.services.columns.from.v = [0, 0, 0, 0]; made.rows.columns.own.v[0] = 9; }, /a row of no Service/);
});
