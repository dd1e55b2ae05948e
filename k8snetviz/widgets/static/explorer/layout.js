// Where every mark stands: five lanes from outside to the node, what is broken first, what is folded counted.

import { namespaceLayout } from "./aggregate.js";
import { counted, number } from "./element.js";
import { groupsBehind, nearMiss, podKeys } from "./groups.js";
import { BOX, HIGH, ROW, TALL, TOP, addPlaces, countsOf, foldMark, lanesOf, told } from "./lanes.js";
import { QUIET, roomOf } from "./state.js";

const MOST = 60; // Services in a lane, and more for each time the fold is opened
const FEW = 20; // Services drawn where there are more than that: all that do not serve, and others up to this number
const GROUPS = 6, MORE_GROUPS = 24, PODS = 40, MORE_PODS = 60, ENTRIES = 24;
const WIDE = [64, 46, 166, 26, 224, 28, 242, 70, 150]; // lanes and the gaps between them
const NARROW = [60, 20, 140, 18, 242, 18, 214, 40, 152];
const SLIM = [0, 0, 140, 18, 220, 20, 222, 40, 160]; // without the outside, which says least
const INNER = [0, 0, 0, 0, 300, 30, 330, 70, 170]; // nothing leads in

/** The level that is drawn: a row per namespace where there are many Services, unless the reader chose. @returns {"namespace"|"workload"} */
export function levelOf(services, state) {
  if (new Set(services.map((service) => service.namespace)).size < 2) return "workload";
  return state.by || (services.length > MOST ? "namespace" : "workload");
}

/**
 * The picture of the seen Services.
 * @returns {{width: number, height: number, titles: any[], marks: import("./lanes.js").Mark[], edges: import("./lanes.js").Edge[], says: string, alt: string, level: string}}
 */
export function layoutOf(model, found, state, width) {
  const level = levelOf(found.services, state);
  const made = level === "namespace" ? namespaceLayout(model, found.services, state, width) : serviceLayout(model, found, state, width);
  const height = Math.max(TOP + BOX, ...made.marks.map((mark) => mark.y + mark.h)) + 12;
  return { ...made, level, height, alt: "Topology: " + made.says + ". The table below holds the same." };
}

function serviceLayout(model, found, state, width) {
  const lanes = lanesOf(width, !model.entries.length ? INNER : width < 780 ? SLIM : width < 940 ? NARROW : WIDE);
  const { drawn, folded } = chosenServices(model, found.services, state);
  const marks = [], edges = [];
  const byPod = state.only.group !== undefined;
  const rows = placeRows(model, drawn, state, byPod ? found.has : null);
  const area = Math.max(rows.height + (folded.length ? 1 : 0), 3) * ROW;
  for (const service of drawn) marks.push(serviceMark(service, lanes[2], TOP + rows.services.get(service.place) * ROW, state.only.namespace !== undefined));
  for (const [key, { group, row }] of rows.groups) {
    const y = TOP + row * ROW;
    marks.push(group.fold ? foldMark(key, group.label, lanes[3][0], lanes[3][1], y) : groupMark(key, group, lanes[3], y, byPod));
    for (const place of group.services) if (rows.services.has(place)) edges.push({ from: ["service", place], to: [marks[marks.length - 1].kind, key], dashed: Boolean(group.near) });
  }
  for (const service of drawn) if (rows.bare.has(service.place)) marks.push(bareMark(model, service, lanes[3], TOP + rows.services.get(service.place) * ROW));
  if (folded.length) marks.push(foldMark("services", counted(folded.length, "more Service") + ": " + told(countsOf(folded)), lanes[2][0], lanes[3][0] + lanes[3][1] - lanes[2][0], TOP + rows.height * ROW));
  addEntries(model, state, marks, edges, rows.services, lanes, area, found.services.length === model.services.length, new Set(folded.map(({ place }) => place)));
  const groups = [...rows.groups.values()].map(({ group }) => group);
  const places = addPlaces(model, state, marks, new Set(groups.flatMap((group) => [...group.nodes])), lanes[4], Math.max(Math.min(area, 400), 3 * ROW));
  for (const [key, { group }] of rows.groups) for (const name of group[places + "s"]) edges.push({ from: [group.fold ? "fold" : byPod ? "pod" : "group", key], to: [places, name] });
  const heads = ["OUTSIDE", "ENTRY", "SERVICE", byPod ? "POD" : "WORKLOAD AND PODS", places.toUpperCase()];
  const says = (folded.length ? drawn.length + " of " : "") + counted(found.services.length, "Service") + " drawn" + (found.services.length > 1 ? ", what is broken first" : "");
  const none = model.services.length ? "no Service passes these filters" : model.head.none;
  return { width, titles: heads.map((head, i) => [lanes[i][1] && (drawn.length || i > 3) ? head : "", lanes[i][0]]), marks, edges, says: drawn.length ? says : none };
}

/** Place of the Service that is chosen, by itself or by a row, and must be drawn; or -1. */
export function wantedOf(model, { chosen }) {
  if (!chosen) return -1;
  return chosen.kind === "service" ? chosen.key : chosen.kind === "row" ? model.rows.own[chosen.key] : -1;
}

function chosenServices(model, services, state) {
  let most = MOST;
  if (services.length > MOST) most = Math.min(MOST, Math.max(FEW, services.filter((service) => !QUIET.includes(service.state)).length));
  most += MOST * (state.more.services || 0);
  const wanted = wantedOf(model, state);
  const kept = new Set(services.filter((service, i) => i < most || service.place === wanted));
  return { drawn: [...kept], folded: services.filter((service) => !kept.has(service)) };
}

/** Rows: a Service stands in the middle of the groups (or pods) that first appear with it. */
function placeRows(model, drawn, state, has) {
  const column = has ? podKeys(model) : model.rows.group;
  const groups = groupsBehind(model, drawn.map((service) => service.place), column, has);
  const mine = new Map(drawn.map((service) => [service.place, []]));
  for (const group of groups.values()) for (const place of group.services) mine.get(place).push(group.key);
  const placed = new Map(), services = new Map(), bare = new Set();
  let free = 0;
  for (const { place } of drawn) {
    const near = mine.get(place).length ? null : nearMiss(model, place);
    const fresh = mine.get(place).filter((key) => !placed.has(key));
    const room = has ? roomOf(state, "more " + place, PODS, MORE_PODS) : roomOf(state, "more " + place, GROUPS, MORE_GROUPS);
    const shown = fresh.length > room ? fresh.slice(0, room - 1) : fresh;
    shown.forEach((key, i) => placed.set(key, { group: groups.get(key), row: free + i }));
    let span = shown.length;
    if (near && !groups.has(near.key)) placed.set("near " + place, { group: near, row: free + span++ });
    if (fresh.length > shown.length) placed.set("more " + place, { group: moreOf(place, fresh.slice(shown.length).map((key) => groups.get(key)), has ? "more pod" : "more workload"), row: free + span++ });
    services.set(place, free + Math.max(0, span - 1) / 2);
    if (!span && !mine.get(place).length) bare.add(place);
    free += Math.max(1, span);
  }
  return { groups: placed, services, bare, height: free };
}

function moreOf(place, rest, noun) {
  const sum = (name) => number(rest.reduce((total, group) => total + group[name], 0));
  return {
    fold: true, label: counted(rest.length, noun) + ", " + sum("ready") + " of " + sum("counts") + " ready", services: new Set([place]),
    nodes: new Set(rest.flatMap((group) => [...group.nodes])), zones: new Set(rest.flatMap((group) => [...group.zones])),
  };
}

function serviceMark(service, [x, w], y, alone) {
  const kind = service.type !== "ExternalName" && !service.managed ? "no selector" : service.about.includes("headless") ? "headless" : service.type;
  return { kind: "service", key: service.place, x, y, w, h: BOX, lead: alone ? "" : service.namespace + "/", title: service.service, note: kind, state: service.state, strong: true };
}

function groupMark(key, group, [x, w], y, byPod) {
  const note = group.note || (byPod ? "" : group.counts ? group.ready + "/" + group.counts : "none");
  return { kind: byPod && !group.near ? "pod" : "group", key, x, y, w, h: BOX, title: group.label, note, pods: group.pods, rows: group.rows, dashed: Boolean(group.near), state: null };
}

/** What is said in place of pods. */
function bareMark(model, service, [x, w], y) {
  const [row] = model.rowsOf[service.place];
  const alias = row !== undefined && (model.rows.reason_text[row] || "").startsWith("CNAME ") ? model.rows.reason_text[row] : service.detail || "";
  return { kind: "words", key: "bare " + service.place, x, y, w, h: BOX, title: alias, state: null, plain: true };
}

/** Ways in; one that leads to no Service that exists stands here too, a broken one first, unless filters (`whole` is false) left Services out. */
function addEntries(model, state, marks, edges, services, lanes, area, whole, seen) {
  const led = [];
  let folded = 0; // lead to Services that are folded
  model.entries.forEach((entry, place) => {
    const at = entry.services.filter((own) => services.has(own)).map((own) => services.get(own));
    const astray = whole && !entry.services.length;
    folded += !at.length && entry.services.some((own) => seen.has(own)) ? 1 : 0;
    if (at.length || astray) led.push({ entry, place, first: astray && entry.state === "down" ? -1 : Math.min(...at), h: entry.note ? TALL : BOX });
  });
  led.sort((one, other) => one.first - other.first || one.place - other.place);
  const shown = led.slice(0, roomOf(state, "entries", ENTRIES, ENTRIES));
  const [x, w] = lanes[1];
  let free = TOP;
  let rest = shown.reduce((sum, { h }) => sum + h + 8, 0);
  const middles = [];
  const high = led.length > 0 && led[0].first * ROW > HIGH - TALL - TOP; // none would be in sight before anybody scrolls
  for (const { entry, place, first, h } of shown) {
    const wanted = high ? TOP : TOP + Math.max(first, 0) * ROW + BOX / 2 - h / 2; // beside the worst of its Services
    const y = Math.max(free, Math.min(wanted, TOP + area - rest));
    marks.push({ kind: "entry", key: place, x, y, w, h, title: entry.title, under: entry.note, state: entry.state });
    edges.push({ from: ["clients", 0], to: ["entry", place] });
    entry.services.forEach((own) => services.has(own) && edges.push({ from: ["entry", place], to: ["service", own] }));
    middles.push(y + h / 2);
    free = y + h + 8;
    rest -= h + 8;
  }
  if (led.length > shown.length) marks.push(foldMark("entries", led.length - shown.length + " more", x, w, free));
  if (folded) marks.push({ ...foldMark("services", folded + " to folded Services", x, w, free), part: 1 });
  if (!shown.length || !lanes[0][1]) return;
  const near = middles.filter((middle, i) => !i || middle < HIGH - BOX); // in sight before anybody scrolls
  const middle = (near[0] + near[near.length - 1]) / 2;
  marks.push({ kind: "clients", key: 0, x: lanes[0][0], y: middle - BOX / 2, w: lanes[0][1], h: BOX, title: "clients", state: null });
}
