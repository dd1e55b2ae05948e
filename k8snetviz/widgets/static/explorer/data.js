// From the deflated data block to plain arrays. Nothing of it is ever markup or code.

const VERSION = 1; // of a block of one moment
const MOST_BYTES = 64 * 1024 * 1024; // inflated; a block that claims more is refused
const MOST_ROWS = 300000;
const NEEDED = {
  services: ["namespace", "service", "type", "state", "reason", "rule", "detail", "about", "managed", "selected", "ready", "nodes"],
  rows: ["own", "port_name", "port", "protocol", "family", "pod_namespace", "pod", "workload_kind", "workload", "address", "target_port", "node", "zone",
    "serves", "selected", "state", "look", "reason_text", "expected", "observed", "drift", "reason", "field", "value", "rule"],
  nodes: ["node", "zone", "status"],
  gaps: ["kind", "namespace", "reason", "detail"],
};

/**
 * @typedef {Object} Model
 * @property {any} head
 * @property {any[]} services  objects of their columns, with `place` and `ref`
 * @property {any} rows        columns, one array each
 * @property {number} count    rows
 * @property {any} columns     of the rows, as they came: `v`alues, or `d`ictionary and `i`ndex
 * @property {number[][]} rowsOf  rows by Service
 * @property {any} stories
 * @property {any[]} nodes     with `area`, the zone or that there is none
 * @property {any[]} entries
 * @property {any[]} gaps
 * @property {string[]} namespaces
 * @property {string|null} select
 * @property {Set<string>} states  of its Services, or of those of any moment
 * @property {Uint8Array} change  per row and per row that is gone, which stand behind all others: how it differs from the moment before (moments.js)
 * @property {string[]} was    of a row that differs, what it was
 * @property {number} gone    rows that are gone since the moment before
 * @property {any[]} lost     Services that are gone since then
 * @property {string} since   what the moment before is called
 */

/** Bytes of base64 text. @param {string} text */
export function bytesOf(text) {
  const raw = atob(text.trim());
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return bytes;
}

/** The text that `bytes` (zlib) hold. @param {Uint8Array} bytes */
export async function inflate(bytes) {
  const stream = new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (bytes)]).stream().pipeThrough(new DecompressionStream("deflate"));
  const reader = stream.getReader();
  const parts = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > MOST_BYTES) {
      await reader.cancel();
      refuse("is larger than any of ours");
    }
    parts.push(value);
  }
  return new Blob(parts).text();
}

/** The model of an inflated block of one moment; rejects what it cannot read whole. @returns {Model} */
export function modelFrom(said) {
  sound(said, VERSION);
  const services = records(said, "services");
  services.forEach((service, place) => {
    service.place = place;
    service.ref = service.namespace + "/" + service.service;
  });
  const rows = columnsOf(said, "rows");
  const rowsOf = services.map(() => []);
  let own = 0;
  rows.own = rows.own.map((step, row) => {
    own += step;
    (rowsOf[own] || refuse("has a row of no Service")).push(row);
    return own;
  });
  rows.area = rows.node.map((node, row) => (node === null ? null : rows.zone[row] || said.head.zoneless));
  const keys = new Map();
  rows.group = rows.own.map((place, row) => groupKey(rows, services[place], row, keys));
  rows.mark = rows.own.map((_, row) => markOf(rows, row));
  if (said.entries.some((entry) => entry.services.some((place) => !services[place]))) refuse("has an entry to no Service");
  return {
    head: said.head, services, rows, count: said.rows.n, columns: said.rows.columns, rowsOf, stories: said.stories,
    nodes: records(said, "nodes").map((node) => ({ ...node, area: node.zone || said.head.zoneless })),
    entries: said.entries, gaps: records(said, "gaps"), select: said.select,
    namespaces: [...new Set(services.map((service) => service.namespace))].sort(), states: new Set(services.map((service) => service.state)),
    change: new Uint8Array(said.rows.n), was: [], gone: 0, lost: [], since: "",
  };
}

/** Reject a block of another version, or with more rows than any of ours. */
export function sound(said, version) {
  if (said.v !== version) refuse("has version " + said.v + ", wanted " + version);
  if (!(said.rows.n <= MOST_ROWS)) refuse("has " + said.rows.n + " rows, wanted at most " + MOST_ROWS);
}

/** @param {string} why @returns {never} */
export function refuse(why) {
  throw new Error("the data block " + why);
}

/** Columns of a table as arrays: values, or places in a dictionary. */
export function columnsOf(said, table) {
  const { n, columns } = said[table];
  const found = {};
  for (const name of NEEDED[table]) if (!columns[name]) refuse("lacks the column " + name + " of " + table);
  for (const [name, column] of Object.entries(columns)) {
    found[name] = column.v || column.i.map((code) => (code < 0 ? null : column.d[code]));
    if (found[name].length !== n || found[name].includes(undefined)) refuse("is damaged in the column " + name + " of " + table);
  }
  return found;
}

export function records(said, table) {
  const arrays = columnsOf(said, table);
  const names = Object.keys(arrays);
  return Array.from({ length: said[table].n }, (_, i) => {
    const made = {};
    for (const name of names) made[name] = arrays[name][i];
    return made;
  });
}

/** Key of the workload (or bare pods, or addresses) a row belongs to; null for a Service without candidates. */
function groupKey(rows, service, row, keys) {
  if (rows.pod[row] === null && rows.address[row] === null) return null;
  const space = rows.pod_namespace[row] || service.namespace;
  const workload = rows.pod[row] === null ? null : rows.workload[row];
  const kind = rows.pod[row] === null ? "address" : workload === null ? "Pod" : rows.workload_kind[row];
  const name = workload ?? service.ref;
  const known = kind + "\n" + space + "\n" + name;
  if (!keys.has(known)) keys.set(known, JSON.stringify([kind, space, name]));
  return keys.get(known);
}

/** How the pod of a row is drawn: full, half, cross or hollow. */
function markOf(rows, row) {
  if (rows.serves[row]) return "ready";
  const look = rows.look[row];
  if (look === "empty" || look === "unknown" || (rows.selected[row] === 0 && look !== "down")) return "hollow";
  return look === "degraded" || rows.expected[row] === "ready" ? "half" : "absent";
}
