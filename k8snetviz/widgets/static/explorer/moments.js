// One moment or several in one data block: each row of it holds from one moment to another, and a model is made of those that hold.

import { columnsOf, inflate, modelFrom, records, refuse, sound } from "./data.js";

const VERSION = 2; // of a block with several moments
const SAME = ["port_name", "port", "protocol", "family", "pod_namespace", "pod"]; // the same backend of the same Service
const TOLD = [["address", "address"], ["node", "node"], ["target_port", "target port"], ["workload", "workload"], ["reason_text", "reason"]]; // what of a row can differ, as it is called
const RANK = ["down", "degraded", "unknown", "empty", "external", "serving"];

/** How a row differs from the moment before. */
export const NEW = 1, GONE = 2, WORSE = 3, BETTER = 4, OTHER = 5;

/**
 * @typedef {Object} Series
 * @property {string[]} labels  what the moments are called
 * @property {Record<string, number>[]} counts  Services by state at each moment
 * @property {(moment: number) => import("./data.js").Model} at
 */

/** What the data block `bytes` shows. @param {Uint8Array} bytes @returns {Promise<Series>} */
export async function seriesOf(bytes) {
  return seriesFrom(JSON.parse(await inflate(bytes)));
}

/** What an inflated block shows. @returns {Series} */
export function seriesFrom(said) {
  if (!globalThis.KX_ONE && said.moments) return severalFrom(said);
  const model = modelFrom(said);
  return { labels: [""], counts: [{}], at: () => model };
}

/** @returns {Series} */
function severalFrom(said) {
  sound(said, VERSION);
  const { moments: labels, heads } = said;
  if (!labels.length || heads.length !== labels.length) refuse("has " + labels.length + " moments and heads of " + heads.length);
  const whole = Object.fromEntries(["services", "rows", "nodes", "gaps"].map((table) => [table, columnsOf(said, table)]));
  let number = 0;
  whole.rows.number = whole.rows.own.map((step) => (number += step));
  const states = new Set(whole.services.state);
  const made = /** @type {Map<number, any>} */ (new Map());
  return {
    labels,
    counts: countsOf(whole.services, labels.length),
    at(moment) {
      if (!made.has(moment)) {
        if (made.size > 2) made.delete([...made.keys()][0]);
        made.set(moment, { ...modelAt(said, whole, moment), states });
      }
      return made.get(moment);
    },
  };
}

/** Services by state at each moment. */
function countsOf(services, moments) {
  const counts = Array.from({ length: moments }, () => /** @type {Record<string, number>} */ ({}));
  services.state.forEach((state, row) => {
    for (let moment = services.from[row]; moment <= services.to[row]; moment++) counts[moment][state] = (counts[moment][state] || 0) + 1;
  });
  return counts;
}

/** Places of the rows that hold at `moment`. */
function holding({ from, to }, moment) {
  const found = [];
  for (let row = 0; row < from.length; row++) if (from[row] <= moment && moment <= to[row]) found.push(row);
  return found;
}

/** Part of a table as it came. */
function part({ columns }, picks) {
  const cut = Object.entries(columns).map(([name, { d, i, v }]) => [name, v ? { v: picks.map((row) => v[row]) } : { d, i: picks.map((row) => i[row]) }]);
  return { n: picks.length, columns: Object.fromEntries(cut) };
}

/** The model of one moment, in the order that it would have alone. */
function modelAt(said, whole, moment) {
  const { services, rows } = whole;
  const shown = holding(services, moment);
  const places = new Map(shown.map((row, place) => [services.number[row], place]));
  const place = (number) => places.get(number) ?? refuse("has a row of no Service");
  const picks = sorted(holding(rows, moment), rows, place, shown.length);
  const within = ({ from, to }) => from <= moment && moment <= to;
  const cut = part(said.rows, picks);
  let before = 0;
  cut.columns.own = { v: picks.map((row) => {
    const own = place(rows.number[row]), step = own - before;
    before = own;
    return step;
  }) };
  const stories = said.stories.filter(([, from, to]) => within({ from, to })).map(([number, , , story]) => [place(number), story]);
  const model = modelFrom({
    v: 1, head: said.heads[moment], services: part(said.services, shown), rows: cut, select: said.select, stories: Object.fromEntries(stories),
    nodes: part(said.nodes, holding(whole.nodes, moment)), gaps: part(said.gaps, holding(whole.gaps, moment)),
    entries: said.entries.filter(within).map((entry) => ({ ...entry, services: entry.services.map(place) })),
  });
  if (moment) compare(model, said, whole, moment, picks, places);
  return model;
}

/** What does not serve first, then by Service. */
function sorted(picks, rows, place, services) {
  const buckets = /** @type {number[][]} */ (Array.from({ length: 2 * services }, () => []));
  for (const row of picks) buckets[place(rows.number[row]) + (rows.serves[row] ? services : 0)].push(row);
  return buckets.flat();
}

/** Tell of `model` what differs from the moment before; rows that are gone are put behind its rows. */
function compare(model, said, { services, rows }, moment, picks, places) {
  const key = (row) => [rows.number[row], ...SAME.map((name) => rows[name][row]), rows.pod[row] === null ? rows.address[row] : ""].join("\n");
  const left = new Map();
  rows.to.forEach((to, row) => to === moment - 1 && left.set(key(row), [...(left.get(key(row)) || []), row]));
  picks.forEach((row, place) => {
    if (rows.from[row] !== moment) return;
    const old = (left.get(key(row)) || []).shift();
    [model.change[place], model.was[place]] = old === undefined ? [NEW, "new"] : differs(rows, old, row);
  });
  const gone = [...left.values()].flat();
  const names = Object.keys(said.rows.columns).filter((name) => name !== "own");
  for (const name of names) for (const row of gone) model.rows[name].push(rows[name][row]);
  for (const row of gone) {
    model.was[model.rows.own.length] = "gone";
    model.rows.own.push(places.get(rows.number[row]) ?? -1);
    model.rows.group.push(null);
    model.rows.area.push(rows.node[row] === null ? null : rows.zone[row] || model.head.zoneless);
    model.rows.mark.push("hollow");
  }
  const change = new Uint8Array(model.count + gone.length).fill(GONE, model.count);
  change.set(model.change);
  const old = new Map();
  services.to.forEach((to, row) => to === moment - 1 && old.set(services.number[row], row));
  const refOf = (row) => services.namespace[row] + "/" + services.service[row];
  for (const service of model.services) {
    if (service.from !== moment) continue;
    const row = old.get(service.number);
    if (row === undefined) service.was = "new";
    else if (services.state[row] !== service.state) service.was = services.state[row];
  }
  const absent = [...old].filter(([number]) => !places.has(number)).map(([number, row]) => ({ number, ref: refOf(row), namespace: services.namespace[row], service: services.service[row], state: services.state[row], type: services.type[row], place: -1 }));
  Object.assign(model, { change, gone: gone.length, lost: absent, since: said.moments[moment - 1], ghosts: new Map(gone.map((row, i) => [model.count + i, absent.find(({ number }) => number === rows.number[row])])) });
}

/** How a row differs from what it was, and in what. @returns {[number, string]} */
function differs(rows, old, row) {
  const better = RANK.indexOf(rows.look[row]) - RANK.indexOf(rows.look[old]) + (rows.serves[row] - rows.serves[old]) * RANK.length;
  if (better || rows.state[row] !== rows.state[old]) return [better > 0 ? BETTER : better ? WORSE : OTHER, "was " + rows.state[old]];
  const other = TOLD.find(([name]) => rows[name][row] !== rows[name][old]);
  return [OTHER, "other " + (other ? other[1] : "details")];
}
