// The topology on a 2D canvas. The mouse selects here; everything is also reachable through table and search.

import { element } from "./element.js";
import { layoutOf } from "./layout.js";
import { GLYPHS, litBy } from "./state.js";

const SQUARE = 10, STEP = 13;

/** The topology in `box`: `draw` after every change of state. @param {HTMLElement} box @param {any} model @param {any} hooks */
export function topologyIn(box, model, hooks) {
  const canvas = /** @type {HTMLCanvasElement} */ (element("canvas", { role: "img" }));
  box.append(canvas);
  let layout = null;
  let hovered = null;
  const at = (event) => {
    const frame = canvas.getBoundingClientRect();
    const x = event.clientX - frame.left, y = event.clientY - frame.top;
    return layout && layout.marks.find((mark) => x >= mark.x && x <= mark.x + mark.w && y >= mark.y && y <= mark.y + mark.h);
  };
  canvas.addEventListener("click", (event) => hooks.pick(at(event) || null));
  canvas.addEventListener("mousemove", (event) => {
    const mark = at(event) || null;
    if (mark === hovered) return;
    hovered = mark;
    canvas.title = mark ? [(mark.lead || "") + mark.title, mark.note, mark.under, mark.state].filter(Boolean).join(" · ") : "";
    canvas.style.cursor = mark && !["words", "clients", "entries"].includes(mark.kind) && mark.key !== "more" ? "pointer" : "default";
  });
  return {
    draw(services, state) {
      const width = Math.max(700, box.clientWidth || 700);
      layout = layoutOf(model, services, state, width);
      canvas.setAttribute("aria-label", layout.alt);
      paint(canvas, layout, litBy(model, state.chosen), state.chosen);
    },
    /** Scroll what is chosen into sight. */
    reveal(choice) {
      const mark = layout && choice && layout.marks.find((each) => each.kind === choice.kind && each.key === choice.key);
      if (mark && (mark.y < box.scrollTop || mark.y + mark.h > box.scrollTop + box.clientHeight)) box.scrollTop = Math.max(0, mark.y - 60);
    },
  };
}

function paint(canvas, layout, lit, chosen) {
  const ratio = Math.min(3, window.devicePixelRatio || 1);
  canvas.width = Math.round(layout.width * ratio);
  canvas.height = Math.round(layout.height * ratio);
  canvas.style.width = layout.width + "px";
  canvas.style.height = layout.height + "px";
  const pen = canvas.getContext("2d");
  if (!pen) return;
  pen.scale(ratio, ratio);
  const look = looksOf(canvas);
  pen.textBaseline = "middle";
  label(pen, look, layout.titles);
  const marks = new Map(layout.marks.map((mark) => [nameOf(mark), mark]));
  const bright = layout.marks.filter((mark) => isLit(mark, lit, chosen));
  const lights = new Set(bright);
  const color = lightOf(bright, chosen, look);
  const edges = layout.edges.map((edge) => ({ ...edge, from: marks.get(edge.from.join()), to: marks.get(edge.to.join()) })).filter((edge) => edge.from && edge.to);
  const shining = (edge) => (lights.has(edge.from) || edge.from.kind === "clients") && lights.has(edge.to) && bright.length > 0;
  const alpha = edges.length > 200 ? 0.55 : 0.9;
  for (const edge of edges) if (!shining(edge)) line(pen, edge, look.edge, 1, alpha);
  for (const edge of edges) if (shining(edge)) line(pen, edge, color, 2, 1);
  for (const mark of layout.marks) box(pen, mark, look, lights.has(mark), isChosen(mark, chosen), color);
}

function nameOf(mark) {
  return mark.part ? [mark.kind, mark.key, mark.part].join() : [mark.kind, mark.key].join();
}

function isLit(mark, lit, chosen) {
  if (!chosen) return false;
  if (mark.kind === "service") return lit.services.has(mark.key);
  if (mark.kind === "group") return mark.dashed ? [...lit.services].some((place) => "near " + place === mark.key) : lit.groups.has(mark.key);
  if (mark.kind === "node") return lit.nodes.has(mark.key) || isChosen(mark, chosen);
  if (mark.kind === "zone") return lit.zones.has(mark.key) || isChosen(mark, chosen);
  return mark.kind === "entry" && lit.entries.has(mark.key);
}

function isChosen(mark, chosen) {
  return Boolean(chosen) && mark.kind === chosen.kind && mark.key === chosen.key;
}

/** Colour of the lit path: that of the Service's state, if it is one Service. */
function lightOf(bright, chosen, look) {
  const services = bright.filter((mark) => mark.kind === "service");
  return services.length === 1 && chosen ? look[services[0].state] : look.accent;
}

/** Colours of the theme that is on. */
function looksOf(canvas) {
  const style = getComputedStyle(canvas);
  const names = ["text", "muted", "panel", "chosen", "border", "edge", "accent", "down", "degraded", "unknown", "empty", "serving", "external"];
  const look = Object.fromEntries(names.map((name) => [name, style.getPropertyValue("--kx-" + name).trim() || "#888"]));
  look.font = style.fontFamily;
  return look;
}

function label(pen, look, titles) {
  pen.font = "11px " + look.font;
  pen.fillStyle = look.muted;
  for (const [title, x] of titles) pen.fillText(title, x + 1, 16);
}

function line(pen, edge, color, width, alpha) {
  const { from, to } = edge;
  const x = from.x + from.w, y = from.y + from.h / 2, end = to.x, low = to.y + to.h / 2;
  const bend = Math.min(60, (end - x) / 2);
  pen.globalAlpha = alpha;
  pen.strokeStyle = color;
  pen.lineWidth = width;
  pen.setLineDash(edge.dashed ? [3, 3] : []);
  pen.beginPath();
  pen.moveTo(x, y);
  pen.bezierCurveTo(x + bend, y, end - bend, low, end, low);
  pen.stroke();
  pen.setLineDash([]);
  pen.globalAlpha = 1;
}

function box(pen, mark, look, lit, chosen, color) {
  const { x, y, w, h } = mark;
  if (mark.plain) return words(pen, mark, look);
  pen.beginPath();
  pen.roundRect(x + 0.5, y + 0.5, w - 1, h - 1, mark.kind === "clients" ? 14 : 5);
  pen.fillStyle = chosen ? look.chosen : look.panel;
  pen.fill();
  const frame = mark.kind === "service" || mark.state ? look[mark.state] || look.border : look.border;
  pen.strokeStyle = lit ? color : frame;
  pen.lineWidth = lit ? 2 : 1;
  pen.setLineDash(mark.dashed ? [4, 3] : []);
  pen.stroke();
  pen.setLineDash([]);
  return words(pen, mark, look);
}

/** What stands in a box: glyph, title, pods or a bar, a note at the right, a second line. */
function words(pen, mark, look) {
  const top = mark.under ? mark.y + 14 : mark.y + mark.h / 2 + 0.5;
  let left = mark.x + 10;
  let right = mark.x + mark.w - 8;
  if (mark.note && hasRoom(pen, mark, look, right - left)) right = noteAt(pen, mark, look, top, right);
  if (mark.pods && mark.pods.length) right = podsAt(pen, mark, look, right - 4) - 6;
  if (mark.bar) return barAt(pen, mark, look, left, right);
  if (mark.state && !mark.under) {
    pen.font = "13px " + look.font;
    pen.fillStyle = look[mark.state];
    pen.fillText(GLYPHS[mark.state], left, top);
    left += 18;
  }
  if (mark.kind === "clients") left = mark.x + (mark.w - measured(pen, look, mark.title, "")) / 2;
  if (mark.lead) left = fitted(pen, mark.lead, left, top, (right - left) * 0.45, "12px " + look.font, look.muted);
  fitted(pen, mark.title, left, top, mark.kind === "clients" ? mark.w - 6 : right - left, (mark.strong ? "600 " : "") + "12px " + look.font, mark.kind === "words" ? look.muted : look.text);
  if (mark.under) {
    const told = (mark.state ? GLYPHS[mark.state] + " " : "") + mark.under;
    fitted(pen, told, mark.x + 10, mark.y + mark.h - 12, mark.w - 18, "11px " + look.font, mark.state ? look[mark.state] : look.muted);
  }
  return undefined;
}

/** A Service's name comes before its type. */
function hasRoom(pen, mark, look, room) {
  return !mark.lead || measured(pen, look, mark.lead, "") + measured(pen, look, mark.title + "  " + mark.note, "600 ") + 18 < room;
}

function noteAt(pen, mark, look, y, right) {
  pen.font = "11px " + look.font;
  const wide = pen.measureText(mark.note).width;
  pen.fillStyle = look.muted;
  pen.fillText(mark.note, right - wide, y);
  return right - wide - 8;
}

/** One square per pod, at most as many as half the box holds; returns where they begin. */
function podsAt(pen, mark, look, right) {
  const most = Math.max(2, Math.floor((mark.w * 0.42) / STEP));
  const over = mark.pods.length > most;
  const pods = over ? mark.pods.slice(0, most - 2) : mark.pods;
  let start = right - pods.length * STEP;
  const y = mark.y + mark.h / 2 - SQUARE / 2;
  if (over) {
    const more = "+" + (mark.pods.length - pods.length);
    pen.font = "11px " + look.font;
    const wide = pen.measureText(more).width;
    pen.fillStyle = look.muted;
    pen.fillText(more, right - wide, mark.y + mark.h / 2);
    start -= wide + 2;
  }
  pods.forEach((pod, i) => square(pen, pod, look, start + i * STEP, y));
  return start;
}

function square(pen, pod, look, x, y) {
  const color = { ready: look.serving, half: look.degraded, absent: look.down, hollow: look.muted }[pod];
  pen.fillStyle = pen.strokeStyle = color;
  pen.lineWidth = 1.4;
  if (pod === "absent") {
    pen.lineWidth = 2;
    pen.beginPath();
    pen.moveTo(x + 1, y + 1); pen.lineTo(x + SQUARE - 1, y + SQUARE - 1);
    pen.moveTo(x + SQUARE - 1, y + 1); pen.lineTo(x + 1, y + SQUARE - 1);
    pen.stroke();
    return;
  }
  if (pod === "ready") pen.fillRect(x, y, SQUARE, SQUARE);
  else pen.strokeRect(x + 0.7, y + 0.7, SQUARE - 1.4, SQUARE - 1.4);
  if (pod === "half") pen.fillRect(x, y, SQUARE / 2, SQUARE);
}

function barAt(pen, mark, look, left, right) {
  const wide = Math.max(20, Math.min(right - left, mark.w * 0.46));
  const sum = mark.bar.reduce((total, [, number]) => total + number, 0) || 1;
  let x = left;
  for (const [state, number] of mark.bar) {
    const part = number ? Math.max(2, (wide * number) / sum) : 0;
    pen.fillStyle = look[state];
    pen.fillRect(x, mark.y + mark.h / 2 - 6, part, 12);
    x += part;
  }
}

function measured(pen, look, text, weight) {
  pen.font = weight + "12px " + look.font;
  return pen.measureText(text).width;
}

/** Draw `text`, cut in the middle to `room` pixels; returns where it ends. */
function fitted(pen, text, x, y, room, font, color) {
  pen.font = font;
  pen.fillStyle = color;
  let said = text;
  for (let kept = text.length - 1; kept > 0 && pen.measureText(said).width > room; kept--) {
    const tail = Math.floor(kept / 3);
    said = text.slice(0, kept - tail) + "…" + (tail ? text.slice(-tail) : "");
  }
  pen.fillText(said, x, y);
  return x + pen.measureText(said).width;
}
