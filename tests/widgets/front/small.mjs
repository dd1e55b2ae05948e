// Small literal data blocks, as Python writes them: a table is a number of rows and its columns.

import { modelFrom } from "../../../k8snetviz/widgets/static/explorer/data.js";

const SERVICE = { namespace: "shop", service: "web", type: "ClusterIP", state: "serving", reason: null, rule: null, detail: "It answers.", about: "ClusterIP 10.0.0.1", managed: 1, selected: 1, ready: 1, nodes: 1 };
const ROW = {
  own: 0, port_name: "http", port: 80, protocol: "TCP", family: "IPv4", pod_namespace: "shop", pod: "web-0", workload_kind: "Deployment", workload: "web", address: "10.1.0.1", target_port: 8080,
  node: "node-a", zone: "zone-1", serves: 1, selected: 1, state: "ready", look: "serving", reason_text: null, expected: "ready", observed: "ready", drift: "none", reason: null, field: null, value: null, rule: null,
};
const NODE = { node: "node-a", zone: "zone-1", status: "True" };
const GAP = { kind: "Event", namespace: null, reason: "FORBIDDEN", detail: "refused" };
/** A pod that is not ready, in the columns that differ. */
export const WAITING = { serves: 0, state: "not-ready", look: "degraded", reason: "NOT_READY", reason_text: "NOT_READY app", expected: "not-ready", observed: "not-ready" };
/** The row of a Service without candidates. */
export const BARE = { pod: null, address: null, pod_namespace: null, workload: null, workload_kind: null, node: null, zone: null, port: null, port_name: null, target_port: null, serves: 0, state: "down", look: "down", reason_text: "SELECTS_NOTHING", expected: null };

function table(first, rows) {
  const names = Object.keys(first);
  return { n: rows.length, columns: Object.fromEntries(names.map((name) => [name, { v: rows.map((row) => (name in row ? row[name] : first[name])) }])) };
}

/** A block of the given rows; `own` of a row is the place of its Service. */
export function block({ services = [{}], rows = [{}], nodes = [{}], gaps = [], entries = [], stories = {}, select = null } = {}) {
  let before = 0;
  const stepped = rows.map((row) => {
    const own = row.own || 0, step = own - before;
    before = own;
    return { ...row, own: step };
  });
  return {
    v: 1, head: { name: "test", facts: "", gaps: "", gap_count: gaps.length, rows: rows.length, left: 0, left_broken: 0, zoneless: "no zone", none: "this snapshot holds no Services" },
    services: table(SERVICE, services), rows: table(ROW, stepped), nodes: table(NODE, nodes), gaps: table(GAP, gaps), entries, stories, select,
  };
}

/** The model of such a block. */
export function model(parts) {
  return modelFrom(block(parts));
}

/** Two namespaces: `web` serves from two nodes, `cart` selects nothing, `orders` waits in another zone. */
export const shop = () => model({
  services: [{ service: "cart", state: "down", reason: "SELECTS_NOTHING", type: "NodePort", selected: 0, ready: 0 }, { namespace: "data", service: "orders", state: "degraded", reason: "NOT_READY" }, {}],
  rows: [{ own: 0, ...BARE }, { own: 1, pod_namespace: "data", pod: "orders-10", workload: "orders", address: "10.1.0.10", node: "node-b", zone: null, ...WAITING }, { own: 1, pod_namespace: "data", pod: "orders-9", workload: "orders", address: "10.1.0.9" },
    { own: 2, pod: "web-0" }, { own: 2, pod: "web-1", address: "10.1.0.2", node: "node-b", zone: null }],
  nodes: [{}, { node: "node-b", zone: null, status: "False" }],
  entries: [{ title: "Ingress shop", note: "shop.example", state: null, services: [0, 2] }],
});
