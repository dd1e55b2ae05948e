// What differs from the moment before, in words: of the whole, of a Service, of a backend that is gone.

import { element, shown } from "./element.js";
import { BETTER, GONE, NEW, OTHER, WORSE } from "./moments.js";
import { factsOf, glyph, heading, link, listOf, quiet, sentence } from "./parts.js";
import { portOf } from "./table.js";

const WORDS = /** @type {[number, string][]} */ ([[WORSE, "worse"], [BETTER, "better"], [NEW, "new"], [GONE, "gone"], [OTHER, "otherwise"]]);

/** ``3 worse, 1 new`` of the rows of a model. */
export function countedChanges(model) {
  const counts = new Array(WORDS.length + 1).fill(0);
  for (const change of model.change) counts[change] += 1;
  return WORDS.filter(([change]) => counts[change]).map(([change, word]) => counts[change].toLocaleString("en-US") + " " + word).join(", ");
}

/** Services whose state differs, for the panel that tells of the whole. @param {any} model @param {any} hooks @returns {(Node|string)[]} */
export function changesOf(model, hooks) {
  if (!model.since) return [];
  const rows = countedChanges(model);
  const services = [...model.services.filter(({ was }) => was), ...model.lost.map((service) => ({ ...service, gone: true }))];
  const item = (service) => [
    ...(service.gone ? [glyph(service.state), service.ref] : [link(service.ref, () => hooks.pick({ kind: "service", key: service.place }))]), " ",
    ...(service.gone ? [quiet("− gone")] : service.was === "new" ? [quiet("+ new, "), glyph(service.state), service.state] : [glyph(service.was), quiet(service.was + " → "), glyph(service.state), service.state]),
  ];
  return [
    heading(null, "Since " + model.since), quiet(rows ? "rows: " + rows : "nothing changed"),
    services.length ? listOf(services, item, 8) : rows ? element("p", { class: "quiet" }, "No Service changed its state.") : "",
  ];
}

/** What a Service was, as a fact of it. @returns {[string, any]} */
export function wasOf(model, { was }) {
  return ["changed", !was ? null : was === "new" ? "+ new since " + model.since : [quiet("was "), glyph(was), was + " in " + model.since]];
}

/** A backend that is gone. @param {any} model @param {number} row @param {any} hooks @returns {(Node|string)[]} */
export function goneOf(model, row, hooks) {
  const { rows, services } = model;
  const service = services[rows.own[row]];
  const said = (name) => rows[name][row];
  const ref = (service || model.ghosts.get(row)).ref;
  return [
    heading(null, (said("pod") || said("address") || ref) + " is gone"),
    sentence("unknown", "It was there in " + model.since + ", and it was " + said("state") + ".", said("reason_text") || ""),
    factsOf([
      ["behind", service ? link(ref, () => hooks.pick({ kind: "service", key: service.place })) : ref + ", gone too"], ["port", portOf(rows, row)], ["address", said("address")],
      ["workload", said("workload") && shown(said("workload_kind")) + " " + said("workload")], ["node", said("node")], ["zone", said("area")],
    ]),
    link("show the moment before", hooks.earlier),
  ];
}

/** One line about a backend that is gone, for screen readers. */
export function goneSpoken(model, row) {
  const { rows, services } = model;
  return [(services[rows.own[row]] || model.ghosts.get(row)).ref, portOf(rows, row), shown(rows.pod[row]), "gone, was " + rows.state[row]].join(", ");
}

/** What is selected and not there. */
export function absentOf(absent) {
  return absent ? [element("div", { class: "bar gap" }, quiet("not there at this moment: "), absent.words)] : [];
}
