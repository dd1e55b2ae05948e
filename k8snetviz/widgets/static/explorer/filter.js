// Which rows and Services pass the filters, and in which order.

import { BETTER, NEW, OTHER, WORSE } from "./moments.js";
import { STATES } from "./state.js";

const CHANGES = [WORSE, NEW, BETTER, OTHER]; // in this order, where rows are sorted by what changed

/** Columns that a row is found by, beside its Service. */
const FOUND_BY = ["port_name", "port", "protocol", "pod", "workload", "address", "node", "zone", "state", "reason_text"];

/**
 * Rows and Services that pass the filters, rows in the chosen order; `has` tells of each row whether it passes.
 * @returns {{rows: number[], services: any[], has: Uint8Array}}
 */
export function seen(model, state) {
  const { rows, services } = model;
  const { only } = state;
  const words = state.query.toLowerCase().split(/\s+/).filter(Boolean);
  const passes = services.map((service) => (
    (!state.states.size || state.states.has(service.state)) && is(only.namespace, service.namespace) && is(only.type, service.type) && is(only.service, service.ref)));
  const tests = /** @type {((row: number) => any)[]} */ (state.changed ? [(row) => model.change[row]] : []);
  for (const [name, column] of [["node", rows.node], ["zone", rows.area], ["group", rows.group]]) {
    if (only[name] !== undefined) tests.push((row) => column[row] === only[name]);
  }
  const placed = ["node", "zone", "group"].some((name) => only[name] !== undefined);
  if (only.reason !== undefined) tests.push((row) => rows.reason[row] === only.reason || (!rows.serves[row] && services[rows.own[row]].reason === only.reason));
  for (const word of words) {
    const found = rowsWith(model, word);
    tests.push((row) => found[row]);
  }
  const has = new Uint8Array(model.count + model.gone);
  const found = new Uint8Array(services.length);
  for (let row = 0; row < model.count; row++) {
    const own = rows.own[row];
    if (passes[own] && tests.every((test) => test(row))) has[row] = found[own] = 1;
  }
  const gone = !globalThis.KX_ONE && state.changed ? goneRows(model, state, words) : [];
  for (const row of gone) has[row] = found[rows.own[row]] = 1; // no place, where its Service is gone too
  for (const { place, ref, reason } of placed || state.changed ? [] : services) { // all rows of it may have been left out of the data block
    if (passes[place] && !found[place] && !model.rowsOf[place].length && is(only.reason, reason)) found[place] = words.every((word) => ref.toLowerCase().includes(word)) ? 1 : 0;
  }
  return { rows: [...orderOf(model, state.sort).filter((row) => has[row]), ...gone], services: services.filter(({ place }) => found[place]), has };
}

/** Rows of the moment before that are gone, as far as the filters let them pass: they come last. */
function goneRows(model, { only, states }, words) {
  const { rows } = model;
  return Array.from({ length: model.gone }, (_, i) => model.count + i).filter((row) => {
    const service = model.services[rows.own[row]] || model.ghosts.get(row);
    const text = [service.ref, ...FOUND_BY.map((name) => rows[name][row])].join("\n").toLowerCase();
    return (!states.size || states.has(service.state)) && ["namespace", "type"].every((name) => is(only[name], service[name])) && is(only.service, service.ref)
      && is(only.node, rows.node[row]) && is(only.zone, rows.area[row]) && is(only.reason, rows.reason[row]) && only.group === undefined && words.every((word) => text.includes(word));
  });
}

function is(wanted, value) {
  return wanted === undefined || wanted === value;
}

/** What can be chosen of each filter, and only where there is a choice. @returns {[string, string, string[]][]} name, plural, values */
export function filtersOf(model) {
  const { rows, services } = model;
  const values = (column, others = []) => [...new Set([...column.slice(0, model.count), ...others])].filter((value) => value !== null).sort();
  const every = /** @type {[string, string, string[]][]} */ ([
    ["namespace", "namespaces", model.namespaces], ["type", "types", values([], services.map((service) => service.type))],
    ["reason", "reasons", values(rows.reason, services.map((service) => service.reason))],
    ["node", "nodes", values(rows.node)], ["zone", "zones", values(rows.area)],
  ]);
  return every.filter(([, , found]) => found.length > 1);
}

/** Which rows hold `word` in any of their texts or those of their Service; kept, since the next letter changes one word. @returns {Uint8Array} */
function rowsWith(model, word) {
  model.searched = model.searched || new Map();
  const known = model.searched.get(word);
  if (known) return known;
  if (model.searched.size > 40) model.searched.clear();
  const own = new Set(model.services.filter((service) => [service.ref, service.about, service.state].join(" ").toLowerCase().includes(word)).map(({ place }) => place));
  const found = Uint8Array.from(model.rows.own, (place) => (own.has(place) ? 1 : 0));
  for (const name of FOUND_BY) {
    const { texts, codes } = textsOf(model, name);
    const hits = new Set();
    texts.forEach((text, code) => text.includes(word) && hits.add(code));
    if (!hits.size) continue;
    if (codes) codes.forEach((code, row) => { if (hits.has(code)) found[row] = 1; });
    else for (const row of hits) found[row] = 1;
  }
  model.searched.set(word, found);
  return found;
}

/** Texts of a column as they are searched: each once, with the codes of the rows, or one per row. */
function textsOf(model, name) {
  model.texts = model.texts || {};
  const { d, i, v } = model.columns[name];
  model.texts[name] = model.texts[name] || { texts: (d || v).map((value) => (value === null ? "" : String(value).toLowerCase())), codes: i };
  return model.texts[name];
}

/** Make ready what the first search needs. */
export function prepare(model) {
  FOUND_BY.forEach((name) => textsOf(model, name));
}

/** Every row in the order that `sort` asks for; missing last, ties as they came. Kept for the next filter. @returns {number[]} */
function orderOf(model, { column, down }) {
  model.orders = model.orders || new Map();
  const name = column + down;
  if (!model.orders.has(name)) {
    const ranks = column ? ranksOf(model, column) : [];
    const buckets = /** @type {number[][]} */ ([]);
    for (let row = 0; row < model.count; row++) (buckets[(ranks[row] ?? -1) + 1] ??= []).push(row);
    const [missing = [], ...found] = Array.from(buckets, (bucket) => bucket || []);
    if (down) found.reverse();
    model.orders.set(name, [...found, missing].flat());
  }
  return model.orders.get(name);
}

/** Rank of each row by a column, -1 where it has no value: each value is compared once, numbers within a text as numbers. @returns {number[]} */
function ranksOf(model, column) {
  const { rows, services } = model;
  if (column === "state") return rows.look.map((look) => STATES.indexOf(look));
  if (!globalThis.KX_ONE && column === "change") return [...model.change].map((change) => (change ? CHANGES.indexOf(change) : -1));
  const names = services.map((service) => service.ref);
  const values = column === "service" ? rows.own.map((place) => names[place]) : rows[column];
  const keys = [...new Set(values)].filter((value) => value !== null).map((value) => ({ value, key: typeof value === "number" ? value : natural(value) }));
  keys.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const ranks = new Map(keys.map(({ value }, rank) => [value, rank]));
  return values.map((value) => ranks.get(value) ?? -1);
}

function natural(text) {
  return text.replace(/\d+/g, (digits) => digits.padStart(6, "0"));
}
