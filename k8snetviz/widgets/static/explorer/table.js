// The mapping table: a grid of virtual rows, sorted by its heads, walked with the keyboard.

import { element, shown } from "./element.js";
import { GLYPHS, rowsOfChoice } from "./state.js";

const ROW = 26;
const COLUMNS = [
  ["state", "State"], ["service", "Service"], ["port", "Port"], ["pod", "Pod"], ["address", "Address"], ["target_port", "To"], ["reason_text", "First reason"],
];
let made = 0; // grids on this page, for ids within their shadow roots

/** The table in `box`. @param {HTMLElement} box @param {any} model @param {any} hooks */
export function tableIn(box, model, hooks) {
  const id = "kx" + ++made;
  const head = element("div", { class: "thead", role: "row", "aria-rowindex": 1 });
  const body = element("div", { class: "tbody", role: "presentation" });
  const grid = element("div", { class: "grid", role: "grid", tabindex: 0, "aria-label": "Mapping table: Service ports to pods" },
    element("div", { class: "sticky", role: "rowgroup" }, head), element("div", { role: "rowgroup" }, body));
  const caption = element("div", { class: "caption" });
  box.append(grid, caption);
  const heads = COLUMNS.map(([column, title]) => headOf(head, column, title, hooks));
  let list = [], state = null, lit = new Set(), line = new Map();

  /** Make the elements of the rows in sight, and only those. */
  function fill() {
    const first = Math.max(0, Math.floor((grid.scrollTop - 40) / ROW) - 4);
    const last = Math.min(list.length, first + Math.ceil(grid.clientHeight / ROW) + 10);
    const rows = [];
    for (let place = first; place < last; place++) rows.push(rowOf(id, model, list[place], place, state, lit));
    body.replaceChildren(...rows);
    const active = state && state.cursor >= 0 && state.cursor < list.length;
    if (active && state.cursor >= first && state.cursor < last) grid.setAttribute("aria-activedescendant", id + "r" + state.cursor);
    else grid.removeAttribute("aria-activedescendant");
  }
  function show(place) {
    const top = place * ROW, room = grid.clientHeight - head.offsetHeight - 4;
    if (top < grid.scrollTop) grid.scrollTop = top;
    else if (top + ROW > grid.scrollTop + room) grid.scrollTop = top + ROW - room;
  }
  function move(event) {
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
  grid.addEventListener("scroll", fill);
  grid.addEventListener("keydown", move);
  body.addEventListener("click", (event) => {
    const row = /** @type {HTMLElement} */ (event.target).closest("[data-place]");
    if (row) hooks.walk(Number(row.getAttribute("data-place")), list[Number(row.getAttribute("data-place"))]);
  });
  return {
    grid,
    draw(rows, now) {
      list = rows;
      state = now;
      line = new Map(rows.map((row, place) => [row, place]));
      lit = new Set(rowsOfChoice(model, now.chosen));
      body.style.height = rows.length * ROW + "px";
      grid.setAttribute("aria-rowcount", String(rows.length + 1));
      heads.forEach((mark) => mark(now.sort));
      caption.textContent = captionOf(model, rows, lit, now);
      fill();
    },
    /** Scroll to the first row of what is chosen, and put the cursor there. */
    reveal(choice) {
      const places = rowsOfChoice(model, choice).map((row) => line.get(row)).filter((place) => place !== undefined);
      if (!places.length) return -1;
      const place = Math.min(...places);
      show(place);
      return place;
    },
    show, fill,
  };
}

function headOf(head, column, title, hooks) {
  const button = element("button", { type: "button", tabindex: -1, onclick: () => hooks.sort(column) }, title);
  const cell = element("div", { class: "th c-" + column, role: "columnheader" }, button);
  button.tabIndex = 0;
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
  const service = model.services[rows.own[row]];
  const told = [
    ["state", GLYPHS[look] + " " + shown(rows.state[row]), look], ["service", service.ref], ["port", portOf(rows, row)], ["pod", shown(rows.pod[row])],
    ["address", shown(rows.address[row])], ["target_port", shown(rows.target_port[row])], ["reason_text", rows.reason_text[row] || ""],
  ];
  const made = element("div", {
    class: "tr" + (place === state.cursor ? " cursor" : "") + (lit.has(row) ? " lit" : ""), role: "row", id: id + "r" + place,
    "aria-rowindex": place + 2, "aria-selected": lit.has(row) ? "true" : "false", "data-place": place,
  });
  made.style.top = place * ROW + "px";
  for (const [column, text, kind] of told) {
    if (column === "service") made.append(element("div", { class: "td c-service", role: "gridcell", title: text }, element("span", { class: "ns quiet" }, service.namespace + "/"), element("span", { class: "nm" }, service.service)));
    else made.append(element("div", { class: "td c-" + column + (kind ? " s-" + kind : ""), role: "gridcell", title: text }, text));
  }
  return made;
}

/** ``http 80/TCP v6``. */
export function portOf(rows, row) {
  if (rows.port[row] === null) return "—";
  return (rows.port_name[row] ? rows.port_name[row] + " " : "") + rows.port[row] + "/" + rows.protocol[row] + (rows.family[row] === "IPv6" ? " v6" : "");
}

function captionOf(model, rows, lit, state) {
  const { head } = model;
  const chosen = rows.filter((row) => lit.has(row)).length;
  const number = (value) => value.toLocaleString("en-US");
  const said = [(chosen ? number(chosen) + " of " : "") + number(rows.length) + (rows.length === 1 ? " row" : " rows") + (chosen ? " selected" : rows.length < model.count ? " of " + number(model.count) : "")];
  if (!state.sort.column) said.push("what does not serve first");
  if (head.left) said.push("left out of this page: " + number(head.left) + " rows" + (head.left_broken ? ", " + number(head.left_broken) + " of them not serving" : ", all of them serving"));
  return said.join(" · ");
}
