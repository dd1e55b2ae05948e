// The view of one moment: parts that draw from the state, and what the reader does to it.

import { detailsOf, spoken } from "./details.js";
import { counted, element } from "./element.js";
import { prepare, seen } from "./filter.js";
import { headIn } from "./head.js";
import { hooksOf } from "./hooks.js";
import { backTo, placeIn } from "./kept.js";
import { pathIn } from "./path.js";
import { firstState, known, rowsOfChoice } from "./state.js";
import { tableIn } from "./table.js";
import { topologyIn } from "./topology.js";

/**
 * Show `model` in `box`, which is in the shadow root `root`. `filters` are those of an earlier view: with `strict`, kept only if they find anything.
 * @param {ShadowRoot} root @param {HTMLElement} box @param {any} model
 * @param {{told: (choice: any) => void, say: (text: string) => void, earlier: () => void}} around
 * @param {any} [filters] @param {boolean} [strict]
 */
export function viewIn(root, box, model, { told, say, earlier }, filters, strict) {
  const path = element("div", { class: "path", role: "group", "aria-label": "What is drawn" });
  const stage = element("div", { class: "stage", role: "region", "aria-label": "Topology: arrow keys go from mark to mark, Enter chooses", tabindex: 0 });
  const left = element("div", { class: "pane" });
  const details = element("section", { class: "details pane", "aria-label": "Details", tabindex: 0 });
  const frame = element("div");
  const state = { ...firstState(), ...filters };
  let found = seen(model, state);
  if (strict && !found.rows.length) found = seen(model, Object.assign(state, firstState()));
  let due = null; // a choice to scroll to
  let still = null; // where the reader is, instead of that
  let width = 0, changed = true;
  const hooks = { earlier, ...hooksOf(model, state, { filter, draw, relayout: () => { changed = true; draw(); }, told: (choice) => { show(choice); told(choice); }, say }) };
  const head = headIn(frame, model, hooks);
  frame.append(path, element("div", { class: "scene" }, stage), element("div", { class: "below" }, left, details));
  box.replaceChildren(frame);
  const line = pathIn(path, hooks);
  const topology = topologyIn(stage, model, hooks);
  const table = tableIn(left, model, hooks);

  function filter() {
    const row = found.rows[state.cursor];
    found = seen(model, state);
    state.cursor = row === undefined || !found.has[row] ? -1 : found.rows.indexOf(row);
    changed = true;
    draw();
    say(counted(found.rows.length, "row") + " of " + counted(found.services.length, "Service"));
  }
  function draw() {
    if (!stage.clientWidth) return; // hidden; the observer of its size draws when it is seen
    width = stage.clientWidth;
    const active = root.activeElement;
    const layout = topology.draw(found, state, changed);
    head.draw(state, layout.level);
    line.draw(state, layout);
    table.draw(found.rows, state);
    const inside = active !== null && details.contains(active);
    details.replaceChildren(...detailsOf(model, state, hooks, found.services));
    details.scrollTop = 0;
    if (inside) details.focus({ preventScroll: true }); // what had the focus is gone
    else if (active && !active.isConnected) stage.focus({ preventScroll: true });
    say(spoken(model, state));
    changed = false;
    const choice = due, place = still;
    due = still = null;
    if (choice) reveal(choice, place === null);
    if (place) backTo(root, place);
  }
  /** Draw, and scroll to what is chosen as soon as it can be seen. */
  function show(choice) {
    due = choice;
    draw();
  }
  function reveal(choice, scroll) {
    const place = table.reveal(choice, scroll);
    if (state.cursor < 0 && place >= 0) {
      state.cursor = place;
      table.repaint();
    }
    if (scroll) topology.reveal(choice);
  }
  /** Take a choice from outside; filters that would hide it are cleared. With a `place`, the reader stays there with the same filters. */
  function choose(wanted, place = null) {
    const choice = known(model, wanted);
    Object.assign(state, { chosen: choice, panel: place ? place.panel : "", cursor: -1 });
    if (choice && !place) state.absent = null;
    still = place;
    if (place) return show(choice);
    const rows = rowsOfChoice(model, choice);
    if (rows.length && !rows.some((row) => found.has[row])) hooks.clear();
    if (choice && choice.kind === "service") hooks.descend(choice.key, found.services);
    return show(choice);
  }
  const size = new ResizeObserver(() => {
    if (stage.clientWidth === width) return;
    requestAnimationFrame(draw); // drawing changes sizes, which a browser counts as an error while it tells of them
  });
  size.observe(stage);
  const ready = setTimeout(() => prepare(model), 500); // so that the first letter of a search need not wait
  return {
    choose,
    /** Take the choice that came with the data. */
    first() {
      const wanted = model.select && model.services.find((service) => service.ref === model.select);
      if (wanted) choose({ kind: "service", key: wanted.place });
    },
    hear: head.hear,
    repaint: topology.repaint,
    chosen: () => state.chosen,
    place: () => ({ ...placeIn(root), panel: state.panel }),
    filters: () => ({ ...state, chosen: null, panel: "", cursor: -1 }),
    stop() {
      clearTimeout(ready);
      size.disconnect();
      box.replaceChildren();
    },
  };
}
