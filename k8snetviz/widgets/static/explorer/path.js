// The line above the picture: where the reader is and the way back, what is drawn, and what can be opened.

import { element } from "./element.js";

const FOLDS = ["namespaces", "services", "nodes", "entries"]; // that stand as buttons; arrow keys reach the others

/** The line in `box`. @param {HTMLElement} box @param {any} hooks */
export function pathIn(box, hooks) {
  return {
    draw(state, layout) {
      const back = Object.entries(state.only).map(([name, value]) => {
        const text = wordsOf(name, value);
        return element("button", { class: "chip", "aria-label": "Remove the filter " + text, onclick: () => hooks.narrow(name, "") }, text + " ✕");
      });
      const folds = layout.marks.filter((mark) => FOLDS.includes(mark.key) && mark.kind === "fold" && !mark.part).map((mark) => (
        element("button", { class: "link", onclick: () => hooks.more(mark.key) }, mark.title.split(/[,:] /)[0])));
      const away = globalThis.KX_ONE ? [] : Object.entries(state.away).map(([name, value]) => {
        const text = wordsOf(name, value) + ", not there at this moment";
        return element("button", { class: "chip away", "aria-label": "Remove the filter " + text, onclick: () => hooks.narrow(name, "") }, text + " ✕");
      });
      box.replaceChildren(...back, ...away, element("span", { class: "quiet" }, layout.says), ...folds);
    },
  };
}

/** A filter in words. */
export function wordsOf(name, value) {
  if (name !== "group") return (name === "service" ? "Service" : name) + " " + value;
  const [kind, , of] = JSON.parse(value);
  return kind + (kind === "Pod" || kind === "address" ? " behind " : " ") + of;
}
