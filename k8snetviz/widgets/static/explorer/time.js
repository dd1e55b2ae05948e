// The line of time: how many Services are broken at each moment, and the control that goes from one to another.

import { counted, element } from "./element.js";
import { told } from "./lanes.js";

const BROKEN = ["down", "degraded", "unknown"]; // from below
const HIGH = 24; // of the tallest bar
const FEW = 24; // moments up to which each bar has its number

/**
 * The line of time of `series` in `box`; `go` hears of each moment that the reader wants.
 * @param {HTMLElement} box @param {import("./moments.js").Series} series @param {(moment: number) => void} go
 */
export function timeIn(box, series, go) {
  const { labels, counts } = series;
  const last = labels.length - 1;
  const broken = counts.map((each) => BROKEN.reduce((sum, state) => sum + (each[state] || 0), 0));
  const most = Math.max(1, ...broken);
  const bars = labels.map((label, moment) => {
    const parts = BROKEN.filter((state) => counts[moment][state]).map((state) => {
      const part = element("i", { class: "b-" + state });
      part.style.height = Math.max(2, (counts[moment][state] / most) * HIGH) + "px";
      return part;
    });
    const bar = element("div", { class: "tick", title: label + ": " + wordsOf(counts[moment]) }, ...parts.reverse(), labels.length > FEW ? null : element("b", {}, String(broken[moment])));
    bar.style.left = (last ? (moment / last) * 100 : 0) + "%";
    return bar;
  });
  const ticks = element("div", { class: "ticks" + (labels.length > FEW ? " many" : ""), "aria-hidden": "true" }, ...bars);
  const range = /** @type {HTMLInputElement} */ (element("input", { type: "range", min: 0, max: last, step: 1, "aria-label": "Moment", oninput: () => soon(Number(range.value)) }));
  const back = step("◂", "Previous moment", -1), on = step("▸", "Next moment", 1);
  const name = element("b"), place = element("span", { class: "quiet" }), missing = element("span", { class: "missing" });
  let shown = last, wanted = last, due = 0;

  function step(text, label, by) {
    return /** @type {HTMLButtonElement} */ (element("button", { "aria-label": label, onclick: () => go(shown + by) }, text));
  }
  /** A hand that drags asks faster than a page draws. */
  function soon(moment) {
    wanted = moment;
    due = due || requestAnimationFrame(() => { due = 0; go(wanted); });
  }
  ticks.addEventListener("click", (event) => {
    const frame = ticks.getBoundingClientRect();
    go(Math.round(((event.clientX - frame.left) / frame.width) * last));
  });
  box.append(element("div", { class: "time", role: "group", "aria-label": "Moments" }, back, element("div", { class: "track" }, ticks, range), on,
    element("div", { class: "when" }, name, place, missing)));
  return {
    /** Show that `moment` is shown, and what of the reader's choices is not there. @param {number} moment @param {string[]} lost */
    draw(moment, lost) {
      shown = wanted = moment;
      range.value = String(moment);
      range.setAttribute("aria-valuetext", labels[moment] + ", " + (moment + 1) + " of " + labels.length + ", " + wordsOf(counts[moment]));
      bars.forEach((bar, each) => bar.classList.toggle("now", each === moment));
      back.disabled = moment === 0;
      on.disabled = moment === last;
      name.textContent = name.title = labels[moment];
      place.textContent = moment + 1 + " of " + labels.length + " · " + (broken[moment] ? counted(broken[moment], "broken Service") : "no Service broken");
      missing.textContent = lost.length ? "not there at this moment: " + lost.join(", ") : "";
    },
    /** What is said when the moment has changed. @param {number} moment @param {string[]} lost */
    said(moment, lost) {
      return [labels[moment], wordsOf(counts[moment]), lost.length ? "not there: " + lost.join(", ") : ""].filter(Boolean).join(". ");
    },
  };
}

function wordsOf(counts) {
  return told(counts) || "no Services";
}
