// The picture one level up, for clusters with too many Services to draw: a row per namespace.

import { counted, number } from "./element.js";
import { QUIET, STATES, roomOf } from "./state.js";
import { BOX, ROW, TOP, addPlaces, foldMark, lanesOf, told } from "./lanes.js";

const MOST = 20, MORE = 60; // namespaces in the lane
const PARTS = [104, 32, 196, 26, 226, 26, 248, 46, 136];
const NARROW = [92, 22, 158, 14, 186, 14, 192, 34, 142];

/** The picture of the namespaces of `services`, trouble first; the others are counted in one row. */
export function namespaceLayout(model, services, state, width) {
  const narrow = width < 940;
  const [entry, gap, ...inner] = narrow ? NARROW : PARTS;
  const lanes = lanesOf(width, model.entries.length ? [entry, gap, ...inner] : [0, 0, ...inner]);
  const spaces = spacesOf(services);
  const troubled = spaces.filter((space) => !QUIET.includes(space.state)).length;
  const shown = spaces.slice(0, roomOf(state, "namespaces", MOST, MORE));
  const marks = [], edges = [];
  shown.forEach((space, i) => {
    const y = TOP + i * ROW;
    const box = (part, title, more) => marks.push({ kind: "namespace", key: space.name, part, x: lanes[part + 1][0], y, w: lanes[part + 1][1], h: BOX, title, state: null, ...more });
    box(0, space.name, { state: space.state, strong: true });
    const { down, degraded, unknown } = space.counts;
    box(1, "", { bar: STATES.map((each) => [each, space.counts[each]]), note: told({ down, degraded, unknown }, narrow) || counted(space.services, "Service") });
    const ready = number(space.ready) + (narrow ? "/" : " of ") + number(space.selected) + (narrow ? "" : " ready");
    box(2, "", { bar: [["degraded", space.selected - space.ready], ["serving", space.ready]], note: ready });
    const at = (part) => ["namespace", space.name, part];
    edges.push({ from: ["entries", 0], to: at(0) }, { from: at(0), to: at(1) }, { from: at(1), to: at(2) });
    for (const zone of zonesBehind(model, space.places)) edges.push({ from: at(2), to: ["zone", zone] });
  });
  const folded = spaces.slice(shown.length);
  const area = shown.length * ROW;
  if (folded.length) marks.push(foldMark("namespaces", foldedWords(folded), lanes[1][0], lanes[3][0] + lanes[3][1] - lanes[1][0], TOP + area));
  if (model.entries.length) {
    const y = TOP + Math.min(area, 400) / 2 - BOX / 2; // in sight before anybody scrolls
    marks.push({ kind: "entries", key: 0, x: lanes[0][0], y, w: lanes[0][1], h: BOX, title: counted(model.entries.length, "entry"), state: null });
  }
  const places = addPlaces(model, state, marks, null, lanes[4], Math.min(area, 400));
  const heads = ["ENTRY", "NAMESPACE", "SERVICES", "BACKENDS", places.toUpperCase()];
  const says = shown.length + " of " + counted(spaces.length, "namespace") + " drawn, " + troubled + " with trouble, what is broken first";
  return { width, titles: heads.map((head, i) => [lanes[i][1] ? head : "", lanes[i][0]]), marks, edges, says };
}

/** Namespaces of `services` with their states counted, the worst first. */
function spacesOf(services) {
  const spaces = new Map();
  const fresh = () => Object.fromEntries(STATES.map((state) => [state, 0]));
  for (const service of services) {
    let space = spaces.get(service.namespace);
    if (!space) spaces.set(service.namespace, (space = { name: service.namespace, counts: fresh(), services: 0, ready: 0, selected: 0, places: [] }));
    space.counts[service.state] += 1;
    space.services += 1;
    space.ready += service.ready || 0;
    space.selected += Math.max(service.selected || 0, service.ready || 0);
    space.places.push(service);
  }
  for (const space of spaces.values()) {
    space.state = STATES.find((state) => space.counts[state]);
    space.rank = STATES.indexOf(space.state);
  }
  const worse = (state, a, b) => b.counts[state] - a.counts[state];
  return [...spaces.values()].sort((a, b) => a.rank - b.rank || worse("down", a, b) || worse("degraded", a, b) || (a.name < b.name ? -1 : 1));
}

/** Zones of the backends of Services; those of each are found once. */
function zonesBehind(model, services) {
  model.zones = model.zones || [];
  const found = new Set();
  for (const { place } of services) {
    model.zones[place] = model.zones[place] || [...new Set(model.rowsOf[place].map((row) => model.rows.area[row]))];
    for (const zone of model.zones[place]) if (zone !== null) found.add(zone);
  }
  return found;
}

function foldedWords(folded) {
  const sum = (name) => folded.reduce((total, space) => total + space[name], 0);
  const bad = folded.filter((space) => !QUIET.includes(space.state)).length;
  return counted(folded.length, "more namespace") + ", " + counted(sum("services"), "Service") + (bad ? ", " + bad + " with trouble" : ", nothing down or degraded");
}
