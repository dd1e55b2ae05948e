import assert from "node:assert/strict";
import { test } from "node:test";

import { filtersOf, seen } from "../../../k8snetviz/widgets/static/explorer/filter.js";
import { firstState, known, litBy, rowsOfChoice } from "../../../k8snetviz/widgets/static/explorer/state.js";
import { BARE, WAITING, model, shop } from "./small.mjs";

const found = (changes, of = shop()) => {
  const { rows, services } = seen(of, { ...firstState(), ...changes });
  return [rows, services.map((service) => service.service)];
};

test("nothing chosen: every row and Service, as they came", () => assert.deepEqual(found({}), [[0, 1, 2, 3, 4], ["cart", "orders", "web"]]));
test("several states are either of them", () => assert.deepEqual(found({ states: new Set(["down", "serving"]) }), [[0, 3, 4], ["cart", "web"]]));
test("a namespace", () => assert.deepEqual(found({ only: { namespace: "data" } }), [[1, 2], ["orders"]]));
test("a type", () => assert.deepEqual(found({ only: { type: "NodePort" } }), [[0], ["cart"]]));
test("a reason: rows that have it, and Services without rows that have it", () => {
  assert.deepEqual(found({ only: { reason: "NOT_READY" } }), [[1], ["orders"]]);
  assert.deepEqual(found({ only: { reason: "SELECTS_NOTHING" } }), [[0], ["cart"]]);
});
test("a node keeps its rows, not the others of their Services", () => assert.deepEqual(found({ only: { node: "node-b" } }), [[1, 4], ["orders", "web"]]));
test("a zone, also the lack of one", () => {
  assert.deepEqual(found({ only: { zone: "zone-1" } }), [[2, 3], ["orders", "web"]]);
  assert.deepEqual(found({ only: { zone: "no zone" } }), [[1, 4], ["orders", "web"]]);
});
test("a Service by its name, a workload by its key", () => {
  assert.deepEqual(found({ only: { service: "shop/web" } }), [[3, 4], ["web"]]);
  assert.deepEqual(found({ only: { group: '["Deployment","data","orders"]' } }), [[1, 2], ["orders"]]);
});
test("filters combine", () => {
  assert.deepEqual(found({ states: new Set(["degraded"]), only: { node: "node-b", namespace: "data" }, query: "orders-1" }), [[1], ["orders"]]);
  assert.deepEqual(found({ only: { namespace: "shop", reason: "NOT_READY" } }), [[], []]);
});
test("words are found in any text, without regard to case, all of them", () => {
  assert.deepEqual(found({ query: "ORDERS 10.1.0.9" }), [[2], ["orders"]]);
  assert.deepEqual(found({ query: "node-b ready" }), [[1, 4], ["orders", "web"]]);
  assert.deepEqual(found({ query: "selects_nothing" }), [[0], ["cart"]]);
  assert.deepEqual(found({ query: "clusterip" })[0], [0, 1, 2, 3, 4]); // what a Service is
  assert.deepEqual(found({ query: "nowhere" }), [[], []]);
});
test("a Service all of whose rows were left out is found by its name, and not by a node", () => {
  const of = model({ services: [{}, { service: "far" }], rows: [{}] });
  assert.deepEqual(found({}, of), [[0], ["web", "far"]]);
  assert.deepEqual(found({ query: "far" }, of), [[], ["far"]]);
  assert.deepEqual(found({ only: { node: "node-a" } }, of), [[0], ["web"]]);
});

test("sorting takes numbers as numbers, ties as they came, missing last both ways", () => {
  assert.deepEqual(found({ sort: { column: "pod", down: false } })[0], [2, 1, 3, 4, 0]);
  assert.deepEqual(found({ sort: { column: "pod", down: true } })[0], [4, 3, 1, 2, 0]);
  assert.deepEqual(found({ sort: { column: "address", down: false } })[0], [3, 4, 2, 1, 0]);
  assert.deepEqual(found({ sort: { column: "service", down: false } })[0], [1, 2, 0, 3, 4]);
  assert.deepEqual(found({ sort: { column: "state", down: true } })[0], [2, 3, 4, 1, 0]);
  assert.deepEqual(found({ sort: { column: "port", down: true } })[0], [1, 2, 3, 4, 0]);
});
test("a filter after sorting keeps the order", () => assert.deepEqual(found({ sort: { column: "pod", down: true }, only: { namespace: "shop" } })[0], [4, 3, 0]));

test("filters are offered where there is a choice", () => {
  assert.deepEqual(filtersOf(shop()).map(([name, , values]) => [name, values]), [
    ["namespace", ["data", "shop"]], ["type", ["ClusterIP", "NodePort"]], ["reason", ["NOT_READY", "SELECTS_NOTHING"]], ["node", ["node-a", "node-b"]], ["zone", ["no zone", "zone-1"]],
  ]);
  assert.deepEqual(filtersOf(model({ rows: [{}] })), []);
});

test("rows of a choice", () => {
  const of = shop();
  const rows = (kind, key) => rowsOfChoice(of, { kind, key });
  assert.deepEqual([rows("service", 1), rows("row", 3), rows("rows", [1, 3]), rows("node", "node-b"), rows("zone", "no zone"), rows("entry", 0)], [[1, 2], [3], [1, 3], [1, 4], [1, 4], [0, 3, 4]]);
  assert.deepEqual(rows("group", '["Deployment","shop","web"]'), [3, 4]);
  assert.deepEqual(rowsOfChoice(of, null), []);
});
test("a choice lights what belongs to its rows", () => {
  const lit = litBy(shop(), { kind: "row", key: 4 });
  assert.deepEqual([[...lit.services], [...lit.nodes], [...lit.zones], [...lit.entries], [...lit.spaces]], [[2], ["node-b"], ["no zone"], [0], ["shop"]]);
});
test("an entry lights its own Services, also those without pods, and no other entry", () => {
  const lit = litBy(shop(), { kind: "entry", key: 0 });
  assert.deepEqual([[...lit.services].sort(), [...lit.entries]], [[0, 2], [0]]);
});
test("a choice from outside that names nothing is none", () => {
  const of = shop();
  for (const [kind, key] of [["service", 9], ["row", 5], ["row", -1], ["rows", [0, 9]], ["entry", 1], ["something", 0]]) assert.equal(known(of, { kind, key }), null);
  assert.deepEqual(known(of, { kind: "row", key: 4 }), { kind: "row", key: 4 });
});
test("nothing at all", () => assert.deepEqual(found({ query: "x", sort: { column: "pod", down: false } }, model({ services: [], rows: [], nodes: [] })), [[], []]));
test("a bare row and a waiting one are marked", () => assert.deepEqual(model({ rows: [BARE, WAITING, {}] }).rows.mark, ["absent", "half", "ready"]));
