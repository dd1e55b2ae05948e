// What every level of the topology is made of: lanes, rows, boxes, zones.

import { counted } from "./element.js";

export const ROW = 34;
export const BOX = 28;
export const TALL = 40;
export const TOP = 34;

/**
 * @typedef {Object} Mark
 * @property {string} kind  service, group, node, zone, entry, namespace, words
 * @property {any} key
 * @property {number} x @property {number} y @property {number} w @property {number} h
 * @property {string} title
 * @property {string} [lead]   quiet text before the title
 * @property {string} [note]   quiet text at the right
 * @property {string} [under]  second line
 * @property {string|null} [state]
 * @property {string[]} [pods]
 * @property {boolean} [dashed]
 * @property {boolean} [plain]   words without a box
 * @property {boolean} [strong]
 * @property {[string, number][]} [bar]
 */

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

/** Zones with their nodes counted. */
export function zonesOf(nodes) {
  const zones = new Map();
  for (const node of nodes) {
    const zone = zones.get(node.zone || "no zone") || { key: node.zone || "no zone", nodes: 0, down: 0 };
    zone.nodes += 1;
    zone.down += node.status === "False" || node.status === "Unknown" ? 1 : 0;
    zones.set(zone.key, zone);
  }
  return [...zones.values()].map((zone) => ({
    key: zone.key, under: counted(zone.nodes, "node") + (zone.down ? ", " + zone.down + " down" : ""),
    state: zone.down === zone.nodes ? "down" : zone.down ? "degraded" : null,
  }));
}
