// The header card and the filters: states as chips, search, namespace, reason.

import { element } from "./element.js";
import { GLYPHS, STATES } from "./state.js";

/** The lines above the picture in `box`. @param {HTMLElement} box @param {any} model @param {any} hooks */
export function headIn(box, model, hooks) {
  const { head, services } = model;
  const gaps = element("button", { type: "button", class: "gaps" + (head.gap_count ? " some" : ""), onclick: () => hooks.pick(null), title: head.gaps }, head.gaps);
  box.append(element("div", { class: "head" }, element("b", {}, head.name), element("span", { class: "quiet" }, head.facts), gaps));
  const chips = STATES.filter((state) => services.some((service) => service.state === state)).map((state) => {
    const number = services.filter((service) => service.state === state).length.toLocaleString("en-US");
    const glyph = element("span", { class: "s-" + state, "aria-hidden": "true" }, GLYPHS[state] + " ");
    return { state, chip: element("button", { type: "button", class: "chip", "aria-pressed": "false", onclick: () => hooks.toggle(state) }, glyph, number + " " + state) };
  });
  const search = /** @type {HTMLInputElement} */ (element("input", { type: "search", placeholder: "search", "aria-label": "Search", oninput: () => hooks.search(search.value) }));
  const spaces = choiceOf("Namespace", "all namespaces", model.namespaces, (value) => hooks.narrow("namespace", value));
  const reasons = choiceOf("Reason", "all reasons", reasonsOf(model), (value) => hooks.narrow("reason", value));
  const clear = /** @type {HTMLButtonElement} */ (element("button", { type: "button", onclick: hooks.clear }, "clear"));
  box.append(element("div", { class: "bar1", role: "group", "aria-label": "Filters" }, ...chips.map(({ chip }) => chip), element("span", { class: "fill" }), search, spaces, reasons, clear));
  return {
    draw(state) {
      for (const { state: name, chip } of chips) chip.setAttribute("aria-pressed", state.states.has(name) ? "true" : "false");
      if (search.value !== state.query) search.value = state.query;
      spaces.value = state.namespace;
      reasons.value = state.reason;
      clear.disabled = !(state.states.size || state.query || state.namespace || state.reason);
    },
  };
}

function reasonsOf(model) {
  const found = new Set([...model.rows.reason, ...model.services.map((service) => service.reason)]);
  found.delete(null);
  return [...found].sort();
}

function choiceOf(label, all, values, change) {
  const made = /** @type {HTMLSelectElement} */ (element("select", { "aria-label": label, onchange: () => change(made.value) }, element("option", { value: "" }, all)));
  for (const value of values) made.append(element("option", { value }, value));
  return made;
}
