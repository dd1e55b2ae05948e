// From one moment to another: what is selected and filtered stays where it exists there, and what does not is told and waits.

const PLACED = /\d/; // of an opened fold whose key is a place, which means another Service elsewhere
const SAME = ["port_name", "port", "protocol", "family", "pod_namespace", "pod"];

/** Whether a filter can find anything in `model`. */
function exists(model, name, value) {
  const { rows, services } = model;
  const column = { node: rows.node, zone: rows.area, group: rows.group, reason: rows.reason }[name];
  const at = column ? column.indexOf(value) : -1;
  if (at >= 0 && at < model.count) return true;
  if (name === "reason") return services.some(({ reason }) => reason === value);
  return name === "service" ? services.some(({ ref }) => ref === value) : services.some((service) => service[name] === value);
}

/** The filters of `state` as they are in `model`; those that find nothing there are put aside. */
export function carriedState(state, model) {
  const only = {}, away = {};
  for (const [name, value] of Object.entries({ ...state.away, ...state.only })) (exists(model, name, value) ? only : away)[name] = value;
  const more = Object.fromEntries(Object.entries(state.more).filter(([key]) => !PLACED.test(key)));
  return { ...state, only, away, more, changed: state.changed && model.since !== "", chosen: null, cursor: -1 };
}

/** A choice as it can be found in any model, with the words for it. @returns {any} */
export function named(model, choice) {
  if (!choice) return null;
  const { rows, services, entries } = model;
  const { kind, key } = choice;
  const of = (place) => (services[place] || model.ghosts.get(key)).ref;
  if (kind === "service") return { kind, name: of(key), words: of(key) };
  if (kind === "entry") return { kind, name: entries[key].title, words: entries[key].title };
  if (kind !== "row" && kind !== "rows" && kind !== "gone") return { kind, name: key, words: kind === "group" ? JSON.parse(key)[2] : key };
  const list = [key].flat();
  const told = list.map((row) => ({ service: of(rows.own[row]), same: SAME.map((name) => rows[name][row]).join("\n"), address: rows.address[row], pod: rows.pod[row] }));
  return { kind: kind === "gone" ? "row" : kind, rows: told, words: told[0].pod || told[0].address || told[0].service };
}

/** The choice in `model` that is `wanted`; where only its Service is there, that, and `missed` is true. @returns {{choice: any, missed: boolean}} */
export function found(model, wanted) {
  if (!wanted) return { choice: null, missed: false };
  const { kind, name } = wanted;
  const service = (ref) => model.services.findIndex((each) => each.ref === ref);
  const place = { service: () => service(name), entry: () => model.entries.findIndex(({ title }) => title === name) }[kind];
  if (place) return place() < 0 ? { choice: null, missed: true } : { choice: { kind, key: place() }, missed: false };
  if (kind === "group" || kind === "node" || kind === "zone") return exists(model, kind, name) ? { choice: { kind, key: name }, missed: false } : { choice: null, missed: true };
  const rows = wanted.rows.map((each) => rowOf(model, each)).filter((row) => row >= 0);
  const there = rows.filter((row) => row < model.count);
  if (there.length) return { choice: there.length > 1 ? { kind: "rows", key: there } : { kind: "row", key: there[0] }, missed: false };
  if (rows.length) return { choice: { kind: "gone", key: rows[0] }, missed: false };
  const own = service(wanted.rows[0].service);
  return { choice: own < 0 ? null : { kind: "service", key: own }, missed: true };
}

/** The row of `model` that is the same backend, of those that are gone if it is one of them, or -1. */
function rowOf(model, { service, same, address, pod }) {
  const { rows } = model;
  let best = -1;
  for (let row = rows.own.length - 1; row >= 0; row--) {
    const fits = SAME.every((name, i) => String(rows[name][row] ?? "") === same.split("\n")[i]) && (model.services[rows.own[row]] || model.ghosts.get(row)).ref === service;
    if (fits && (pod !== null || rows.address[row] === address)) best = row;
  }
  return best;
}
