// What the details panel tells while nothing is selected: what does not serve, worst first, and what is not known.

import { changesOf } from "./changed.js";
import { counted, element, number } from "./element.js";
import { countsOf, told } from "./lanes.js";
import { glyph, heading, link, listOf, quiet, sentence } from "./parts.js";
import { QUIET } from "./state.js";

const MOST = 8; // Services at first

/** The panel about the seen `services`, which come broken first. @param {any} model @param {any[]} services @param {any} hooks @returns {(Node|string)[]} */
export function overviewOf(model, services, hooks) {
  const bad = services.filter(({ state }) => !QUIET.includes(state));
  const among = services.length < model.services.length ? ", of those that pass the filters" : "";
  const item = ({ state, ref, detail, place }) => [element("button", { class: "trouble", title: detail, onclick: () => hooks.pick({ kind: "service", key: place }) },
    element("b", {}, glyph(state), ref), " ", quiet(detail || ""))];
  const depend = services.filter(({ unknown }) => unknown).length;
  return [
    ...(bad.length ? [heading(null, number(bad.length) + " of " + counted(services.length, "Service") + " to look at"), quiet(told(countsOf(bad)) + among), listOf(bad, item, MOST)]
      : [sentence("serving", services.length ? "Nothing is broken: " + told(countsOf(services)) + among + "." : "No Service passes these filters.", "")]),
    ...(globalThis.KX_ONE ? [] : changesOf(model, hooks)),
    model.head.gap_count ? element("div", { class: "bar gap" }, link(model.head.gaps, () => hooks.panel("gaps")), depend ? quiet(" · " + counted(depend, "answer") + (depend === 1 ? " depends" : " depend") + " on them") : "") : "",
    element("p", { class: "quiet" }, "Select a Service, a pod or a node: in the picture, in the table, or by search."),
  ];
}
