import assert from "node:assert/strict";
import { test } from "node:test";

import { seen } from "../../../k8snetviz/widgets/static/explorer/filter.js";
import { groupsBehind, podKeys } from "../../../k8snetviz/widgets/static/explorer/groups.js";
import { layoutOf } from "../../../k8snetviz/widgets/static/explorer/layout.js";
import { firstState } from "../../../k8snetviz/widgets/static/explorer/state.js";
import { WAITING, model, shop } from "./small.mjs";

const drawn = (of, changes = {}) => {
  const state = { ...firstState(), ...changes };
  return layoutOf(of, seen(of, state), state, 1040);
};
const titles = (layout, kind) => layout.marks.filter((mark) => mark.kind === kind).map((mark) => mark.title);
/** `number` Services in `spaces` namespaces, the first of each down. */
const large = (number, spaces) => model({
  services: Array.from({ length: number }, (_, i) => ({ namespace: "space-" + (i % spaces), service: "s" + i, state: i < spaces ? "down" : "serving" })),
  rows: Array.from({ length: number }, (_, own) => ({ own, pod: "pod-" + own, workload: "w" + own, ...(own < spaces ? WAITING : {}) })),
});

test("a Service, its workload and its node are marks, linked by edges", () => {
  const layout = drawn(shop());
  assert.deepEqual([titles(layout, "service"), titles(layout, "group"), titles(layout, "node"), titles(layout, "entry")], [["cart", "orders", "web"], ["orders", "web"], ["node-b", "node-a"], ["Ingress shop"]]);
  const named = layout.edges.map(({ from, to }) => from.join(" ") + " > " + to.join(" "));
  assert.ok(named.includes("service 2 > group [\"Deployment\",\"shop\",\"web\"]") && named.includes("entry 0 > service 0") && !named.includes("entry 0 > service 1"));
  assert.equal(layout.says, "3 Services drawn, what is broken first");
});
test("no two marks of a lane overlap, and all stand inside", () => {
  for (const layout of [drawn(shop()), drawn(large(300, 3)), drawn(large(300, 3), { by: "workload" }), drawn(large(300, 100))]) {
    for (const one of layout.marks) {
      assert.ok(one.x >= 0 && one.x + one.w <= layout.width && one.y >= 0 && one.y + one.h <= layout.height, one.title);
      for (const other of layout.marks) {
        if (one !== other) assert.ok(one.x + one.w <= other.x || other.x + other.w <= one.x || one.y + one.h <= other.y || other.y + other.h <= one.y, one.kind + one.title + " over " + other.kind + other.title);
      }
    }
  }
});
test("many Services are counted by namespace, trouble first; a filter goes down, a choice too", () => {
  const of = large(300, 3);
  assert.equal(drawn(of).level, "namespace");
  assert.deepEqual(drawn(of).marks.filter((mark) => mark.kind === "namespace" && !mark.part).map((mark) => [mark.title, mark.state]), [["space-0", "down"], ["space-1", "down"], ["space-2", "down"]]);
  assert.equal(drawn(of, { only: { namespace: "space-1" } }).level, "workload");
  assert.equal(drawn(of, { by: "workload" }).level, "workload");
  assert.equal(drawn(shop(), { by: "namespace" }).level, "namespace");
});
test("namespaces stand by what is worst in them, then by how much of it, then by name", () => {
  const states = { calm: ["serving"], worse: ["down", "down"], bad: ["down", "serving"], half: ["degraded"], also: ["serving"] };
  const services = Object.entries(states).flatMap(([namespace, each]) => each.map((state, i) => ({ namespace, service: "s" + i, state })));
  const layout = drawn(model({ services, rows: services.map((_, own) => ({ own })) }), { by: "namespace" });
  assert.deepEqual(layout.marks.filter((mark) => mark.kind === "namespace" && !mark.part).map((mark) => mark.title), ["worse", "bad", "half", "also", "calm"]);
  assert.equal(layout.says, "5 of 5 namespaces drawn, 3 with trouble, what is broken first");
});
test("ways in stand beside the worst of their Services, one below the other", () => {
  const services = Array.from({ length: 9 }, (_, i) => ({ service: "s" + i }));
  const entries = [[6], [0], [0, 6], [0]].map((own, i) => ({ title: "entry " + i, note: "", state: null, services: own }));
  const layout = drawn(model({ services, rows: services.map((_, own) => ({ own, workload: "w" + own })), entries }));
  const at = new Map(layout.marks.map((mark) => [mark.title, mark.y]));
  assert.deepEqual(["entry 1", "entry 2", "entry 3"].map((title) => at.get(title)), [34, 70, 106]);
  assert.equal(at.get("entry 0"), at.get("s6"));
});
test("what is folded is counted and opens", () => {
  const of = large(300, 1);
  const fold = (more) => drawn(of, { more }).marks.find((mark) => mark.kind === "fold" && mark.key === "services");
  assert.equal(fold({}).title, "280 more Services: 280 serving");
  assert.equal(fold({ services: 1 }).title, "220 more Services: 220 serving");
  assert.equal(fold({ services: 5 }), undefined);
  const spaces = (more) => drawn(large(300, 100), { more }).marks.filter((mark) => mark.key === "namespaces").map((mark) => mark.title);
  assert.deepEqual([spaces({}), spaces({ namespaces: 2 })], [["80 more namespaces, 240 Services, 80 with trouble"], []]);
});
test("a chosen Service is drawn even when others like it are folded", () => {
  const layout = drawn(large(300, 1), { chosen: { kind: "service", key: 299 } });
  assert.ok(titles(layout, "service").includes("s299"));
  assert.ok(titles(drawn(large(300, 1), { chosen: { kind: "row", key: 298 } }), "service").includes("s298"));
});
test("many workloads of one Service fold, and open", () => {
  const of = model({ rows: Array.from({ length: 20 }, (_, i) => ({ pod: "p" + i, workload: "w" + i })) });
  assert.deepEqual([titles(drawn(of), "group").length, titles(drawn(of), "fold")], [5, ["15 more workloads, 15 of 15 ready"]]);
  assert.deepEqual([titles(drawn(of, { more: { "more 0": 1 } }), "group").length, titles(drawn(of, { more: { "more 0": 1 } }), "fold")], [20, []]);
});
test("only one workload: its pods stand by themselves", () => {
  const layout = drawn(shop(), { only: { group: '["Deployment","data","orders"]' } });
  assert.deepEqual(layout.marks.filter((mark) => mark.kind === "pod").map((mark) => [mark.title, mark.pods[0], mark.rows]), [["orders-10", "half", [1]], ["orders-9", "ready", [2]]]);
});
test("many nodes are zones; one zone is its nodes, what is down first, the rest counted", () => {
  const nodes = Array.from({ length: 60 }, (_, i) => ({ node: "n" + i, zone: i % 2 ? "odd" : "even", status: i === 41 ? "False" : "True" }));
  const of = model({ rows: nodes.map(({ node, zone }, i) => ({ pod: "p" + i, node, zone })), nodes });
  assert.deepEqual(drawn(of).marks.filter((mark) => mark.kind === "zone").map((mark) => [mark.title, mark.under, mark.state]), [["odd", "1 of 30 down", "degraded"], ["even", "30 nodes", null]]);
  const zone = drawn(of, { only: { zone: "odd" } });
  assert.deepEqual([titles(zone, "node").slice(0, 2), titles(zone, "node").length, titles(zone, "fold")], [["n41", "n1"], 16, ["14 more nodes"]]);
});
test("a pod is ready where every port is served, half where one is not", () => {
  const of = model({ rows: [{ port: 80 }, { port: 81, ...WAITING }, { pod: "web-1", port: 80 }, { pod: "web-1", port: 81 }] });
  const [group] = groupsBehind(of, [0]).values();
  assert.deepEqual([group.pods, group.ready, group.counts], [["half", "ready"], 1, 2]);
  assert.deepEqual(podKeys(of), ["shop/web-0", "shop/web-0", "shop/web-1", "shop/web-1"]);
});
test("a Service that nearly selects a workload points to it, dashed", () => {
  const of = model({ services: [{ state: "down" }], rows: [{ pod: null, address: null }], stories: { 0: { near: ["Deployment", "shop", "cart", 3] } } });
  const [near] = drawn(of).marks.filter((mark) => mark.kind === "group");
  assert.deepEqual([near.title, near.note, near.dashed, near.pods.length], ["cart", "0 selected", true, 3]);
});
test("no Services at all, or none that pass: a sentence, and no heads over nothing", () => {
  const layout = drawn(model({ services: [], rows: [] }));
  assert.deepEqual([layout.says, layout.titles.map(([head]) => head)], ["this snapshot holds no Services", ["", "", "", "", "NODE"]]);
  assert.equal(drawn(shop(), { query: "nowhere" }).says, "no Service passes these filters");
});
test("clients stand in the middle of the ways in that are in sight", () => {
  const services = Array.from({ length: 30 }, (_, i) => ({ service: "s" + i }));
  const clients = (...led) => {
    const entries = led.map((own) => ({ title: "entry " + own, note: "", state: null, services: [own] }));
    return drawn(model({ services, rows: services.map((_, own) => ({ own, workload: "w" + own })), entries })).marks.find(({ kind }) => kind === "clients").y;
  };
  assert.deepEqual([clients(0, 4), clients(0, 4, 29), clients(29)], [102, 102, 34]);
});
test("a way in whose Service does not exist is drawn, in front, until a filter leaves Services out", () => {
  const entries = [{ title: "fine", note: "", state: null, services: [0] }, { title: "empty", note: "", state: null, services: [] }, { title: "lost", note: "no Service shop/gone", state: "down", services: [] }];
  const services = [{ service: "web" }, { namespace: "data", service: "db", state: "down" }];
  const of = model({ services, rows: [{ own: 0 }, { own: 1 }], entries });
  assert.deepEqual(titles(drawn(of), "entry"), ["lost", "fine", "empty"]);
  assert.deepEqual(titles(drawn(of, { states: new Set(["serving"]) }), "entry").includes("lost"), false);
});
test("ways in are in sight before anybody scrolls, and those to folded Services are counted", () => {
  const services = Array.from({ length: 130 }, (_, i) => ({ namespace: "shop", service: "s" + i, state: i < 60 ? "down" : "serving" }));
  const entries = [[40], [50], [100], [120]].map((own, i) => ({ title: "entry " + i, note: "", state: null, services: own }));
  const { marks } = drawn(model({ services, rows: services.map((_, own) => ({ own, workload: "w" + own })), entries }));
  assert.deepEqual(marks.filter(({ kind }) => kind === "entry").map(({ title, y }) => [title, y < 440]), [["entry 0", true], ["entry 1", true]]);
  assert.ok(marks.some(({ kind, key, title }) => kind === "fold" && key === "services" && title === "2 to folded Services"));
});
