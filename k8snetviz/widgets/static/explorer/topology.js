// The topology: a canvas over the part of the picture that is in sight. Mouse and arrow keys find marks; Enter and a click choose.

import { counted, element } from "./element.js";
import { HIGH } from "./lanes.js";
import { layoutOf, wantedOf } from "./layout.js";
import { isLit, paint } from "./paint.js";
import { litBy } from "./state.js";

const LEAST = 700;
const STILL = ["words", "clients"]; // marks that stand for nothing to choose

/** The topology in `box`: `draw` after every change of state. @param {HTMLElement} box @param {any} model @param {any} hooks */
export function topologyIn(box, model, hooks) {
  const canvas = /** @type {HTMLCanvasElement} */ (element("canvas", { role: "img" }));
  const room = element("div", {}, canvas);
  box.append(room);
  const below = element("button", { onclick: () => { box.scrollTop += HIGH - 80; box.focus({ preventScroll: true }); } });
  const fade = element("div", { class: "fade" }, below);
  box.after(fade);
  /** @type {any} */ let layout = null;
  let lit = null, chosen = null, hovered = null, focused = null, due = 0, drawn = 0, tall = 0;
  const repaint = () => {
    if (!layout) return;
    paint(canvas, layout, lit, chosen, box.scrollTop, Math.min(layout.height, HIGH), focused);
    const rest = layout.marks.filter((mark) => mark.y + mark.h / 2 > box.scrollTop + HIGH);
    const noun = layout.level === "namespace" ? "namespace" : "Service";
    const count = rest.filter(({ kind, part }) => kind === noun.toLowerCase() && !part).length;
    fade.hidden = !rest.length;
    below.textContent = "↓ " + (count ? counted(count, noun) : "more") + " below";
  };
  const soon = () => {
    due = due || requestAnimationFrame(() => { due = 0; repaint(); });
  };
  const at = (event) => {
    const frame = canvas.getBoundingClientRect();
    const x = event.clientX - frame.left, y = event.clientY - frame.top + box.scrollTop;
    return layout && layout.marks.find((mark) => x >= mark.x && x <= mark.x + mark.w && y >= mark.y && y <= mark.y + mark.h);
  };
  const inSight = (mark) => {
    const high = box.clientHeight;
    if (mark.y < box.scrollTop + 4 || mark.y + mark.h > box.scrollTop + high - 4) box.scrollTop = mark.y < high - 60 ? 0 : mark.y - high / 3;
    if (mark.x < box.scrollLeft || mark.x + mark.w > box.scrollLeft + box.clientWidth) box.scrollLeft = mark.x - 8;
  };
  function step(event) {
    const steps = { ArrowDown: [0, 1], ArrowUp: [0, -1], ArrowRight: [1, 0], ArrowLeft: [-1, 0] };
    if (event.key === "Enter" && focused) hooks.pick(focused);
    else if (event.key === "Escape") hooks.pick(null);
    else if (event.key in steps && layout) {
      focused = next(layout.marks.filter((mark) => !STILL.includes(mark.kind)), focused, steps[event.key]);
      if (focused) {
        inSight(focused);
        hooks.say(nameOf(focused));
      }
      soon();
    } else return;
    event.preventDefault();
  }
  canvas.addEventListener("click", (event) => hooks.pick(at(event) || null));
  canvas.addEventListener("mousemove", (event) => {
    const mark = at(event) || null;
    if (mark === hovered) return;
    hovered = mark;
    canvas.title = mark ? nameOf(mark) : "";
    canvas.style.cursor = mark && !STILL.includes(mark.kind) ? "pointer" : "default";
  });
  box.addEventListener("scroll", soon);
  box.addEventListener("keydown", step);
  box.addEventListener("blur", () => { focused = null; soon(); });
  return {
    /** Draw; the layout is made anew only where what it shows has changed. @returns {any} the layout */
    draw(found, state, changed) {
      const width = Math.max(LEAST, box.clientWidth || LEAST);
      const wanted = wantedOf(model, state);
      const folded = wanted >= 0 && layout && layout.level === "workload" && !layout.marks.some((mark) => same(mark, { kind: "service", key: wanted }));
      chosen = state.chosen;
      lit = litBy(model, chosen);
      if (changed || folded || drawn !== width) {
        const before = focused;
        layout = layoutOf(model, found, state, width);
        drawn = width;
        room.style.cssText = "width:" + width + "px;height:" + layout.height + "px";
        tall = Math.max(tall, Math.min(layout.height, HIGH));
        box.style.minHeight = tall + 2 + "px"; // what is below does not jump while the reader types
        fade.style.bottom = box.offsetHeight - box.clientHeight - 1 + "px"; // above the bar that scrolls sideways
        canvas.setAttribute("aria-label", layout.alt);
        focused = before && (layout.marks.find((mark) => same(mark, before)) || null);
        hovered = null;
      }
      repaint();
      return layout;
    },
    /** Scroll what is chosen into sight. */
    reveal(choice) {
      const mark = layout && choice && (layout.marks.find((each) => same(each, choice)) || layout.marks.find((each) => isLit(each, lit, choice)));
      if (mark) inSight(mark);
    },
    repaint: soon,
  };
}

function same(mark, other) {
  return mark.kind === other.kind && mark.key === other.key && (mark.part || 0) === (other.part || 0);
}

function nameOf(mark) {
  return [mark.kind === "fold" ? "open" : "", (mark.lead || "") + (mark.title || mark.key), mark.note, mark.under, mark.state].filter(Boolean).join(" · ");
}

/** The mark nearest to `from` in the direction `[x, y]`; the first one where there is none yet. */
function next(marks, from, [dx, dy]) {
  if (!from) return marks.find((mark) => mark.kind === "service" || mark.kind === "namespace") || marks[0] || null;
  const middle = ({ x, y, w, h }) => [x + w / 2, y + h / 2];
  const [fx, fy] = middle(from);
  let best = from, least = Infinity;
  for (const mark of marks) {
    const [x, y] = middle(mark);
    const ahead = (x - fx) * dx + (y - fy) * dy, aside = Math.abs((x - fx) * dy) + Math.abs((y - fy) * dx);
    if (ahead < 4 || (dy && aside > mark.w) || mark === from) continue;
    if (ahead + 3 * aside < least) [best, least] = [mark, ahead + 3 * aside];
  }
  return best;
}
