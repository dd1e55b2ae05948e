// The three hosts: a live widget, a page that upgrades itself, a renderer of JupyterLab. They feed data and take choices.

import { announce, beside, withdraw } from "./beside.js";
import { bytesOf } from "./data.js";
import { element } from "./element.js";
import { explorerIn } from "./frame.js";
import { seriesOf } from "./moments.js";
import { adoptPage } from "./style.js";

const NOTHING = { kind: "nothing", key: null };
const VERSION = 1; // of the entry of our mime type
const UID = /^[0-9a-f]{16}$/;
const SILENT_S = 15; // three beats of a kernel that follows a cluster
const FAILED = "k8snetviz: the explorer cannot be shown:";

/**
 * Render the anywidget model `model` in `el`; returns the function that unsubscribes.
 * @param {{model: any, el: HTMLElement}} host
 */
export function render({ model, el }) {
  el.setAttribute("data-lm-suppress-shortcuts", "true");
  const host = element("div");
  el.append(host);
  let view = null, telling = false, turn = 0;
  let shownUid = ""; // of the data that the view shows
  let heard = Date.now();

  function told(choice, at) {
    telling = true;
    if (at !== moment()) model.set("_moment", at);
    model.set("_choice", { by: "page", of: shownUid, at, ...(choice && choice.kind !== "gone" ? choice : NOTHING) });
    telling = false;
    try {
      model.save_changes();
    } catch (error) {
      console.info("k8snetviz: the kernel is gone; the page goes on without it.", error);
    }
  }
  /** What is chosen, as far as it was chosen in the data that is shown, at the moment that is. */
  function chosen() {
    const { of, at = moment(), kind, key } = model.get("_choice") || {};
    return !kind || kind === "nothing" || (of && of !== shownUid) || at !== moment() ? null : { kind, key };
  }
  function moment() {
    return model.get("_moment") || 0;
  }
  /** Take a choice that came from elsewhere: from Python, or from another view of this explorer. */
  function take() {
    const { of, at = moment() } = model.get("_choice") || {};
    if (telling || !view || model.get("_uid") !== shownUid || (of && of !== shownUid) || at !== moment()) return;
    view.go(moment(), chosen());
  }
  /** Say how old the data of a live cluster may be: as the kernel tells, or that the kernel itself is not heard. */
  function tellAge() {
    const told = model.get("_live");
    if (!view || !told || !told.said) return;
    const silent = Math.round((Date.now() - heard) / 1000);
    view.hear(silent > SILENT_S && !told.end ? { said: "the kernel has not been heard for " + silent + " s", lost: true } : told);
  }
  function hear() {
    heard = Date.now();
    tellAge();
  }
  /** Show the data as it is now; a reader who filtered goes on with the same filters. */
  async function show() {
    const mine = ++turn;
    const raw = model.get("_data"), uid = model.get("_uid");
    try {
      const data = await seriesOf(new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength));
      if (mine !== turn) return; // newer data came, or the end
      const before = { ...(view ? view.kept() : {}), moment: moment() }, place = view ? view.place() : null;
      host.style.minHeight = host.offsetHeight + "px"; // what is below does not jump
      if (view) view.stop();
      view = explorerIn(host, data, told, before);
      shownUid = uid;
      tellAge();
      view.choose(chosen(), place);
      requestAnimationFrame(() => requestAnimationFrame(() => { host.style.minHeight = ""; }));
    } catch (error) {
      console.error(FAILED, error);
    }
  }
  const name = () => announce(el, model.get("_pages"));
  const listeners = { "change:_choice": take, "change:_moment": take, "change:_uid": show, "change:_pages": name, "change:_live": hear };
  for (const [event, hear] of Object.entries(listeners)) model.on(event, hear);
  const clock = setInterval(tellAge, 1000);
  name();
  show();
  return () => {
    turn++;
    clearInterval(clock);
    for (const [event, hear] of Object.entries(listeners)) model.off(event, hear);
    withdraw(el);
    if (view) view.stop();
    view = null; // the manager of widgets keeps this function as long as the page
  };
}

/** Upgrade the first element of the page that holds the data block `uid` and is not yet upgraded. @param {string} uid */
export async function boot(uid) {
  const host = /** @type {HTMLElement|null} */ (document.querySelector('[data-kx="' + uid + '"]:not([data-kx-on])'));
  if (!host) return;
  host.setAttribute("data-kx-on", "wait");
  beside(host, uid, async () => {
    const block = host.querySelector("[data-kx-data]");
    try {
      return await live(host, JSON.parse((block && block.textContent) || '""'));
    } catch (error) {
      host.setAttribute("data-kx-on", "no"); // the static part stays
      console.warn("k8snetviz: the static view stays:", error);
      return () => undefined;
    }
  });
}

/**
 * Show in `node` what `html` holds, our own page of the output whose mime entry is `entry`, read without running or showing anything of it.
 * Rejects when it cannot be read; `failed` hears when it can, but not be shown. The promise is kept with the function that ends it.
 * @param {HTMLElement} node @param {{v: number, uid: string}} entry @param {string} html @param {(error: any) => void} failed @returns {Promise<() => void>}
 */
export async function received(node, entry, html, failed) {
  const { v, uid } = entry;
  if (v !== VERSION || !UID.test(uid)) throw new Error("an entry of another version");
  const page = new DOMParser().parseFromString(html, "text/html").querySelector('[data-kx="' + uid + '"]');
  const block = page && page.querySelector('script[data-kx-data="deflate"]');
  if (!page || !block) throw new Error("no data block");
  const series = await seriesOf(bytesOf(String(JSON.parse(block.textContent || ""))));
  const first = page.getAttribute("data-kx-moment");
  const host = element("div", { "data-kx": uid, "data-kx-beside": "", "data-kx-moment": first, "data-lm-suppress-shortcuts": "true" });
  node.replaceChildren(host);
  return beside(host, uid, async () => {
    try {
      return shown(host, series);
    } catch (error) {
      failed(error);
      return () => undefined;
    }
  });
}

async function live(host, text) {
  const series = await seriesOf(bytesOf(text));
  adoptPage();
  return shown(host, series);
}

/** Show `series` in an element of its own at the end of `host`; the returned function takes it away. */
function shown(host, series) {
  const at = element("div", { "data-kx-live": "" });
  host.append(at);
  try {
    const first = host.getAttribute("data-kx-moment");
    const view = explorerIn(at, series, () => undefined, first === null ? {} : { moment: Number(first) });
    host.setAttribute("data-kx-on", "yes");
    return () => {
      view.stop();
      at.remove();
      host.setAttribute("data-kx-on", "wait");
    };
  } catch (error) {
    at.remove();
    throw error;
  }
}
