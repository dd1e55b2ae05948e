// One explorer in one element: parts that draw from the state, and what the reader does to it.

import { element } from "./element.js";
import { detailsOf, spoken } from "./details.js";
import { headIn } from "./head.js";
import { firstState, rowsOfChoice, seen } from "./state.js";
import { adopt } from "./style.js";
import { tableIn } from "./table.js";
import { followTheme } from "./theme.js";
import { topologyIn } from "./topology.js";

/**
 * Show `model` in `host`; `told` hears of each choice the reader makes. `filters` are those of an earlier view, kept if they find anything.
 * @param {HTMLElement} host @param {any} model @param {(choice: any) => void} told @param {any} [filters]
 * @returns {{stop: () => void, choose: (choice: any) => void, filters: () => any}}
 */
export function viewIn(host, model, told, filters) {
  const root = host.shadowRoot || host.attachShadow({ mode: "open" });
  adopt(root);
  const stage = element("div", { class: "stage" });
  const left = element("div", { class: "pane" });
  const details = element("section", { class: "details pane", "aria-label": "Details", tabindex: 0 });
  const said = element("div", { class: "said", "aria-live": "polite" });
  const frame = element("div", { class: "kx" });
  const state = { ...firstState(), ...filters };
  let found = seen(model, state);
  if (filters && !found.rows.length) found = seen(model, Object.assign(state, firstState()));
  let due = null; // a choice to scroll to
  let width = 0;
  const hooks = hooksOf(model, state, filter, (choice) => { show(choice); told(choice); });
  const head = headIn(frame, model, hooks);
  frame.append(stage, element("div", { class: "below" }, left, details), said);
  root.replaceChildren(frame);
  host.setAttribute("data-lm-suppress-shortcuts", "true");
  frame.addEventListener("keydown", (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation(); // letters are shortcuts of the notebook around
  });
  const topology = topologyIn(stage, model, hooks);
  const table = tableIn(left, model, hooks);

  function filter() {
    const row = found.rows[state.cursor];
    found = seen(model, state);
    state.cursor = found.rows.indexOf(row);
    draw();
  }
  function draw() {
    if (!stage.clientWidth) return; // hidden; the observer of its size draws when it is seen
    head.draw(state);
    topology.draw(found.services, state);
    table.draw(found.rows, state);
    details.replaceChildren(...detailsOf(model, state.chosen, hooks));
    details.scrollTop = 0;
    said.textContent = spoken(model, state.chosen);
    const choice = due;
    due = null;
    if (choice) reveal(choice);
  }
  /** Draw, and scroll to what is chosen as soon as it can be seen. */
  function show(choice) {
    due = choice;
    draw();
  }
  function reveal(choice) {
    const place = table.reveal(choice);
    if (state.cursor < 0 && place >= 0) {
      state.cursor = place;
      table.draw(found.rows, state);
    }
    topology.reveal(choice);
  }
  /** Take a choice from outside; filters that would hide it are cleared. */
  function choose(choice) {
    state.chosen = choice;
    state.cursor = -1;
    const wanted = rowsOfChoice(model, choice);
    if (wanted.length && !wanted.some((row) => found.rows.includes(row))) hooks.clear();
    show(choice);
  }
  const size = new ResizeObserver(() => {
    if (stage.clientWidth === width) return;
    width = stage.clientWidth;
    draw();
  });
  const unfollow = followTheme(host, (dark) => {
    frame.classList.toggle("dark", dark);
    requestAnimationFrame(draw); // not at once: a page that changes its theme may be hidden just now
  });
  size.observe(stage);
  if (model.select) {
    const wanted = model.services.find((service) => service.ref === model.select);
    if (wanted) choose({ kind: "service", key: wanted.place });
  }
  return { choose, filters: () => ({ ...state, chosen: null, cursor: -1 }), stop: () => { size.disconnect(); unfollow(); root.replaceChildren(); } };
}

/** What the reader can do, as functions that change the state and draw. */
function hooksOf(model, state, filter, told) {
  const pick = (choice) => {
    state.chosen = choice;
    state.cursor = -1;
    told(choice);
  };
  return {
    /** A mark of the picture, or a choice, or nothing. */
    pick(mark) {
      if (mark && mark.kind === "namespace") return this.narrow("namespace", mark.key);
      if (mark && mark.kind === "group" && String(mark.key).startsWith("near ")) return pick({ kind: "service", key: Number(String(mark.key).slice(5)) });
      if (mark && (["words", "clients", "entries"].includes(mark.kind) || String(mark.key).startsWith("more "))) return undefined;
      return pick(mark ? { kind: mark.kind, key: mark.key } : null);
    },
    /** The row at `place` of the table. */
    walk(place, row) {
      const { rows } = model;
      const bare = rows.pod[row] === null && rows.address[row] === null;
      state.chosen = bare ? { kind: "service", key: rows.own[row] } : { kind: "row", key: row };
      state.cursor = place;
      told(state.chosen);
    },
    enter: (row) => pick({ kind: "service", key: model.rows.own[row] }),
    toggle(name) {
      if (!state.states.delete(name)) state.states.add(name);
      filter();
    },
    search(text) { state.query = text; filter(); },
    narrow(name, value) { state[name] = value; filter(); },
    clear() {
      Object.assign(state, { query: "", namespace: "", reason: "" });
      state.states.clear();
      filter();
    },
    sort(column) {
      const same = state.sort.column === column;
      state.sort = same && state.sort.down ? { column: "", down: false } : { column, down: same };
      filter();
    },
  };
}
