// What the reader can do, as functions that change the state and draw.

import { levelOf } from "./layout.js";

/**
 * @param {any} model @param {any} state
 * @param {{filter: () => void, draw: () => void, relayout: () => void, told: (choice: any) => void, say: (text: string) => void}} view
 */
export function hooksOf(model, state, { filter, draw, relayout, told, say }) {
  const pick = (choice) => {
    Object.assign(state, { chosen: choice, absent: null, panel: "", cursor: -1 });
    told(choice);
  };
  const narrow = (name, value) => {
    delete state.away[name];
    if (value === "") delete state.only[name];
    else state.only[name] = value;
    Object.assign(state, { more: {}, panel: "" });
    filter();
  };
  const panel = (name) => {
    state.panel = state.panel === name ? "" : name;
    draw();
  };
  const more = (key) => {
    state.more[key] = (state.more[key] || 0) + 1;
    relayout();
  };
  const clear = () => {
    Object.assign(state, { query: "", only: {}, away: {}, changed: false, more: {}, states: new Set() });
    filter();
  };
  return {
    say, panel, narrow, more, clear,
    /** A mark of the picture, or a choice, or nothing. */
    pick(mark) {
      if (!mark) return pick(null);
      const { kind, key } = mark;
      if (kind === "fold") return more(key);
      if (kind === "entries") return panel("entries");
      if (kind === "namespace") return narrow(kind, key);
      if (kind === "words" || kind === "clients") return undefined;
      if (kind === "pod") return pick(mark.rows.length > 1 ? { kind: "rows", key: mark.rows } : { kind: "row", key: mark.rows[0] });
      if (kind === "group" && key.startsWith("near ")) return pick({ kind: "service", key: Number(key.slice(5)) });
      return pick({ kind, key });
    },
    /** The row at `place` of the table. */
    walk(place, row) {
      const bare = model.rows.group[row] === null;
      const gone = !globalThis.KX_ONE && row >= model.count;
      Object.assign(state, { absent: null, chosen: gone ? { kind: "gone", key: row } : bare ? { kind: "service", key: model.rows.own[row] } : { kind: "row", key: row }, panel: "", cursor: place });
      told(state.chosen);
    },
    /** Only what differs from the moment before, or all. */
    changed() {
      Object.assign(state, { changed: !state.changed, more: {} });
      filter();
    },
    enter: (row) => row < model.count && pick({ kind: "service", key: model.rows.own[row] }),
    /** Go down to the level where the Service at `place` is drawn. */
    descend(place, services) {
      if (levelOf(services, state) === "namespace") narrow("namespace", model.services[place].namespace);
    },
    toggle(name) {
      if (!state.states.delete(name)) state.states.add(name);
      state.more = {};
      filter();
    },
    search(text) {
      Object.assign(state, { query: text, more: {} });
      filter();
    },
    level(by) {
      if (by === "namespace") delete state.only.namespace;
      Object.assign(state, { by, more: {} });
      filter();
    },
    sort(column) {
      const same = state.sort.column === column;
      state.sort = same && state.sort.down ? { column: "", down: false } : { column, down: same };
      filter();
    },
  };
}
