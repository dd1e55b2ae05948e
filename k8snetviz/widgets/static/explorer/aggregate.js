// The picture one level up, for clusters with too many Services to draw: a row per namespace.

import { counted } from "./element.js";
import { STATES } from "./state.js";
import { BOX, ROW, TALL, TOP, lanesOf, zonesOf } from "./lanes.js";

const MOST = 60; // namespaces in the lane
const ZONES = 40;

/** The picture of the namespaces of `services`, trouble first; the others are counted in one row. */
export function namespaceLayout(model, services, width) {
  const lanes = lanesOf(width, [110, 32, 214, 28, 220, 28, 244, 46, 106]);
  const spaces = spacesOf(services);
  const troubled = spaces.filter((space) => space.rank < STATES.indexOf("serving")).length;
  const shown = spaces.slice(0, Math.min(MOST, Math.max(troubled, 20)));
  const folded = spaces.slice(shown.length);
  const marks = [], edges = [];
  shown.forEach((space, i) => {
    const y = TOP + i * ROW;
    const [state] = STATES.filter((each) => space.counts[each]);
    const told = ["down", "degraded", "unknown"].filter((each) => space.counts[each]).map((each) => space.counts[each] + " " + each);
    marks.push({ kind: "namespace", key: space.name, x: lanes[1][0], y, w: lanes[1][1], h: BOX, title: space.name, state, strong: true });
    marks.push({ kind: "namespace", key: space.name, part: 1, x: lanes[2][0], y, w: lanes[2][1], h: BOX, title: "", bar: barOf(space.counts), note: told.join(", ") || counted(space.services, "Service"), state: null });
    const pods = [["degraded", space.selected - space.ready], ["serving", space.ready]];
    marks.push({ kind: "namespace", key: space.name, part: 2, x: lanes[3][0], y, w: lanes[3][1], h: BOX, title: "", bar: pods, note: space.ready.toLocaleString("en-US") + " of " + space.selected.toLocaleString("en-US") + " ready", state: null });
    edges.push({ from: ["entries", 0], to: ["namespace", space.name] });
    for (const zone of space.zones(model)) edges.push({ from: ["namespace", space.name, 2], to: ["zone", zone] });
  });
  const bottom = TOP + shown.length * ROW;
  if (folded.length) marks.push(foldedMark(folded, lanes, bottom));
  const area = bottom - TOP;
  marks.push({ kind: "entries", key: 0, x: lanes[0][0], y: TOP + Math.min(area, 400) / 2 - BOX / 2, w: lanes[0][1], h: BOX, title: counted(model.entries.length, "entry"), state: null });
  const zones = zonesOf(model.nodes).slice(0, ZONES);
  const pitch = Math.max(TALL + 6, Math.min(area / Math.max(1, zones.length), 110));
  zones.forEach((zone, i) => marks.push({ kind: "zone", key: zone.key, x: lanes[4][0], y: TOP + i * pitch, w: lanes[4][1], h: TALL, title: zone.key, under: zone.under, state: zone.state, strong: true }));
  const titles = [["ENTRY", lanes[0][0]], ["NAMESPACE", lanes[1][0]], ["SERVICES", lanes[2][0]], ["BACKENDS", lanes[3][0]], ["ZONE", lanes[4][0]]];
  const alt = "Topology of " + counted(spaces.length, "namespace") + ", " + troubled + " with trouble; choose one to see its Services.";
  return { width, height: Math.max(...marks.map((mark) => mark.y + mark.h)) + 12, titles, marks, edges, alt };
}

/** Namespaces of `services` with their states counted, the worst first. */
function spacesOf(services) {
  const spaces = new Map();
  for (const service of services) {
    if (!spaces.has(service.namespace)) spaces.set(service.namespace, { name: service.namespace, counts: {}, services: 0, ready: 0, selected: 0, places: [] });
    const space = spaces.get(service.namespace);
    space.counts[service.state] = (space.counts[service.state] || 0) + 1;
    space.services += 1;
    space.ready += service.ready || 0;
    space.selected += Math.max(service.selected || 0, service.ready || 0);
    space.places.push(service.place);
  }
  for (const space of spaces.values()) {
    space.rank = Math.min(...Object.keys(space.counts).map((state) => STATES.indexOf(state)));
    space.zones = (model) => new Set(space.places.flatMap((place) => zonesBehind(model, place)));
  }
  const worse = (state, a, b) => (b.counts[state] || 0) - (a.counts[state] || 0);
  return [...spaces.values()].sort((a, b) => a.rank - b.rank || worse("down", a, b) || worse("degraded", a, b) || (a.name < b.name ? -1 : 1));
}

/** Zones of the backends of a Service, found once. */
function zonesBehind(model, place) {
  model.zones = model.zones || [];
  if (!model.zones[place]) {
    const { rows } = model;
    model.zones[place] = [...new Set(model.rowsOf[place].filter((row) => rows.node[row]).map((row) => rows.zone[row] || "no zone"))];
  }
  return model.zones[place];
}

function barOf(counts) {
  return STATES.filter((state) => counts[state]).map((state) => [state, counts[state]]);
}

function foldedMark(folded, lanes, y) {
  const sum = (name) => folded.reduce((total, space) => total + space[name], 0);
  const bad = folded.filter((space) => space.rank < STATES.indexOf("serving")).length;
  const words = counted(folded.length, "more namespace") + ", " + counted(sum("services"), "Service") + (bad ? ", " + bad + " with trouble" : ", nothing down or degraded");
  return { kind: "words", key: "fold", x: lanes[1][0], y, w: lanes[3][0] + lanes[3][1] - lanes[1][0], h: BOX, title: words + " — choose in the namespace list", state: null };
}
