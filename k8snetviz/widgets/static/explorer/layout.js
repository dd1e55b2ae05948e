// Where every mark stands: five lanes from outside to the node, what is broken first, what is folded counted.

import { counted } from "./element.js";
import { groupsBehind, nearMiss } from "./groups.js";
import { STATES } from "./state.js";
import { namespaceLayout } from "./aggregate.js";
import { BOX, ROW, TALL, TOP, lanesOf, zonesOf } from "./lanes.js";

const MOST = 60; // Services in a lane
const FEW = 20; // Services drawn where there are more than that: all that do not serve, and others up to this number
const GROUPS = 6, ENTRIES = 24, NODES = 16;
const WIDE = [64, 46, 166, 26, 224, 28, 242, 70, 150]; // lanes and the gaps between them
const NARROW = [56, 26, 146, 18, 224, 22, 224, 40, 152];
const QUIET = ["serving", "external"];

/** The picture of the seen Services. @returns {{width: number, height: number, titles: any[], marks: import("./lanes.js").Mark[], edges: any[], alt: string}} */
export function layoutOf(model, services, state, width) {
  const spaces = new Set(services.map((service) => service.namespace));
  if (services.length > MOST && spaces.size > 1) return namespaceLayout(model, services, width);
  const lanes = lanesOf(width, width < 940 ? NARROW : WIDE);
  const { drawn, folded } = chosenServices(services, state);
  const marks = [], edges = [];
  const rows = placeRows(model, drawn);
  const area = Math.max(rows.height + (folded.length ? 1 : 0), 3) * ROW;
  for (const service of drawn) marks.push(serviceMark(service, lanes[2], TOP + rows.services.get(service.place) * ROW));
  for (const [key, { group, row }] of rows.groups) {
    marks.push(groupMark(key, group, lanes[3], TOP + row * ROW));
    for (const place of group.services) if (rows.services.has(place)) edges.push({ from: ["service", place], to: ["group", key], dashed: Boolean(group.near) });
  }
  for (const service of drawn) if (rows.bare.has(service.place)) marks.push(bareMark(model, service, lanes[3], TOP + rows.services.get(service.place) * ROW));
  if (folded.length) marks.push(foldedMark(folded, lanes, TOP + rows.height * ROW));
  addEntries(model, marks, edges, rows.services, lanes, area);
  const tallest = addNodes(model, marks, edges, rows.groups, lanes[4], area);
  const titles = [["OUTSIDE", lanes[0][0]], ["ENTRY", lanes[1][0]], ["SERVICE", lanes[2][0]], ["WORKLOAD AND PODS", lanes[3][0]], [tallest.title, lanes[4][0]]];
  const lowest = Math.max(...marks.map((mark) => mark.y + mark.h), TOP + BOX);
  const alt = "Topology of " + counted(drawn.length, "Service") + (folded.length ? ", " + folded.length + " more folded" : "") + "; the table below holds the same.";
  return { width, height: lowest + 12, titles, marks, edges, alt };
}

function chosenServices(services, state) {
  let most = MOST;
  if (services.length > MOST) most = Math.min(MOST, Math.max(FEW, services.filter((service) => !QUIET.includes(service.state)).length));
  const wanted = state.chosen && state.chosen.kind === "service" ? state.chosen.key : -1;
  const drawn = services.filter((service, i) => i < most || service.place === wanted);
  const kept = new Set(drawn);
  return { drawn, folded: services.filter((service) => !kept.has(service)) };
}

/** Rows: a Service stands in the middle of the groups that first appear with it. */
function placeRows(model, drawn) {
  const groups = groupsBehind(model, drawn.map((service) => service.place));
  const placed = new Map(), services = new Map(), bare = new Set();
  let free = 0;
  for (const service of drawn) {
    const mine = [...new Set(model.rowsOf[service.place].map((row) => model.rows.group[row]))].filter((key) => key !== null);
    const near = mine.length ? null : nearMiss(model, service.place);
    const fresh = mine.filter((key) => !placed.has(key));
    const shown = fresh.length > GROUPS ? fresh.slice(0, GROUPS - 1) : fresh;
    shown.forEach((key, i) => placed.set(key, { group: groups.get(key), row: free + i }));
    let span = shown.length;
    if (near && !groups.has(near.key)) placed.set("near " + service.place, { group: near, row: free + span++ });
    if (fresh.length > shown.length) placed.set("more " + service.place, { group: moreOf(service, fresh.slice(shown.length), groups), row: free + span++ });
    services.set(service.place, free + Math.max(0, span - 1) / 2);
    if (!span && !mine.length) bare.add(service.place);
    free += Math.max(1, span);
  }
  return { groups: placed, services, bare, height: free };
}

function moreOf(service, keys, groups) {
  const rest = keys.map((key) => groups.get(key));
  const sum = (name) => rest.reduce((total, group) => total + group[name], 0);
  return {
    key: "more", label: keys.length + " more workloads", pods: [], ready: sum("ready"), counts: sum("counts"), services: new Set([service.place]),
    nodes: new Set(rest.flatMap((group) => [...group.nodes])), zones: new Set(rest.flatMap((group) => [...group.zones])),
  };
}

function serviceMark(service, [x, w], y) {
  const kind = service.type !== "ExternalName" && !service.managed ? "no selector" : service.about.includes("headless") ? "headless" : service.type;
  return { kind: "service", key: service.place, x, y, w, h: BOX, lead: service.namespace + "/", title: service.service, note: kind, state: service.state, strong: true };
}

function groupMark(key, group, [x, w], y) {
  const note = group.note || (group.counts ? group.ready + "/" + group.counts : "none");
  return { kind: "group", key, x, y, w, h: BOX, title: group.label, note, pods: group.pods, dashed: Boolean(group.near), state: null };
}

/** What is said in place of pods. */
function bareMark(model, service, [x, w], y) {
  const [row] = model.rowsOf[service.place];
  const alias = row !== undefined && model.rows.reason_text[row].startsWith("CNAME ") ? model.rows.reason_text[row] : service.detail || "";
  return { kind: "words", key: "bare " + service.place, x, y, w, h: BOX, title: alias, state: null, plain: true };
}

function foldedMark(folded, lanes, y) {
  const counts = STATES.map((state) => [folded.filter((service) => service.state === state).length, state]).filter(([number]) => number);
  const words = counted(folded.length, "more Service") + ": " + counts.map(([number, state]) => number + " " + state).join(", ");
  return { kind: "words", key: "fold", x: lanes[2][0], y, w: lanes[3][0] + lanes[3][1] - lanes[2][0], h: BOX, title: words + " — filter or search to see them", state: null };
}

function addEntries(model, marks, edges, services, lanes, area) {
  const every = model.entries.map((entry, place) => ({ entry, place }));
  const led = every.filter(({ entry }) => entry.services.some((own) => services.has(own)));
  const first = ({ entry }) => Math.min(...entry.services.filter((own) => services.has(own)).map((own) => services.get(own)));
  led.sort((one, other) => first(one) - first(other) || one.place - other.place);
  const shown = led.slice(0, ENTRIES);
  const [x, w] = lanes[1];
  let free = TOP;
  let rest = shown.reduce((sum, { entry }) => sum + (entry.note ? TALL : BOX) + 8, 0);
  for (const { entry, place } of shown) {
    const h = entry.note ? TALL : BOX;
    const rows = entry.services.filter((own) => services.has(own)).map((own) => services.get(own));
    const wanted = TOP + Math.min(...rows) * ROW + BOX / 2 - h / 2; // beside the worst of its Services
    const y = Math.max(free, Math.min(wanted, TOP + area - rest));
    marks.push({ kind: "entry", key: place, x, y, w, h, title: entry.title, under: entry.note, state: entry.state });
    edges.push({ from: ["clients", 0], to: ["entry", place] });
    entry.services.forEach((own) => services.has(own) && edges.push({ from: ["entry", place], to: ["service", own] }));
    free = y + h + 8;
    rest -= h + 8;
  }
  if (led.length > shown.length) marks.push({ kind: "words", key: "entries", x, y: free, w, h: BOX, title: led.length - shown.length + " more", state: null });
  if (!shown.length) return;
  const all = marks.filter((mark) => mark.kind === "entry");
  const middle = Math.min((all[0].y + all[all.length - 1].y + all[all.length - 1].h) / 2, TOP + 170); // in sight before anybody scrolls
  marks.push({ kind: "clients", key: 0, x: lanes[0][0], y: middle - BOX / 2, w: lanes[0][1], h: BOX, title: "clients", state: null });
}

/** Nodes, or zones where there are many nodes. */
function addNodes(model, marks, edges, groups, [x, w], area) {
  const used = new Set([...groups.values()].flatMap(({ group }) => [...group.nodes]));
  const nodes = model.nodes.length <= NODES ? model.nodes : model.nodes.filter((node) => used.has(node.node));
  const byZone = nodes.length > NODES;
  const places = byZone ? zonesOf(nodes) : nodes.map(nodePlace);
  const pitch = Math.max(TALL + 6, Math.min(area / Math.max(1, places.length), 110));
  places.forEach((place, i) => {
    marks.push({ kind: byZone ? "zone" : "node", key: place.key, x, y: TOP + (i + 0.5) * pitch - TALL / 2 - 3, w, h: TALL, title: place.key, under: place.under, state: place.state, strong: true });
  });
  const kind = byZone ? "zone" : "node";
  for (const [key, { group }] of groups) for (const name of group[byZone ? "zones" : "nodes"]) edges.push({ from: ["group", key], to: [kind, name], dashed: false });
  return { title: byZone ? "ZONE" : "NODE" };
}

function nodePlace(node) {
  const down = node.status === "False" || node.status === "Unknown";
  return { key: node.node, under: (node.zone || "no zone") + (down ? ", NotReady" : ""), state: down ? "down" : null };
}
