// One explorer in one element: the moment that is shown, in a frame that stays while the view in it changes.
// KX_ONE is true in the module of a page of one snapshot, which is made without what several moments take (bundle.py).

import { carriedState, found, named } from "./carry.js";
import { element } from "./element.js";
import { wordsOf } from "./path.js";
import { adopt } from "./style.js";
import { followTheme } from "./theme.js";
import { timeIn } from "./time.js";
import { viewIn } from "./view.js";

/**
 * Show `series` in `host`. `told` hears of each choice the reader makes, and of the moment it was made at.
 * `before` is what `kept` gave of an earlier one: its filters stay where they find anything.
 * @param {HTMLElement} host @param {import("./moments.js").Series} series @param {(choice: any, moment: number) => void} told
 * @param {{moment?: number, filters?: any}} [before]
 */
export function explorerIn(host, series, told, before = {}) {
  const root = host.shadowRoot || host.attachShadow({ mode: "open" });
  adopt(root);
  const last = series.labels.length - 1;
  const frame = element("div", { class: "kx" });
  const said = element("div", { class: "said", "aria-live": "polite" });
  const time = !globalThis.KX_ONE && last ? timeIn(frame, series, (moment) => go(moment)) : null;
  const box = element("div");
  frame.append(box, said);
  root.replaceChildren(frame);
  host.setAttribute("data-lm-suppress-shortcuts", "true");
  frame.addEventListener("keydown", (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation(); // letters are shortcuts of the notebook around
  });
  const say = (text) => { said.textContent = text; };
  let age = null;
  let at = Math.min(last, before.moment ?? last);
  let view = show(before.filters, before.filters !== undefined);
  const unfollow = followTheme(host, (dark) => {
    frame.classList.toggle("dark", dark);
    view.repaint(); // not at once: a page that changes its theme may be hidden just now
  });
  let ahead = 0;
  if (!globalThis.KX_ONE && time) {
    time.draw(at, []);
    soon();
  }
  if (before.filters === undefined) view.first();

  function show(filters, strict) {
    const made = viewIn(root, box, series.at(at), { told: (choice) => { tell(); told(choice, at); }, say, earlier: () => go(at - 1) }, filters, strict);
    if (age) made.hear(age);
    return made;
  }
  /** Make ready the moments on either side, so that going there need not wait. */
  function soon() {
    if (globalThis.KX_ONE) return;
    clearTimeout(ahead);
    ahead = setTimeout(() => [at + 1, at - 1].forEach((next) => next >= 0 && next <= last && series.at(next)), 400);
  }
  /** What of the reader's choices is not there. */
  function missing() {
    const { away, absent } = view.filters();
    return [...Object.entries(away).map(([name, value]) => wordsOf(name, value)), ...(absent ? [absent.words] : [])];
  }
  function tell() {
    if (!globalThis.KX_ONE && time && view) time.draw(at, missing());
  }
  /** Show `moment`: filters stay, and what is selected where it exists, unless `choice` says otherwise. */
  function go(moment, choice = undefined) {
    const next = Math.max(0, Math.min(last, moment));
    if (next !== at) change(next, choice);
    else if (choice !== undefined) view.choose(choice);
  }
  function change(next, choice) {
    if (!globalThis.KX_ONE) {
      const state = view.filters(), place = view.place();
      const wanted = state.absent || named(series.at(at), view.chosen());
      at = next;
      view.stop();
      const model = series.at(at);
      const { choice: carried, missed } = found(model, wanted);
      const filters = { ...carriedState(state, model), absent: choice === undefined && missed ? wanted : null };
      view = show(filters, false);
      if (choice === undefined) view.choose(carried, place);
      else view.choose(choice);
      tell();
      soon();
      if (choice !== undefined) return;
      if (time) say(time.said(at, missing()));
      told(carried, at);
    }
  }
  return {
    go,
    hear(told) {
      age = told;
      view.hear(told);
    },
    choose: (choice, place) => view.choose(choice, place),
    moment: () => at,
    place: () => view.place(),
    kept: () => ({ moment: at, filters: { ...view.filters(), absent: null } }),
    stop() {
      if (!globalThis.KX_ONE) clearTimeout(ahead);
      unfollow();
      view.stop();
      root.replaceChildren();
    },
  };
}
