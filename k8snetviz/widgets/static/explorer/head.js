// The header card and the filters: states as chips, search, and a choice for each thing of which there are several.

import { element, number } from "./element.js";
import { filtersOf } from "./filter.js";
import { GLYPHS, STATES } from "./state.js";

const FEW = 40; // values a list to choose from holds; more are found by typing

/** The lines above the picture in `box`. @param {HTMLElement} box @param {any} model @param {any} hooks */
export function headIn(box, model, hooks) {
  const { head, services } = model;
  const age = element("span", { class: "age" });
  const gaps = element("button", { class: "gaps" + (head.gap_count ? " some" : ""), "aria-pressed": "false", onclick: () => hooks.panel("gaps") }, head.gaps);
  box.append(element("div", { class: "head" }, element("b", {}, head.name), element("span", { class: "quiet" }, head.facts), age, gaps));
  const chips = STATES.filter((state) => model.states.has(state)).map((state) => {
    const count = number(services.filter((service) => service.state === state).length);
    const glyph = element("span", { class: "s-" + state, "aria-hidden": "true" }, GLYPHS[state] + " ");
    return { state, chip: element("button", { class: "chip", "aria-pressed": "false", onclick: () => hooks.toggle(state) }, glyph, count + " " + state) };
  });
  const search = /** @type {HTMLInputElement} */ (element("input", { type: "search", placeholder: "search", "aria-label": "Search", oninput: () => hooks.search(search.value) }));
  const filters = filtersOf(model).map(([name, plural, values]) => (values.length > FEW ? typed : listed)(name, plural, values, (value) => hooks.narrow(name, value)));
  const changes = model.change.reduce((sum, change) => sum + (change ? 1 : 0), 0);
  const changed = !globalThis.KX_ONE && model.since ? element("button", { class: "chip", "aria-pressed": "false", onclick: hooks.changed }, "≠ " + number(changes) + " changed since " + model.since) : null;
  const clear = /** @type {HTMLButtonElement} */ (element("button", { onclick: hooks.clear }, "clear"));
  const by = /** @type {HTMLSelectElement} */ (element("select", { "aria-label": "Picture", onchange: () => hooks.level(by.value) },
    ...["namespace", "workload"].map((level) => element("option", { value: level }, "by " + level))));
  box.append(
    element("div", { class: "bar1", role: "group", "aria-label": "States" }, ...chips.map(({ chip }) => chip), changed, model.namespaces.length > 1 ? by : null),
    element("div", { class: "bar1", role: "group", "aria-label": "Filters" }, search, ...filters.map(({ made }) => made), clear),
  );
  return {
    /** Say how old the data may be. @param {{said: string, lost: boolean}} told */
    hear(told) {
      age.textContent = (told.lost ? "◐ " : "● ") + told.said;
      age.classList.toggle("lost", told.lost);
    },
    draw(state, level) {
      by.value = level;
      for (const { state: name, chip } of chips) chip.setAttribute("aria-pressed", String(state.states.has(name)));
      gaps.setAttribute("aria-pressed", String(state.panel === "gaps"));
      if (search.value !== state.query) search.value = state.query;
      for (const { name, show } of filters) show(state.only[name] ?? "");
      if (changed) changed.setAttribute("aria-pressed", String(state.changed));
      clear.disabled = !(state.changed || state.states.size || state.query || Object.keys({ ...state.only, ...state.away }).length);
    },
  };
}

function labelOf(name) {
  return name[0].toUpperCase() + name.slice(1);
}

/** A filter with few values: a list to choose from. */
function listed(name, plural, values, narrow) {
  const made = /** @type {HTMLSelectElement} */ (element("select", { "aria-label": labelOf(name), onchange: () => narrow(made.value) }, element("option", { value: "" }, "all " + plural)));
  for (const value of values) made.append(element("option", { value }, value));
  return { name, made, show: (value) => { made.value = value; } };
}

/** A filter with many values: typed, with the first that fit to choose from. */
function typed(name, plural, values, narrow) {
  const known = new Set(values);
  const list = element("datalist", { id: "kx-" + name });
  const input = /** @type {HTMLInputElement} */ (element("input", { list: list.id, placeholder: "all " + plural, "aria-label": labelOf(name), autocomplete: "off" }));
  let last = "";
  const fitting = (most) => {
    const wanted = input.value.toLowerCase(), found = [];
    for (const value of values) {
      if (found.length === most) break;
      if (value.toLowerCase().includes(wanted)) found.push(value);
    }
    return found;
  };
  const take = (value) => {
    input.removeAttribute("aria-invalid");
    if (value !== last) narrow(value);
  };
  const offer = () => list.replaceChildren(...fitting(FEW).map((value) => element("option", { value })));
  input.addEventListener("focus", offer);
  input.addEventListener("input", () => {
    offer();
    if (!input.value || known.has(input.value)) take(input.value);
  });
  input.addEventListener("change", () => {
    const [only, ...others] = fitting(2);
    if (!input.value || known.has(input.value)) take(input.value);
    else if (only && !others.length) take(only);
    else input.setAttribute("aria-invalid", "true");
  });
  const show = (value) => {
    if (value !== last || (!value && !input.matches(":focus"))) input.value = value;
    last = value;
  };
  return { name, made: element("span", {}, input, list), show };
}
