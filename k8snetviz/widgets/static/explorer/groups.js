// Pods gathered under their workload, as marks; or each by itself.

/**
 * @typedef {Object} Group
 * @property {string} key
 * @property {string} label
 * @property {string[]} pods   one mark per pod: ready, half, absent, hollow; what is broken first
 * @property {number} ready
 * @property {number} counts   pods that count: all but the hollow ones
 * @property {Set<number>} services
 * @property {Set<string>} nodes
 * @property {Set<string>} zones
 * @property {number[]} [rows]  of a pod that stands by itself
 * @property {string} [note]
 * @property {boolean} [near]  nearly selected: drawn dashed
 */

const ORDER = ["absent", "half", "hollow", "ready"];

/** Groups behind the Services at `places`, in order of appearance, by the keys in `column`. @returns {Map<string, Group>} */
export function groupsBehind(model, places, column = model.rows.group, has = null) {
  const { rows } = model;
  const found = new Map();
  for (const place of places) {
    for (const row of model.rowsOf[place]) {
      const key = column[row];
      if (key === null || (has && !has[row])) continue;
      let group = found.get(key);
      if (!group) found.set(key, (group = { key, rows: [], services: new Set(), nodes: new Set(), zones: new Set() }));
      group.rows.push(row);
      group.services.add(place);
      if (rows.node[row] === null) continue;
      group.nodes.add(rows.node[row]);
      group.zones.add(rows.area[row]);
    }
  }
  for (const group of found.values()) fill(model, group);
  return found;
}

/** Keys by which every pod (or address) stands by itself. @returns {(string|null)[]} */
export function podKeys(model) {
  const { rows } = model;
  model.podKeys = model.podKeys || rows.group.map((group, row) => (group === null ? null : [rows.pod_namespace[row], rows.pod[row] || rows.address[row]].join("/")));
  return model.podKeys;
}

/** What stands in for the pods of a Service that selects none, but nearly does. @returns {Group|null} */
export function nearMiss(model, place) {
  const near = model.stories[place] && model.stories[place].near;
  if (!near) return null;
  const [kind, space, name, pods] = near;
  return {
    key: JSON.stringify([kind, space, name]), label: name, near: true, note: "0 selected",
    pods: Array(pods).fill("hollow"), ready: 0, counts: 0, services: new Set([place]), nodes: new Set(), zones: new Set(),
  };
}

function fill(model, group) {
  const { rows } = model;
  const pods = new Map();
  for (const row of group.rows) {
    const name = rows.pod[row] || rows.address[row];
    if (!pods.has(name)) pods.set(name, new Map());
    const services = pods.get(name);
    if (!services.has(rows.own[row])) services.set(rows.own[row], { ports: new Map(), marks: new Set() });
    const asked = services.get(rows.own[row]);
    const port = rows.port[row] + "/" + rows.protocol[row];
    asked.ports.set(port, asked.ports.get(port) || rows.serves[row] === 1); // one family is enough
    asked.marks.add(rows.mark[row]);
  }
  group.pods = [...pods.values()].map(markOfPod).sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));
  group.ready = group.pods.filter((mark) => mark === "ready").length;
  group.counts = group.pods.filter((mark) => mark !== "hollow").length;
  group.label = labelOf(model, group, [...pods.keys()]);
}

/** The worst of what the Services see that count this pod; ready for one and absent for another is half. */
function markOfPod(services) {
  const seen = [...services.values()].map(markOf);
  const found = ORDER.find((mark) => mark !== "hollow" && seen.includes(mark)) || "hollow";
  return found === "absent" && (seen.includes("ready") || seen.includes("half")) ? "half" : found;
}

/** Ready where every port is served, half where some are, else what the rows say. @returns {string} */
function markOf({ ports, marks }) {
  const served = [...ports.values()];
  if (served.every(Boolean)) return "ready";
  if (served.some(Boolean) || marks.has("half")) return "half";
  return marks.has("absent") ? "absent" : "hollow";
}

function labelOf(model, group, names) {
  if (group.key[0] !== "[") return names[0];
  const [kind, space, name] = JSON.parse(group.key);
  if (kind === "Pod" || kind === "address") return names.length === 1 ? names[0] : names.length + (kind === "Pod" ? " pods" : " addresses");
  const own = model.services[[...group.services][0]].namespace === space;
  return own ? name : space + "/" + name;
}
