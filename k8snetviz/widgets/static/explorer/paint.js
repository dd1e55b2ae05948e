// Marks and edges on a 2D canvas: the part of a layout that is in sight, as the theme wants it.

import { GLYPHS } from "./state.js";

const SQUARE = 10, STEP = 13;
const LEAD = 36; // of a namespace at least
const COLORS = ["text", "muted", "panel", "chosen", "border", "edge", "accent", "down", "degraded", "unknown", "empty", "serving", "external"];
/** @type {Map<string, string>} */ const cuts = new Map(); // texts as they fit, by text, room and font

/**
 * Paint what of `layout` is between `top` and `top + height`.
 * @param {HTMLCanvasElement} canvas @param {any} layout @param {any} lit @param {any} chosen @param {number} top @param {number} height @param {any} focused
 */
export function paint(canvas, layout, lit, chosen, top, height, focused) {
  const ratio = Math.min(3, devicePixelRatio || 1);
  const wide = Math.round(layout.width * ratio), high = Math.round(height * ratio);
  if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
  canvas.style.width = layout.width + "px";
  canvas.style.height = height + "px";
  const pen = canvas.getContext("2d");
  if (!pen) return;
  pen.setTransform(ratio, 0, 0, ratio, 0, -top * ratio);
  pen.clearRect(0, top, layout.width, height);
  const look = looksOf(canvas);
  pen.textBaseline = "middle";
  put(pen, look, 11, look.muted);
  for (const [title, x] of layout.titles) pen.fillText(title, x + 1, 16);
  const bright = new Set(layout.marks.filter((mark) => isLit(mark, lit, chosen)));
  const color = lightOf([...bright], look);
  const shining = [];
  const alpha = layout.edges.length > 200 ? 0.55 : 0.9;
  for (const edge of ended(layout)) {
    if (Math.max(edge.from.y, edge.to.y) + 40 < top || Math.min(edge.from.y, edge.to.y) > top + height) continue;
    if ((bright.has(edge.from) || (edge.from.kind === "clients" && bright.size)) && bright.has(edge.to)) shining.push(edge);
    else line(pen, edge, look.edge, 1, alpha);
  }
  for (const edge of shining) line(pen, edge, color, 2, 1);
  const typed = isTyped(pen, layout, look);
  for (const mark of layout.marks) {
    if (mark.y + mark.h >= top && mark.y <= top + height) box(pen, mark, look, typed, bright.has(mark), isChosen(mark, chosen), color);
  }
  if (focused) ring(pen, focused, look);
}

/** Edges with the marks at their ends, found once per layout. */
function ended(layout) {
  if (layout.ended) return layout.ended;
  const marks = new Map(layout.marks.map((mark) => [[mark.kind, mark.key, mark.part || 0].join(), mark]));
  const end = ([kind, key, part]) => marks.get([kind, key, part || 0].join());
  layout.ended = layout.edges.map((edge) => ({ from: end(edge.from), to: end(edge.to), dashed: edge.dashed })).filter((edge) => edge.from && edge.to);
  return layout.ended;
}

/** Whether a mark belongs to what is chosen. */
export function isLit(mark, lit, chosen) {
  if (!chosen) return false;
  const { kind, key } = mark;
  if (kind === "group" && mark.dashed) return lit.services.has(Number(key.slice(5)));
  if (kind === "pod") return mark.rows.some((row) => lit.rows.has(row));
  const among = { service: lit.services, group: lit.groups, node: lit.nodes, zone: lit.zones, entry: lit.entries, namespace: lit.spaces }[kind];
  return Boolean(among && among.has(key));
}

function isChosen(mark, chosen) {
  if (!chosen) return false;
  if (mark.kind === "pod") return chosen.kind.startsWith("row") && [chosen.key].flat()[0] === mark.rows[0];
  return mark.kind === chosen.kind && mark.key === chosen.key;
}

/** Colour of the lit path: that of the Service's state, if it is one Service. */
function lightOf(bright, look) {
  const services = bright.filter((mark) => mark.kind === "service");
  return services.length === 1 ? look[services[0].state] : look.accent;
}

/** Colours of the theme that is on. */
function looksOf(canvas) {
  const style = getComputedStyle(canvas);
  const look = Object.fromEntries(COLORS.map((name) => [name, style.getPropertyValue("--" + name).trim() || "#888"]));
  look.font = style.fontFamily;
  return look;
}

/** Take up a font and a colour. */
function put(pen, look, size, color, weight = "") {
  pen.font = weight + size + "px " + look.font;
  pen.fillStyle = color;
}

function line(pen, { from, to, dashed }, color, width, alpha) {
  const x = from.x + from.w, y = from.y + from.h / 2, end = to.x, low = to.y + to.h / 2;
  const bend = Math.min(60, (end - x) / 2);
  pen.globalAlpha = alpha;
  pen.strokeStyle = color;
  pen.lineWidth = width;
  pen.setLineDash(dashed ? [3, 3] : []);
  pen.beginPath();
  pen.moveTo(x, y);
  pen.bezierCurveTo(x + bend, y, end - bend, low, end, low);
  pen.stroke();
  pen.setLineDash([]);
  pen.globalAlpha = 1;
}

function box(pen, mark, look, typed, lit, chosen, color) {
  const { x, y, w, h, kind, state } = mark;
  if (!mark.plain) {
    pen.beginPath();
    pen.roundRect(x + 0.5, y + 0.5, w - 1, h - 1, kind === "clients" ? 14 : 5);
    pen.fillStyle = chosen ? look.chosen : look.panel;
    pen.fill();
    pen.strokeStyle = lit ? color : look[state] || look.border;
    pen.lineWidth = lit ? 2 : 1;
    pen.setLineDash(mark.dashed ? [4, 3] : []);
    pen.stroke();
    pen.setLineDash([]);
  }
  words(pen, mark, look, typed);
}

/** Where the keyboard is. */
function ring(pen, { x, y, w, h }, look) {
  pen.strokeStyle = look.accent;
  pen.lineWidth = 2;
  pen.beginPath();
  pen.roundRect(x - 2, y - 2, w + 4, h + 4, 7);
  pen.stroke();
}

/** What stands in a box: glyph, title, pods or a bar, a note at the right, a second line. */
function words(pen, mark, look, typed) {
  const { x, y, w, h, kind, state, under } = mark;
  const top = under ? y + 14 : y + h / 2 + 0.5;
  let left = x + 10;
  let right = x + w - 8;
  if (mark.bar) {
    const room = Math.max(24, Math.round(w * 0.27));
    barAt(pen, mark, look, left, room);
    left += room + 8;
    put(pen, look, 11, look.muted);
    const note = cut(pen, mark.note, right - left);
    pen.fillText(note, right - pen.measureText(note).width, top);
    return;
  }
  if (mark.note && (kind !== "service" || typed)) right = noteAt(pen, look, mark.note, top, right) - 8;
  if (mark.pods && mark.pods.length) right = podsAt(pen, mark, look, right - 4) - 6;
  if (state && !under) {
    put(pen, look, 13, look[state]);
    pen.fillText(GLYPHS[state], left, top);
    left += 18;
  }
  if (mark.lead) {
    put(pen, look, 12, look.muted, "600 ");
    const room = Math.max(LEAD, right - left - pen.measureText(mark.title).width); // the name comes first
    put(pen, look, 12, look.muted);
    const lead = cut(pen, mark.lead, room);
    pen.fillText(lead, left, top);
    left += pen.measureText(lead).width;
  }
  put(pen, look, 12, kind === "words" ? look.muted : kind === "fold" ? look.accent : look.text, mark.strong ? "600 " : "");
  const title = cut(pen, mark.title, kind === "clients" ? w - 6 : right - left);
  pen.fillText(title, kind === "clients" ? x + (w - pen.measureText(title).width) / 2 : left, top);
  if (under) {
    put(pen, look, 11, state ? look[state] : look.muted);
    pen.fillText(cut(pen, (state ? GLYPHS[state] + " " : "") + under, w - 18), x + 10, y + h - 12);
  }
}

/** Whether every Service has room for its type, with its name whole and at least the beginning of its namespace: all say it, or none. */
function isTyped(pen, layout, look) {
  layout.typed ??= layout.marks.every((mark) => {
    if (mark.kind !== "service") return true;
    put(pen, look, 11, look.muted);
    const note = pen.measureText(mark.note).width;
    put(pen, look, 12, look.text, "600 ");
    return note + pen.measureText(mark.title).width + Math.min(LEAD, pen.measureText(mark.lead).width) + 40 < mark.w; // glyph and margins
  });
  return layout.typed;
}

/** Draw `text` so that it ends at `right`; returns where it begins. */
function noteAt(pen, look, text, y, right) {
  put(pen, look, 11, look.muted);
  const wide = pen.measureText(text).width;
  pen.fillText(text, right - wide, y);
  return right - wide;
}

/** One square per pod, at most as many as half the box holds; returns where they begin. */
function podsAt(pen, mark, look, right) {
  const most = Math.max(2, Math.floor((mark.w * 0.42) / STEP));
  const over = mark.pods.length > most;
  const pods = over ? mark.pods.slice(0, most - 2) : mark.pods;
  const middle = mark.y + mark.h / 2;
  const end = over ? noteAt(pen, look, "+" + (mark.pods.length - pods.length), middle, right) - 2 : right;
  const start = end - pods.length * STEP;
  pods.forEach((pod, i) => square(pen, pod, look, start + i * STEP, middle - SQUARE / 2));
  return start;
}

function square(pen, pod, look, x, y) {
  pen.fillStyle = pen.strokeStyle = { ready: look.serving, half: look.degraded, absent: look.down, hollow: look.muted }[pod];
  pen.lineWidth = pod === "absent" ? 2 : 1.4;
  if (pod === "absent") {
    pen.beginPath();
    pen.moveTo(x + 1, y + 1); pen.lineTo(x + SQUARE - 1, y + SQUARE - 1);
    pen.moveTo(x + SQUARE - 1, y + 1); pen.lineTo(x + 1, y + SQUARE - 1);
    pen.stroke();
  } else if (pod === "ready") pen.fillRect(x, y, SQUARE, SQUARE);
  else pen.strokeRect(x + 0.7, y + 0.7, SQUARE - 1.4, SQUARE - 1.4);
  if (pod === "half") pen.fillRect(x, y, SQUARE / 2, SQUARE);
}

/** A stacked bar; what is there at all is at least two pixels wide. */
function barAt(pen, mark, look, x, wide) {
  const parts = mark.bar.filter(([, number]) => number);
  const sum = parts.reduce((total, [, number]) => total + number, 0);
  const spare = wide - 2 * parts.length;
  for (const [state, number] of parts) {
    const part = 2 + (spare * number) / sum;
    pen.fillStyle = look[state];
    pen.fillRect(x, mark.y + mark.h / 2 - 6, part, 12);
    x += part;
  }
}

/** `text` cut in the middle to `room` pixels of the font that is taken up. */
function cut(pen, text, room) {
  if (pen.measureText(text).width <= room) return text;
  const name = [text, Math.round(room), pen.font].join("\n");
  if (!cuts.has(name)) {
    if (cuts.size > 4000) cuts.clear();
    const said = (kept) => text.slice(0, kept - Math.floor(kept / 3)) + "…" + (kept > 2 ? text.slice(-Math.floor(kept / 3)) : "");
    let low = 0, high = text.length;
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if (pen.measureText(said(middle)).width <= room) low = middle;
      else high = middle;
    }
    cuts.set(name, said(low));
  }
  return /** @type {string} */ (cuts.get(name));
}
