// What the reader chose, as one plain object, and what a choice stands for: which rows and marks are lit.

export const GLYPHS = { down: "✕", degraded: "◐", unknown: "?", empty: "○", serving: "●", external: "↗" };
export const STATES = Object.keys(GLYPHS); // what is broken first
export const QUIET = ["serving", "external"];

/**
 * @typedef {Object} Choice  what is selected
 * @property {"service"|"row"|"rows"|"group"|"node"|"zone"|"entry"|"gone"} kind  gone: a row of the moment before
 * @property {any} key  place of the Service or entry, row, rows, key of the group, name
 */

/** The state before anybody chose anything. */
export function firstState() {
  return {
    states: /** @type {Set<string>} */ (new Set()), // empty: all
    query: "",
    only: /** @type {Record<string, string>} */ ({}), // namespace, type, reason, node, zone, service (its ref), group (its key)
    away: /** @type {Record<string, string>} */ ({}), // filters by things that do not exist at this moment, and wait
    changed: false, // only what differs from the moment before
    by: "", // namespace or workload; empty: as it fits
    more: /** @type {Record<string, number>} */ ({}), // how often a fold of the picture was opened
    sort: { column: "", down: false },
    chosen: /** @type {Choice|null} */ (null),
    absent: /** @type {any} */ (null), // what is selected and does not exist at this moment (carry.js)
    panel: "", // gaps or entries, instead of what is chosen
    cursor: -1, // place in the list of seen rows
  };
}

/** Marks that a fold shows: `first`, and `step` more for each time it was opened. */
export function roomOf(state, key, first, step) {
  return first + step * (state.more[key] || 0);
}

/** Rows that a choice stands for. @returns {number[]} */
export function rowsOfChoice(model, choice) {
  if (!choice) return [];
  const { rows } = model;
  const { kind, key } = choice;
  const where = (column) => column.reduce((found, value, row) => (value === key && row < model.count ? (found.push(row), found) : found), []);
  if (kind === "row") return [key];
  if (kind === "rows") return key;
  if (kind === "service") return model.rowsOf[key] || [];
  if (kind === "group") return where(rows.group);
  if (kind === "node") return where(rows.node);
  if (kind === "zone") return where(rows.area);
  if (!globalThis.KX_ONE && kind === "gone") return [];
  return model.entries[key].services.flatMap((place) => model.rowsOf[place]);
}

/** Marks that a choice lights: Services, groups, nodes, zones, entries. */
export function litBy(model, choice) {
  const { rows } = model;
  const gone = !globalThis.KX_ONE && choice && choice.kind === "gone";
  const list = gone ? [choice.key] : rowsOfChoice(model, choice);
  const lit = { rows: new Set(list), services: new Set(), groups: new Set(), nodes: new Set(), zones: new Set(), entries: new Set(), spaces: new Set() };
  if (!choice) return lit;
  for (const row of list) {
    lit.services.add(rows.own[row]);
    if (gone) continue;
    lit.groups.add(rows.group[row]);
    lit.nodes.add(rows.node[row]);
    lit.zones.add(rows.area[row]);
  }
  const { kind, key } = choice;
  if (kind === "service") lit.services.add(key);
  if (kind === "node") lit.nodes.add(key);
  if (kind === "zone") lit.zones.add(key);
  if (kind === "entry") {
    lit.entries.add(key);
    model.entries[key].services.forEach((place) => lit.services.add(place));
  } else {
    model.entries.forEach((entry, place) => entry.services.some((own) => lit.services.has(own)) && lit.entries.add(place));
  }
  lit.services.delete(-1);
  for (const place of lit.services) lit.spaces.add(model.services[place].namespace);
  return lit;
}

/** A choice from outside, or null where it names nothing of this model. @returns {Choice|null} */
export function known(model, choice) {
  if (!choice) return null;
  const { kind, key } = choice;
  const row = (place) => Number.isInteger(place) && place >= 0 && place < model.count;
  const gone = !globalThis.KX_ONE && kind === "gone" && key >= model.count && key < model.count + model.gone;
  if (gone) return choice;
  const fits = { service: () => model.services[key], entry: () => model.entries[key], row: () => row(key), rows: () => Array.isArray(key) && key.every(row) };
  return (kind in fits ? fits[kind]() : ["group", "node", "zone"].includes(kind)) ? choice : null;
}
