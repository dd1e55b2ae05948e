// What the reader chose, as one plain object, and what follows from it: which Services and rows are seen, which are lit.

export const GLYPHS = { down: "✕", degraded: "◐", unknown: "?", empty: "○", serving: "●", external: "↗" };
export const STATES = Object.keys(GLYPHS); // what is broken first

/**
 * @typedef {Object} Choice  what is selected
 * @property {"service"|"row"|"rows"|"group"|"node"|"zone"|"entry"} kind
 * @property {any} key  place of the Service or entry, row, rows, key of the group, name
 */

/** The state before anybody chose anything. */
export function firstState() {
  return {
    states: /** @type {Set<string>} */ (new Set()), // empty: all
    namespace: "", query: "", reason: "",
    sort: { column: "", down: false },
    chosen: /** @type {Choice|null} */ (null),
    cursor: -1, // place in the list of seen rows
  };
}

/** Rows and Services that pass the filters, in the chosen order. */
export function seen(model, state) {
  const { rows, services } = model;
  const words = state.query.toLowerCase().split(/\s+/).filter(Boolean);
  const passes = services.map(
    (service) =>
      (!state.states.size || state.states.has(service.state)) && (!state.namespace || service.namespace === state.namespace));
  const kept = [];
  const found = new Set();
  const hay = words.length ? haystack(model) : [];
  for (let row = 0; row < model.count; row++) {
    const own = rows.own[row];
    if (!passes[own]) continue;
    if (state.reason && rows.reason[row] !== state.reason && services[own].reason !== state.reason) continue;
    if (words.length && !words.every((word) => hay[row].includes(word))) continue;
    kept.push(row);
    found.add(own);
  }
  for (const service of services) { // all rows of it may have been left out of the data block
    if (!passes[service.place] || found.has(service.place) || model.rowsOf[service.place].length) continue;
    if (state.reason && service.reason !== state.reason) continue;
    if (words.every((word) => service.ref.toLowerCase().includes(word))) found.add(service.place);
  }
  return { rows: sorted(model, kept, state.sort), services: services.filter((service) => found.has(service.place)) };
}

/** What each row can be found by, made on first use. */
function haystack(model) {
  if (model.hay) return model.hay;
  const { rows, services } = model;
  const parts = ["port_name", "port", "protocol", "pod", "workload", "address", "node", "zone", "state", "reason_text"];
  model.hay = rows.own.map((own, row) => {
    const service = services[own];
    return [service.ref, service.about, service.state, ...parts.map((name) => rows[name][row])].join(" ").toLowerCase();
  });
  return model.hay;
}

/** Value that a column of the table sorts by. */
export function cell(model, column, row) {
  const { rows, services } = model;
  if (column === "service") return services[rows.own[row]].ref;
  if (column === "state") return STATES.indexOf(rows.look[row]);
  if (column === "port") return rows.port[row];
  return rows[column][row];
}

function sorted(model, kept, sort) {
  if (!sort.column) return kept;
  const keys = new Map(kept.map((row) => [row, cell(model, sort.column, row)]));
  const turn = sort.down ? -1 : 1;
  const less = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  return kept.slice().sort((one, other) => {
    const a = keys.get(one), b = keys.get(other);
    if (a === null || b === null) return (a === null ? 1 : 0) - (b === null ? 1 : 0) || one - other; // missing last
    return turn * less(a, b) || one - other;
  });
}

/** Rows that a choice stands for. @returns {number[]} */
export function rowsOfChoice(model, choice) {
  if (!choice) return [];
  const { rows } = model;
  const where = (test) => rows.own.reduce((found, _, row) => (test(row) ? (found.push(row), found) : found), []);
  if (choice.kind === "row") return [choice.key];
  if (choice.kind === "rows") return choice.key;
  if (choice.kind === "service") return model.rowsOf[choice.key] || [];
  if (choice.kind === "group") return where((row) => rows.group[row] === choice.key);
  if (choice.kind === "node") return where((row) => rows.node[row] === choice.key);
  if (choice.kind === "zone") return where((row) => (rows.zone[row] || "no zone") === choice.key && rows.node[row] !== null);
  return model.entries[choice.key].services.flatMap((place) => model.rowsOf[place]);
}

/** Marks that a choice lights: Services, groups, nodes, entries. */
export function litBy(model, choice) {
  const { rows } = model;
  const list = rowsOfChoice(model, choice);
  const lit = { rows: new Set(list), services: new Set(), groups: new Set(), nodes: new Set(), zones: new Set(), entries: new Set() };
  if (!choice) return lit;
  for (const row of list) {
    lit.services.add(rows.own[row]);
    if (rows.group[row]) lit.groups.add(rows.group[row]);
    if (rows.node[row]) lit.nodes.add(rows.node[row]).size && lit.zones.add(rows.zone[row] || "no zone");
  }
  if (choice.kind === "service") lit.services.add(choice.key);
  if (choice.kind === "entry") {
    lit.entries.add(choice.key);
    model.entries[choice.key].services.forEach((place) => lit.services.add(place));
  } else {
    model.entries.forEach((entry, place) => entry.services.some((own) => lit.services.has(own)) && lit.entries.add(place));
  }
  return lit;
}
