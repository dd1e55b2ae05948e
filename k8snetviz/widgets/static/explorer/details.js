// The details panel: a sentence, what it rests on, the command that confirms it.

import { counted, element, shown } from "./element.js";
import { GLYPHS, STATES, rowsOfChoice } from "./state.js";
import { portOf } from "./table.js";

const LEADS = { down: "Nothing answers: ", degraded: "It answers only in part: ", empty: "Nothing answers, and nothing is meant to: " };
const SAID = { // what a reason means for one pod or address
  NOT_READY: "The pod is not ready", PORT_UNRESOLVED: "The pod declares no port of the name that the Service asks for", NO_POD_IP: "The pod has no address",
  TERMINATING: "The pod is being deleted", TERMINAL_PHASE: "The pod is finished", NODE_MISSING: "The pod's node does not exist", FAMILY_MISSING: "The pod has no address of this family",
  NO_SUCH_POD: "No known pod holds this address, and connections are still sent there", SELECTOR_MISMATCH: "The selector does not select this pod, and it is in the slices",
  OTHER_NAMESPACE: "The pod lives in another namespace", NOT_COLLECTED: "It was not collected",
};
const MOST = 12;

/** What the panel shows of `choice`. @param {any} model @param {any} choice @param {any} hooks @returns {Node[]} */
export function detailsOf(model, choice, hooks) {
  if (!choice) return nothing(model);
  if (choice.kind === "service") return ofService(model, model.services[choice.key]);
  if (choice.kind === "row") return ofRow(model, choice.key, hooks);
  if (choice.kind === "rows" && choice.key.length === 1) return ofRow(model, choice.key[0], hooks);
  return ofSeveral(model, choice, hooks);
}

/** One line for screen readers. */
export function spoken(model, choice) {
  if (!choice) return "nothing selected";
  if (choice.kind === "row") {
    const { rows } = model, row = choice.key;
    return [model.services[rows.own[row]].ref, portOf(rows, row), shown(rows.pod[row]), rows.state[row], rows.reason_text[row]].filter(Boolean).join(", ");
  }
  if (choice.kind === "service") return model.services[choice.key].ref + ", " + model.services[choice.key].state + ". " + (model.services[choice.key].detail || "");
  return titleOf(model, choice) + ", " + counted(rowsOfChoice(model, choice).length, "row");
}

function nothing(model) {
  const made = [element("p", { class: "quiet" }, "Select a Service, a pod or a node: in the picture, in the table, or by search.")];
  if (!model.gaps.length) return made;
  const items = model.gaps.slice(0, MOST).map((gap) => element("li", {}, [gap.kind, gap.namespace && "in " + gap.namespace].filter(Boolean).join(" "), " ", element("span", { class: "quiet" }, gap.reason), " ", shown(gap.detail)));
  if (model.head.gap_count > items.length) items.push(element("li", {}, "and " + (model.head.gap_count - items.length) + " more"));
  return [...made, element("h3", {}, "Not known"), element("ul", {}, ...items)];
}

function heading(state, text) {
  return element("h3", {}, element("span", { class: "s-" + state }, GLYPHS[state] + " "), text);
}

function sentence(state, text, decided) {
  return element("div", { class: "bar b-" + state }, element("div", {}, text), decided ? element("div", { class: "quiet" }, decided) : null);
}

function ofService(model, service) {
  const story = model.stories[service.place] || {};
  const decided = service.reason ? [service.reason, service.rule && "rule " + service.rule, story.field].filter(Boolean).join(" · ") : "";
  return [
    heading(service.state, service.ref + " is " + (service.state === "unknown" ? "not known" : service.state)),
    element("div", { class: "quiet" }, service.about, portsOf(model, service)),
    sentence(service.state, led(service), decided),
    factsOf(story.facts || plainFacts(model, service)),
    ...commandsOf(story.commands || plainCommands(model, service)),
  ];
}

function led(service) {
  const detail = service.detail || "";
  const lead = LEADS[service.state];
  return lead ? lead + detail.charAt(0).toLowerCase() + detail.slice(1) : detail;
}

function portsOf(model, service) {
  const ports = [...new Set(model.rowsOf[service.place].map((row) => portOf(model.rows, row).replace(/ v6$/, "")))].filter((port) => port !== "—");
  return ports.length ? " · " + ports.slice(0, 3).join(", ") + (ports.length > 3 ? " and " + (ports.length - 3) + " more" : "") : "";
}

/** What the rows themselves tell of a Service without a story. */
function plainFacts(model, service) {
  const facts = [];
  if (service.selected !== null) facts.push(["selected", counted(service.selected, "pod")]);
  if (service.ready !== null) facts.push(["serving", counted(service.ready, "backend") + (service.nodes ? ", on " + counted(service.nodes, "node") : "")]);
  const entries = model.entries.filter((entry) => entry.services.includes(service.place));
  for (const entry of entries.slice(0, 4)) facts.push(["reached by", entry.title + (entry.note ? ", " + entry.note : "")]);
  return [...facts, ...failing(model, service).map(([reason, names]) => ["reason", reason + ": " + names.slice(0, 3).join(", ") + (names.length > 3 ? " and " + (names.length - 3) + " more" : "")])];
}

/** First reasons of what does not serve, with the pods (or addresses) that have them. @returns {[string, string[]][]} */
function failing(model, service) {
  const { rows } = model;
  const found = new Map();
  for (const row of model.rowsOf[service.place]) {
    const name = rows.pod[row] || rows.address[row];
    if (rows.serves[row] || !name) continue;
    const reason = rows.reason_text[row] || rows.drift[row];
    found.set(reason, (found.get(reason) || new Set()).add(name));
  }
  return [...found].map(([reason, names]) => /** @type {[string, string[]]} */ ([reason, [...names]])).sort((a, b) => b[1].length - a[1].length).slice(0, 4);
}

/** What confirms the reasons of a Service that came without a story. */
function plainCommands(model, service) {
  const row = model.rowsOf[service.place].find((each) => !model.rows.serves[each] && model.rows.pod[each]);
  const describe = row === undefined ? [] : ["kubectl -n " + quoted(model.rows.pod_namespace[row]) + " describe pod/" + quoted(model.rows.pod[row])];
  return [...describe, slicesOf(service)];
}

function ofRow(model, row, hooks) {
  const { rows } = model;
  const service = model.services[rows.own[row]];
  if (rows.pod[row] === null && rows.address[row] === null) return ofService(model, service);
  const name = rows.pod[row] || rows.address[row];
  const decided = [rows.reason[row], rows.rule[row] && "rule " + rows.rule[row], rows.field[row]].filter(Boolean).join(" · ");
  const facts = [
    ["behind", service.ref + ", " + portOf(rows, row)], ["address", shown(rows.address[row]) + (rows.target_port[row] === null ? "" : " port " + rows.target_port[row])],
    ["workload", rows.workload[row] && rows.workload_kind[row] + " " + rows.workload[row]], ["node", rows.node[row] && rows.node[row] + (rows.zone[row] ? ", " + rows.zone[row] : "")],
    ["expected", rows.expected[row]], ["observed", rows.observed[row]], ["drift", rows.drift[row] === "none" ? null : rows.drift[row]], ["value", rows.value[row]],
  ].filter(([, text]) => text);
  return [
    heading(rows.look[row], name + " is " + rows.state[row]),
    sentence(rows.look[row], meaning(rows, row), decided),
    factsOf(facts),
    element("button", { type: "button", class: "link", onclick: () => hooks.pick({ kind: "service", key: service.place }) }, "why " + service.ref + " is " + service.state),
    ...commandsOf((model.stories[service.place] || {}).commands || plainCommands(model, service)),
  ];
}

function meaning(rows, row) {
  if (rows.serves[row]) return "It serves this port.";
  const said = SAID[rows.reason[row]];
  if (said) return said + (rows.value[row] && !rows.reason[row].startsWith("NO_SUCH") ? ": " + rows.value[row] : "") + ".";
  return rows.drift[row] === "none" ? "It does not serve this port." : "Pods and slices do not agree: " + rows.drift[row] + ".";
}

function titleOf(model, choice) {
  if (choice.kind === "group") return JSON.parse(choice.key).join(" ");
  if (choice.kind === "entry") return model.entries[choice.key].title;
  return choice.kind === "rows" ? "selected rows" : choice.kind + " " + choice.key;
}

function ofSeveral(model, choice, hooks) {
  const list = rowsOfChoice(model, choice);
  const places = [...new Set(choice.kind === "entry" ? model.entries[choice.key].services : list.map((row) => model.rows.own[row]))].sort((a, b) => a - b);
  const counts = STATES.map((state) => [state, list.filter((row) => model.rows.look[row] === state).length]).filter(([, number]) => number);
  const links = places.slice(0, MOST).map((place) => {
    const service = model.services[place];
    const button = element("button", { type: "button", class: "link", onclick: () => hooks.pick({ kind: "service", key: place }) }, service.ref);
    return element("li", {}, element("span", { class: "s-" + service.state }, GLYPHS[service.state] + " "), button, " ", element("span", { class: "quiet" }, service.state));
  });
  if (places.length > MOST) links.push(element("li", {}, "and " + (places.length - MOST) + " more"));
  const note = choice.kind === "entry" ? model.entries[choice.key].note : "";
  return [
    element("h3", {}, titleOf(model, choice)),
    note ? element("div", { class: "quiet" }, note) : null,
    element("p", {}, counted(list.length, "row") + (counts.length ? ": " : ""), ...counts.flatMap(([state, number], i) => [i ? ", " : "", element("span", { class: "s-" + state }, GLYPHS[state] + " " + number)])),
    element("div", { class: "quiet" }, counted(places.length, "Service")),
    element("ul", { class: "plain" }, ...links),
  ].filter(Boolean);
}

function factsOf(facts) {
  const list = element("dl", {});
  let last = "";
  for (const [label, text] of facts) {
    list.append(element("dt", {}, label === last ? "" : label), element("dd", {}, text));
    last = label;
  }
  return list;
}

function commandsOf(commands) {
  if (!commands.length) return [];
  return [element("div", { class: "quiet" }, "confirm with"), element("pre", { tabindex: 0, "aria-label": "Commands" }, commands.join("\n"))];
}

/** The command that shows the EndpointSlices of a Service. */
function slicesOf(service) {
  return "kubectl -n " + quoted(service.namespace) + " get endpointslices -l " + quoted("kubernetes.io/service-name=" + service.service) + " -o yaml";
}

/** A word for a POSIX shell. */
function quoted(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : "'" + word.replaceAll("'", "'\"'\"'") + "'";
}
