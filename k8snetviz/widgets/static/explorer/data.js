// From the deflated data block to plain arrays. Nothing of it is ever markup or code.

const VERSION = 1;
const MOST_BYTES = 64 * 1024 * 1024; // inflated; a block that claims more is refused
const MOST_ROWS = 300000;

/**
 * @typedef {Object} Model
 * @property {any} head
 * @property {any[]} services  objects of their columns, with `place` and `ref`
 * @property {any} rows        columns, one array each
 * @property {number} count    rows
 * @property {number[][]} rowsOf  rows by Service
 * @property {any} stories
 * @property {any[]} nodes
 * @property {any[]} entries
 * @property {any[]} gaps
 * @property {string[]} namespaces
 * @property {string|null} select
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
    if (size > MOST_BYTES) throw new Error("k8snetviz: the data block is larger than any of ours");
    parts.push(value);
  }
  return new Blob(parts).text();
}

/** The model of the data block `bytes`. @param {Uint8Array} bytes @returns {Promise<Model>} */
export async function modelOf(bytes) {
  const said = JSON.parse(await inflate(bytes));
  if (said.v !== VERSION) throw new Error("k8snetviz: a data block of version " + said.v + ", wanted " + VERSION);
  if (said.rows.n > MOST_ROWS) throw new Error("k8snetviz: too many rows");
  const services = records(said.services);
  services.forEach((service, place) => {
    service.place = place;
    service.ref = service.namespace + "/" + service.service;
  });
  const rows = columns(said.rows);
  let own = 0;
  rows.own = rows.own.map((step) => (own += step));
  const rowsOf = services.map(() => []);
  rows.own.forEach((place, row) => rowsOf[place].push(row));
  rows.group = rows.own.map((_, row) => groupKey(rows, services, row));
  rows.mark = rows.own.map((_, row) => markOf(rows, row));
  return {
    head: said.head, services, rows, count: said.rows.n, rowsOf, stories: said.stories,
    nodes: records(said.nodes), entries: said.entries, gaps: records(said.gaps), select: said.select,
    namespaces: [...new Set(services.map((service) => service.namespace))].sort(),
  };
}

/** Columns as arrays: values, or places in a dictionary. */
function columns(table) {
  const found = {};
  for (const [name, column] of Object.entries(table.columns)) {
    found[name] = column.v || column.i.map((code) => (code < 0 ? null : column.d[code]));
  }
  return found;
}

function records(table) {
  const arrays = columns(table);
  const names = Object.keys(arrays);
  return Array.from({ length: table.n }, (_, i) => Object.fromEntries(names.map((name) => [name, arrays[name][i]])));
}

/** Key of the workload (or bare pods, or addresses) a row belongs to; null for a Service without candidates. */
function groupKey(rows, services, row) {
  if (rows.pod[row] === null && rows.address[row] === null) return null;
  const service = services[rows.own[row]];
  const space = rows.pod_namespace[row] || service.namespace;
  if (rows.pod[row] === null) return JSON.stringify(["address", space, service.ref]);
  if (rows.workload[row] === null) return JSON.stringify(["Pod", space, service.ref]);
  return JSON.stringify([rows.workload_kind[row], space, rows.workload[row]]);
}

/** How the pod of a row is drawn: full, half, cross or hollow. */
function markOf(rows, row) {
  if (rows.serves[row]) return "ready";
  const look = rows.look[row];
  if (look === "empty" || look === "unknown" || (rows.selected[row] === 0 && look !== "down")) return "hollow";
  return look === "degraded" || rows.expected[row] === "ready" ? "half" : "absent";
}
