// What every level of the topology is made of: lanes, rows, boxes, and the lane of nodes or zones.

import { counted, number } from "./element.js";
import { GLYPHS, STATES, roomOf } from "./state.js";

export const ROW = 34;
export const BOX = 28;
export const TALL = 40;
export const TOP = 34;
export const HIGH = 440; // of the picture that is in sight, as the style sheet has it
const NODES = 16, MORE_NODES = 48;

/**
 * @typedef {Object} Mark
 * @property {string} kind  service, group, pod, node, zone, entry, entries, namespace, fold, clients, words
 * @property {any} key
 * @property {number} x @property {number} y @property {number} w @property {number} h
 * @property {string} title
 * @property {number} [part]  of several boxes with one key
 * @property {string} [lead]   quiet text before the title
 * @property {string} [note]   quiet text at the right
 * @property {string} [under]  second line
 * @property {string|null} [state]
 * @property {string[]} [pods]
 * @property {number[]} [rows]   of a pod
 * @property {boolean} [dashed]
 * @property {boolean} [plain]   words without a box
 * @property {boolean} [strong]
 * @property {[string, number][]} [bar]
 */

/** @typedef {{from: any[], to: any[], dashed?: boolean}} Edge  ends are kind, key and (of several boxes) part */

/** Lanes of a picture `width` wide: [x, width] each. @param {number} width @param {number[]} parts */
export function lanesOf(width, parts) {
  const unit = (width - 16) / parts.reduce((sum, part) => sum + part, 0);
  const lanes = [];
  let x = 8;
  parts.forEach((part, i) => {
    if (i % 2 === 0) lanes.push([Math.round(x), Math.round(part * unit)]);
    x += part * unit;
  });
  return lanes;
}

/** ``3 down, 12 serving`` of things that have a state; glyphs where there is no room for words. @param {Record<string, number>} counts @param {boolean} [narrow] */
export function told(counts, narrow) {
  return STATES.filter((state) => counts[state]).map((state) => (narrow ? GLYPHS[state] + " " + number(counts[state]) : number(counts[state]) + " " + state)).join(narrow ? "  " : ", ");
}

/** Things by their state. @param {any[]} things @returns {Record<string, number>} */
export function countsOf(things) {
  const counts = /** @type {Record<string, number>} */ ({});
  for (const { state } of things) counts[state] = (counts[state] || 0) + 1;
  return counts;
}

/** A row that stands for what is folded, and opens it. @returns {Mark} */
export function foldMark(key, title, x, w, y) {
  return { kind: "fold", key, x, y, w, h: BOX, title, state: null };
}

/** Add the last lane to `marks`: nodes (of the zone that is asked for), or zones where there are many nodes. @returns {"node"|"zone"} */
export function addPlaces(model, state, marks, used, [x, w], area) {
  const { only } = state;
  const narrow = only.zone !== undefined || only.node !== undefined;
  const nodes = model.nodes.filter((node) => (
    narrow ? (only.zone ?? node.area) === node.area && (only.node ?? node.node) === node.node : model.nodes.length <= NODES || !used || used.has(node.node)));
  const byZone = nodes.length > NODES && !narrow;
  const every = (byZone ? zonesOf(nodes) : nodes.map(nodePlace)).sort((a, b) => Number(!a.state) - Number(!b.state));
  const places = every.slice(0, roomOf(state, "nodes", NODES, MORE_NODES));
  const pitch = Math.max(TALL + 6, Math.min(area / Math.max(1, places.length), 110));
  places.forEach((place, i) => {
    marks.push({ kind: byZone ? "zone" : "node", ...place, x, y: Math.round(TOP + (i + 0.5) * pitch - TALL / 2 - 3), w, h: TALL, title: place.key, strong: true });
  });
  const rest = every.length - places.length;
  if (rest) marks.push(foldMark("nodes", counted(rest, byZone ? "more zone" : "more node"), x, w, TOP + places.length * pitch));
  return byZone ? "zone" : "node";
}

/** Zones with their nodes counted. */
function zonesOf(nodes) {
  const zones = new Map();
  for (const node of nodes) {
    const zone = zones.get(node.area) || { key: node.area, nodes: 0, down: 0 };
    zone.nodes += 1;
    zone.down += isDown(node) ? 1 : 0;
    zones.set(zone.key, zone);
  }
  return [...zones.values()].map(({ key, nodes: all, down }) => ({
    key, under: down ? number(down) + " of " + number(all) + " down" : counted(all, "node"),
    state: down === all ? "down" : down ? "degraded" : null,
  }));
}

function nodePlace(node) {
  const down = isDown(node);
  return { key: node.node, under: node.area + (down ? ", NotReady" : ""), state: down ? "down" : null };
}

function isDown(node) {
  return node.status === "False" || node.status === "Unknown";
}
