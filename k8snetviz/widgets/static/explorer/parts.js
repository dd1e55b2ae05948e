// What every page of the details panel is made of.

import { element, number } from "./element.js";
import { GLYPHS } from "./state.js";

const MOST = 12, MORE = 200; // items of a list at first, and each time it is opened further

/** @typedef {Node|string} Piece */

/** A heading with the glyph of a state. @param {string|null} state @param {string} text */
export function heading(state, text) {
  return element("h3", {}, state && glyph(state), text);
}

/** @param {string} state */
export function glyph(state) {
  return element("span", { class: "s-" + state }, GLYPHS[state] + " ");
}

/** A sentence in front of everything else, and what decided it. @param {string} state @param {string} text @param {string} decided */
export function sentence(state, text, decided) {
  return element("div", { class: "bar b-" + state }, element("div", {}, text), decided ? element("div", { class: "quiet" }, decided) : null);
}

/** A button that looks like a link. @param {string} text @param {() => void} onclick */
export function link(text, onclick) {
  return element("button", { class: "link", onclick }, text);
}

/** Quiet text. @param {...Piece} texts */
export function quiet(...texts) {
  return element("span", { class: "quiet" }, ...texts);
}

/** Labels with what they say: text, or pieces. A label is not said twice in a row. @param {[string, Piece|Piece[]|null][]} facts */
export function factsOf(facts) {
  const list = element("dl");
  let last = "";
  for (const [label, text] of facts) {
    if (text === null || text === "" || (Array.isArray(text) && !text.length)) continue;
    list.append(element("dt", {}, label === last ? "" : label), element("dd", {}, ...[text].flat()));
    last = label;
  }
  return list;
}

/** A list that begins short and opens further. @param {any[]} items @param {(item: any) => Piece[]} make @param {number} [most] */
export function listOf(items, make, most = MOST) {
  const list = element("ul", { class: "plain" });
  let shown = 0;
  const show = (until) => {
    list.append(...items.slice(shown, until).map((item) => element("li", {}, ...make(item))));
    shown = Math.min(until, items.length);
    if (shown === items.length) return;
    const more = element("li", {}, link(number(items.length - shown) + " more", () => { more.remove(); show(shown + MORE); }));
    list.append(more);
  };
  show(most);
  return list;
}

/** Commands with a button that copies them, or selects them where copying is forbidden. @param {string[]} commands @param {(text: string) => void} say */
export function commandsOf(commands, say) {
  if (!commands.length) return [];
  const text = element("pre", { tabindex: 0, role: "group", "aria-label": "Commands" }, commands.join("\n"));
  const copy = element("button", { class: "copy" }, "copy");
  const tell = (words) => { copy.textContent = words; say(words); };
  copy.addEventListener("click", () => (navigator.clipboard ? navigator.clipboard.writeText(commands.join("\n")) : Promise.reject()).then(
    () => tell("copied"),
    () => { getSelection()?.selectAllChildren(text); tell("selected"); },
  ));
  return [element("div", { class: "confirm" }, quiet("confirm with"), copy), text];
}
