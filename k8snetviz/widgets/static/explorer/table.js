// The mapping table: a grid of virtual rows, sorted by its heads, walked with the keyboard.

import { element, number, shown } from "./element.js";
import { quiet } from "./parts.js";
import { GLYPHS, rowsOfChoice } from "./state.js";

const ROW = 26;
const COLUMNS = [
  ["state", "State"], ["service", "Service"], ["port", "Port"], ["pod", "Pod"], ["address", "Address"], ["target_port", "To"], ["reason_text", "First reason"],
];
const MARKS = ["", "+ new", "− gone", "▼ ", "▲ ", "≠ "]; // how a row differs from the moment before, by shape and words
let made = 0; // grids on this page, for ids within their shadow roots

/** The table in `box`. @param {HTMLElement} box @param {any} model @param {any} hooks */
export function tableIn(box, model, hooks) {
  const id = "kx" + ++made;
  const head = element("div", { class: "thead", role: "row", "aria-rowindex": 1 });
  const body = element("div", { class: "tbody", role: "presentation" });
  const grid = element("div", { class: "grid", role: "grid", tabindex: 0, "aria-label": "Mapping table: Service ports to pods", "aria-multiselectable": "true" },
    element("div", { class: "sticky", role: "rowgroup" }, head), element("div", { role: "rowgroup" }, body));
  const caption = element("div", { class: "caption" });
  box.append(grid, caption);
  widen(box, model);
  const shown = !globalThis.KX_ONE && model.since ? [["change", "Changed"], ...COLUMNS] : COLUMNS;
  const heads = shown.map(([column, title]) => headOf(head, column, title, hooks));
  const line = new Int32Array(model.count + model.gone); // place in the list by row, -1 where it is not in it
  let list = [], state = null, lit = new Set(), due = 0;

  /** Make the elements of the rows in sight, and only those. */
  function fill() {
    const first = Math.max(0, Math.floor((grid.scrollTop - 40) / ROW) - 4);
    const last = Math.min(list.length, first + Math.ceil(grid.clientHeight / ROW) + 10);
    const rows = [];
    for (let place = first; place < last; place++) rows.push(rowOf(id, model, list[place], place, state, lit));
    body.replaceChildren(...rows);
    const active = state && state.cursor >= first && state.cursor < last;
    if (active) grid.setAttribute("aria-activedescendant", id + "r" + state.cursor);
    else grid.removeAttribute("aria-activedescendant");
  }
  function show(place) {
    const top = place * ROW, room = grid.clientHeight - head.offsetHeight - 4;
    if (top < grid.scrollTop) grid.scrollTop = top;
    else if (top + ROW > grid.scrollTop + room) grid.scrollTop = top + ROW - room;
  }
  function move(event) {
    if (event.target !== grid) return; // Enter on a head sorts
    const page = Math.max(1, Math.floor(grid.clientHeight / ROW) - 2);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (event.key === "Enter" && state.cursor >= 0) hooks.enter(list[state.cursor]);
    else if (event.key === "Escape") hooks.pick(null);
    else if (event.key in steps && list.length) {
      const next = Math.max(0, Math.min(list.length - 1, state.cursor + steps[event.key]));
      hooks.walk(next, list[next]);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
  grid.addEventListener("scroll", () => {
    due = due || requestAnimationFrame(() => { due = 0; fill(); });
  });
  grid.addEventListener("keydown", move);
  body.addEventListener("click", (event) => {
    const row = /** @type {HTMLElement} */ (event.target).closest("[data-place]");
    if (row) hooks.walk(Number(row.getAttribute("data-place")), list[Number(row.getAttribute("data-place"))]);
  });
  return {
    draw(rows, now) {
      if (rows !== list) {
        line.fill(-1);
        rows.forEach((row, place) => { line[row] = place; });
        list = rows;
        body.style.height = rows.length * ROW + "px";
        grid.setAttribute("aria-rowcount", String(rows.length + 1));
      }
      state = now;
      lit = now.chosen && now.chosen.kind === "gone" ? new Set([now.chosen.key]) : new Set(rowsOfChoice(model, now.chosen));
      box.classList.toggle("narrow", now.only.namespace !== undefined); // it need not be said in every row
      heads.forEach((mark) => mark(now.sort));
      caption.textContent = captionOf(model, rows, lit, line, now);
      fill();
    },
    /** Scroll to the first row of what is chosen, unless told not to; returns its place, or -1. */
    reveal(choice, scroll = true) {
      const wanted = choice && (choice.kind === "row" || choice.kind === "gone") ? [choice.key] : rowsOfChoice(model, choice);
      const place = wanted.reduce((least, row) => (line[row] >= 0 && line[row] < least ? line[row] : least), Infinity);
      if (place === Infinity) return -1;
      if (scroll) show(place);
      return place;
    },
    repaint: fill,
  };
}

/** Give each column the room that most of its texts need. */
function widen(box, model) {
  const { rows, services } = model;
  const few = Math.min(200, model.count);
  const shown = Array.from({ length: few * 2 }, (_, i) => (i < few ? i : Math.floor(((i - few) * model.count) / few))); // the first ones, and some of all
  const most = (text, least, top, share = 0.9) => {
    const long = shown.map((row) => text(row).length).filter(Boolean).sort((a, b) => a - b);
    return Math.max(least, Math.min(top, long[Math.floor(long.length * share)] || 0));
  };
  const put = (name, value) => box.style.setProperty("--w-" + name, value);
  const ref = (row) => services[rows.own[row]].ref;
  if (!globalThis.KX_ONE && model.since) put("change", "108px");
  put("service", "minmax(" + (most(ref, 10, 20, 0.8) * 6.6 + 18) + "px," + most(ref, 8, 40) * 0.6 + "fr)");
  put("state", most((row) => rows.state[row], 6, 12, 0.99) * 6.4 + 30 + "px");
  put("pod", "minmax(92px," + most((row) => rows.pod[row] || "", 3, 28) * 0.5 + "fr)");
  put("reason", "minmax(100px," + most((row) => rows.reason_text[row] || "", 3, 40) + "fr)");
  put("port", most((row) => short(rows, row), 6, 15, 0.8) * 6.4 + 16 + "px");
  put("address", most((row) => rows.address[row] || "", 8, 13) * 6.6 + 18 + "px");
}

function headOf(head, column, title, hooks) {
  const button = element("button", { onclick: () => hooks.sort(column), title: title === "Changed" ? "since the moment before" : null }, title);
  const cell = element("div", { class: "th c-" + column, role: "columnheader" }, button);
  head.append(cell);
  return (sort) => {
    const mine = sort.column === column;
    cell.setAttribute("aria-sort", mine ? (sort.down ? "descending" : "ascending") : "none");
    button.textContent = title + (mine ? (sort.down ? " ▾" : " ▴") : "");
  };
}

function rowOf(id, model, row, place, state, lit) {
  const { rows } = model;
  const look = rows.look[row];
  const service = model.services[rows.own[row]] || model.ghosts.get(row);
  const told = [
    ...(!globalThis.KX_ONE && model.since ? [["change", changeOf(model, row)]] : []),
    ["state", GLYPHS[look] + " " + shown(rows.state[row])], ["service", service.ref, [quiet(service.namespace + "/"), ...tailed(service.service, service.service.length > 16 ? 7 : 99)]],
    ["port", portOf(rows, row), tailed(short(rows, row), 3)], ["pod", shown(rows.pod[row]), tailed(shown(rows.pod[row]), 5)],
    ["address", shown(rows.address[row]), tailed(shown(rows.address[row]), 6)], ["target_port", shown(rows.target_port[row])],
    ["reason_text", rows.reason_text[row] || "", reasonOf(rows, row)],
  ];
  const made = element("div", {
    class: "tr" + (row < model.count ? "" : " gone") + (place === state.cursor ? " cursor" : "") + (lit.has(row) ? " lit" : ""), role: "row", id: id + "r" + place,
    "aria-rowindex": place + 2, "aria-selected": lit.has(row) ? "true" : "false", "data-place": place,
  });
  made.style.top = place * ROW + "px";
  for (const [column, text, pieces = [text]] of told) {
    const spans = pieces.map((piece) => (typeof piece === "string" ? element("span", {}, piece) : piece));
    made.append(element("div", { class: "td c-" + column + (column === "state" ? " s-" + look : ""), role: "gridcell", title: text }, ...spans));
  }
  return made;
}

/** How a row differs from the moment before; nothing where it does not. */
export function changeOf(model, row) {
  const mark = MARKS[model.change[row]];
  return mark.endsWith(" ") ? mark + model.was[row] : mark;
}

/** The port as a cell says it: TCP goes without saying. */
function short(rows, row) {
  return portOf(rows, row).replace("/TCP", "");
}

/** `text` in two pieces, of which the last is never cut. */
function tailed(text, length) {
  return [text.slice(0, -length), text.slice(-length)].filter(Boolean);
}

/** Why a row does not serve; where the state has said that it is not ready, the cause comes first. */
function reasonOf(rows, row) {
  const text = rows.reason_text[row] || "", code = "NOT_READY";
  return text.startsWith(code + " ") && rows.state[row] === "not-ready" ? [text.slice(code.length + 1).replace("(container ", "("), quiet(" · " + code)] : [text];
}

/** ``http 80/TCP v6``. */
export function portOf(rows, row) {
  if (rows.port[row] === null) return "—";
  return (rows.port_name[row] ? rows.port_name[row] + " " : "") + rows.port[row] + "/" + rows.protocol[row] + (rows.family[row] === "IPv6" ? " v6" : "");
}

function captionOf(model, rows, lit, line, state) {
  const { head } = model;
  let chosen = 0;
  for (const row of lit) if (line[row] >= 0) chosen++;
  const said = [(chosen ? number(chosen) + " of " : "") + number(rows.length) + (rows.length === 1 ? " row" : " rows") + (chosen ? " selected" : !globalThis.KX_ONE && state.changed ? " changed since " + model.since : rows.length < model.count ? " of " + number(model.count) : "")];
  if (!rows.length && model.count && !state.changed) said.push("no row passes these filters");
  else if (rows.length && !state.sort.column) said.push("what does not serve first");
  if (head.left) said.push("left out of this page: " + number(head.left) + " rows, " + (head.left_broken ? number(head.left_broken) + " of them not serving" : "all of them serving"));
  return said.join(" · ");
}
