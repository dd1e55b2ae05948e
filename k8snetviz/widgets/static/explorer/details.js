// The details panel: a sentence, what it rests on, the command that confirms it, and the ways on.

import { absentOf, goneOf, goneSpoken, wasOf } from "./changed.js";
import { counted, element, number, shown } from "./element.js";
import { podKeys } from "./groups.js";
import { countsOf } from "./lanes.js";
import { overviewOf } from "./overview.js";
import { commandsOf, factsOf, glyph, heading, link, listOf, quiet, sentence } from "./parts.js";
import { STATES, rowsOfChoice } from "./state.js";
import { changeOf, portOf } from "./table.js";

const LEADS = { down: "Nothing answers: ", degraded: "It answers only in part: ", empty: "Nothing answers, and nothing is meant to: " };
const SAID = { // what a reason means for one pod or address
  NOT_READY: "The pod is not ready", PORT_UNRESOLVED: "The pod declares no port of the name that the Service asks for", NO_POD_IP: "The pod has no address",
  TERMINATING: "The pod is being deleted", TERMINAL_PHASE: "The pod is finished", NODE_MISSING: "The pod's node does not exist", FAMILY_MISSING: "The pod has no address of this family",
  NO_SUCH_POD: "No known pod holds this address, and connections are still sent there", SELECTOR_MISMATCH: "The selector does not select this pod, and it is in the slices",
  OTHER_NAMESPACE: "The pod lives in another namespace", NOT_COLLECTED: "It was not collected",
};
const NOUNS = { service: "Service", group: "workload" };

/** What the panel shows, of the seen `services` where nothing is chosen. @param {any} model @param {any} state @param {any} hooks @param {any[]} services @returns {(Node|string)[]} */
export function detailsOf(model, state, hooks, services) {
  const { chosen, panel, absent } = state;
  if (panel === "gaps") return ofGaps(model, hooks);
  if (panel === "entries") return [heading(null, counted(model.entries.length, "entry")), listOf(model.entries, (entry) => entryOf(model, entry, hooks), 60)];
  if (!model.services.length) return [element("p", {}, model.head.none), ...ofGaps(model, hooks)];
  const waiting = globalThis.KX_ONE ? [] : absentOf(absent);
  if (!chosen) return [...waiting, ...overviewOf(model, services, hooks)];
  if (!globalThis.KX_ONE && chosen.kind === "gone") return goneOf(model, chosen.key, hooks);
  if (chosen.kind === "service") return [...waiting, ...ofService(model, model.services[chosen.key], hooks)];
  const list = chosen.kind.startsWith("row") ? [chosen.key].flat() : [];
  const pods = podKeys(model);
  const one = list.length > 0 && list.every((row) => pods[row] === pods[list[0]]); // ports and families of one pod, the worst tells
  return one ? ofRow(model, list.find((row) => !model.rows.serves[row]) ?? list[0], hooks) : ofSeveral(model, chosen, hooks);
}

/** One line for screen readers. */
export function spoken(model, { chosen, panel }) {
  if (panel) return panel;
  if (!chosen) return "nothing selected";
  const { rows, services } = model;
  if (!globalThis.KX_ONE && chosen.kind === "gone") return goneSpoken(model, chosen.key);
  if (chosen.kind === "row") return [services[rows.own[chosen.key]].ref, portOf(rows, chosen.key), shown(rows.pod[chosen.key]), rows.state[chosen.key], rows.reason_text[chosen.key]].filter(Boolean).join(", ");
  if (chosen.kind === "service") return services[chosen.key].ref + ", " + services[chosen.key].state + ". " + (services[chosen.key].detail || "");
  return titleOf(model, chosen) + ", " + counted(rowsOfChoice(model, chosen).length, "row");
}

function ofGaps(model, hooks) {
  const { gap_count: count } = model.head;
  const depend = model.services.filter((service) => service.unknown);
  const items = listOf(model.gaps, (gap) => [[gap.kind, gap.namespace && "in " + gap.namespace].filter(Boolean).join(" "), " ", quiet(gap.reason), " ", gap.detail || ""], 500);
  return [
    heading(null, count ? counted(count, "gap") + ": what is not known" : "no gaps"), count ? items : "Everything that was asked for was collected.",
    count > model.gaps.length ? element("p", {}, "and " + counted(count - model.gaps.length, "more gap") + ", in the snapshot's table of gaps") : "",
    ...(depend.length ? [heading(null, "Answers that depend on them: " + number(depend.length)), listOf(depend, (service) => [serviceLink(service, hooks), " ", quiet(service.unknown)])] : []),
  ];
}

function serviceLink(service, hooks) {
  return element("span", {}, glyph(service.state), link(service.ref, () => hooks.pick({ kind: "service", key: service.place })));
}

function entryOf(model, entry, hooks) {
  const place = model.entries.indexOf(entry);
  return [entry.state ? glyph(entry.state) : "", link(entry.title, () => hooks.pick({ kind: "entry", key: place })), " ", quiet(entry.note || "")];
}

/** A way on: filter so that only what is chosen is left. */
function onlyThis(kind, key, hooks) {
  return link("show only this " + (NOUNS[kind] || kind), () => hooks.narrow(kind, key));
}

function ofService(model, service, hooks) {
  const story = model.stories[service.place] || {};
  const decided = [service.reason, service.reason && service.rule && "rule " + service.rule, service.reason && story.field].filter(Boolean).join(" · ");
  const groups = [...new Set(model.rowsOf[service.place].map((row) => model.rows.group[row]))].filter((key) => key !== null);
  const behind = groups.slice(0, 4).flatMap((key, i) => [i ? ", " : "", link(JSON.parse(key)[2], () => hooks.pick({ kind: "group", key }))]);
  if (groups.length > 4) behind.push(" and " + (groups.length - 4) + " more");
  return [
    heading(service.state, service.ref + " is " + (service.state === "unknown" ? "not known" : service.state)),
    quiet(service.about, portsOf(model, service)),
    sentence(service.state, led(service), decided),
    service.unknown ? element("div", { class: "bar gap" }, quiet("depends on what is not known: "), service.unknown) : "",
    factsOf([...(globalThis.KX_ONE ? [] : [wasOf(model, service)]), ...(story.facts || plainFacts(model, service, hooks)), ["behind it", behind]]),
    service.left ? element("p", { class: "quiet" }, counted(service.left, "row") + " of it " + (service.left === 1 ? "is" : "are") + " not in this page, only in the snapshot") : "",
    onlyThis("service", service.ref, hooks),
    ...commandsOf(story.commands || plainCommands(model, service), hooks.say),
  ];
}

function led(service) {
  const detail = service.detail || "";
  const lead = LEADS[service.state];
  return lead ? lead + detail.charAt(0).toLowerCase() + detail.slice(1) : detail;
}

function portsOf(model, service) {
  const ports = [...new Set(model.rowsOf[service.place].map((row) => portOf(model.rows, row).replace(/ v6$/, "")))].filter((port) => port !== "—");
  return ports.length ? " · " + several(ports) : "";
}

function several(texts) {
  return texts.slice(0, 3).join(", ") + (texts.length > 3 ? " and " + (texts.length - 3) + " more" : "");
}

/** What the rows themselves tell of a Service without a story. */
function plainFacts(model, service, hooks) {
  const facts = [];
  if (service.selected !== null) facts.push(["selected", counted(service.selected, "pod")]);
  if (service.ready !== null) facts.push(["serving", counted(service.ready, "backend") + (service.nodes ? ", on " + counted(service.nodes, "node") : "")]);
  for (const entry of model.entries.filter(({ services }) => services.includes(service.place)).slice(0, 4)) facts.push(["reached by", entryOf(model, entry, hooks)]);
  return [...facts, ...failing(model, service).map(([reason, names]) => ["reason", reason + ": " + several(names)])];
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
  return [...describe, "kubectl -n " + quoted(service.namespace) + " get endpointslices -l " + quoted("kubernetes.io/service-name=" + service.service) + " -o yaml"];
}

/** A word for a POSIX shell. */
function quoted(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : "'" + word.replaceAll("'", "'\"'\"'") + "'";
}

function ofRow(model, row, hooks) {
  const { rows } = model;
  const service = model.services[rows.own[row]];
  if (rows.group[row] === null) return ofService(model, service, hooks);
  const said = (name) => rows[name][row];
  const to = (kind, key, text) => link(text, () => hooks.pick({ kind, key }));
  const decided = [said("reason"), said("rule") && "rule " + said("rule"), said("field")].filter(Boolean).join(" · ");
  return [
    heading(said("look"), (said("pod") || said("address")) + " is " + said("state")),
    sentence(said("look"), meaning(rows, row), decided),
    factsOf([
      ["changed", globalThis.KX_ONE ? null : changeOf(model, row)], ["behind", to("service", service.place, service.ref)], ["port", portOf(rows, row)],
      ["address", said("address") && said("address") + (said("target_port") === null ? "" : " port " + said("target_port"))],
      ["workload", said("workload") && to("group", said("group"), said("workload_kind") + " " + said("workload"))],
      ["node", said("node") && to("node", said("node"), said("node"))], ["zone", said("area") && to("zone", said("area"), said("area"))],
      ["expected", said("expected")], ["observed", said("observed")], ["drift", said("drift") === "none" ? null : said("drift")], ["value", said("value")],
    ]),
    link("why " + service.ref + " is " + service.state, () => hooks.pick({ kind: "service", key: service.place })),
    ...commandsOf((model.stories[service.place] || {}).commands || plainCommands(model, service), hooks.say),
  ];
}

function meaning(rows, row) {
  if (rows.serves[row]) return "It serves this port.";
  const said = SAID[rows.reason[row]];
  if (said) return said + (rows.value[row] && !rows.reason[row].startsWith("NO_SUCH") ? ": " + rows.value[row] : "") + ".";
  return rows.drift[row] === "none" ? "It does not serve this port." : "Pods and slices do not agree: " + rows.drift[row] + ".";
}

function titleOf(model, { kind, key }) {
  if (kind === "group") return JSON.parse(key).join(" ");
  if (kind === "entry") return model.entries[key].title;
  return kind === "rows" ? "selected rows" : kind + " " + key;
}

/** A workload, a node, a zone, an entry, or rows. */
function ofSeveral(model, choice, hooks) {
  const { rows, services, entries } = model;
  const { kind, key } = choice;
  const list = rowsOfChoice(model, choice);
  const places = [...new Set(kind === "entry" ? entries[key].services : list.map((row) => rows.own[row]))].sort((a, b) => a - b);
  const counts = countsOf(list.map((row) => ({ state: rows.look[row] })));
  const states = STATES.filter((state) => counts[state]).flatMap((state, i) => [i ? ", " : ": ", glyph(state), number(counts[state]) + " " + state]);
  return [
    heading(null, titleOf(model, choice)),
    kind === "entry" && entries[key].note ? quiet(entries[key].note) : "",
    element("p", {}, counted(list.length, "row"), ...states),
    ["group", "node", "zone"].includes(kind) ? onlyThis(kind, key, hooks) : "",
    ...(kind === "zone" ? nodesOf(model, key, hooks) : kind === "group" ? podsOf(model, list, hooks) : []),
    heading(null, counted(places.length, "Service")),
    listOf(places, (place) => [serviceLink(services[place], hooks), " ", quiet(services[place].state)]),
  ];
}

function nodesOf(model, zone, hooks) {
  const bad = (node) => (node.status === "True" ? "" : node.status ? "NotReady" : "not known");
  const nodes = model.nodes.filter((node) => node.area === zone).sort((a, b) => Number(!bad(a)) - Number(!bad(b)));
  return [heading(null, counted(nodes.length, "node")), listOf(nodes, (node) => [link(node.node, () => hooks.pick({ kind: "node", key: node.node })), " ", quiet(bad(node))])];
}

function podsOf(model, list, hooks) {
  const { rows } = model;
  const pods = new Map();
  for (const row of list) {
    const name = rows.pod[row] || rows.address[row];
    pods.set(name, [...(pods.get(name) || []), row]);
  }
  const worst = (mine) => Math.min(...mine.map((row) => STATES.indexOf(rows.look[row])));
  const items = [...pods].map(([name, mine]) => ({ name, mine, rank: worst(mine) })).sort((a, b) => a.rank - b.rank);
  return [heading(null, counted(items.length, "pod")), listOf(items, ({ name, mine, rank }) => (
    [glyph(STATES[rank]), link(name, () => hooks.pick(mine.length > 1 ? { kind: "rows", key: mine } : { kind: "row", key: mine[0] })), " ", quiet(rows.state[mine[0]])]))];
}
