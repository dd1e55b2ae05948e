import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";

import { bytesOf, inflate, modelFrom } from "../../../k8snetviz/widgets/static/explorer/data.js";
import { seriesOf } from "../../../k8snetviz/widgets/static/explorer/moments.js";
import { block, model } from "./small.mjs";

const refused = (change, wanted) => {
  const made = block();
  change(made);
  assert.throws(() => modelFrom(made), wanted);
};

test("bytes of base64, inflated, are the model", async () => {
  const text = deflateSync(JSON.stringify(block())).toString("base64");
  assert.equal((await seriesOf(bytesOf(text))).at(0).services[0].ref, "shop/web");
});
test("a dictionary is read by its index, missing as null", () => {
  const made = block({ rows: [{}, {}] });
  made.rows.columns.node = { d: ["node-x"], i: [-1, 0] };
  assert.deepEqual(modelFrom(made).rows.node, [null, "node-x"]);
});
test("groups: a workload, bare pods, addresses, nothing", () => {
  const of = model({ rows: [{}, { workload: null }, { pod: null, workload: null }, { pod: null, address: null }] });
  assert.deepEqual(of.rows.group, ['["Deployment","shop","web"]', '["Pod","shop","shop/web"]', '["address","shop","shop/web"]', null]);
});
test("another version", () => refused((made) => { made.v = 2; }, /has version 2, wanted 1/));
test("too many rows, or a number that is none", () => {
  refused((made) => { made.rows.n = 300001; }, /has 300001 rows/);
  refused((made) => { made.rows.n = "many"; }, /has many rows/);
});
test("a missing column", () => refused((made) => { delete made.rows.columns.pod; }, /lacks the column pod of rows/));
test("a code beyond its dictionary", () => refused((made) => { made.rows.columns.pod = { d: ["a"], i: [1] }; }, /damaged in the column pod of rows/));
test("a column that is too short", () => refused((made) => { made.services.columns.state.v = []; }, /damaged in the column state of services/));
test("a row of no Service, an entry to none", () => {
  refused((made) => { made.rows.columns.own.v = [3]; }, /a row of no Service/);
  refused((made) => { made.rows.columns.own.v = [-1]; }, /a row of no Service/);
  refused((made) => { made.entries = [{ title: "x", note: "", state: null, services: [4] }]; }, /an entry to no Service/);
});
test("cut bytes and others are refused", async () => {
  const packed = deflateSync(JSON.stringify(block()));
  await assert.rejects(seriesOf(packed.subarray(0, packed.length - 20)));
  await assert.rejects(seriesOf(Buffer.from("not deflated at all")));
  assert.throws(() => bytesOf("%%%"));
});
test("what inflates without end is left", async () => {
  await assert.rejects(inflate(deflateSync(Buffer.alloc(65 * 1024 * 1024))), /larger than any of ours/);
});
