// The hosts: an element of a saved page that upgrades itself, and a live widget. They feed data and take choices.

import { bytesOf, modelOf } from "./data.js";
import { element } from "./element.js";
import { adoptPage } from "./style.js";
import { viewIn } from "./view.js";

const EVENT = "k8snetviz-live";
const SENTENCE = "k8snetviz explorer"; // how the text of our widget output begins
const DEAD = /Error displaying widget|model not found/;

/** Elements of live widgets by name of their data block, shared by every explorer of the page. @returns {Map<string, Set<Element>>} */
function living() {
  const all = /** @type {any} */ (globalThis);
  all.k8snetvizLive = all.k8snetvizLive || new Map();
  return all.k8snetvizLive;
}

/** Render the anywidget model `model` in `el`; returns the function that unsubscribes. */
export async function render({ model, el }) {
  const uid = model.get("_uid");
  const mine = living().get(uid) || new Set();
  living().set(uid, mine.add(el));
  el.setAttribute("data-lm-suppress-shortcuts", "true");
  const tell = () => dispatchEvent(new CustomEvent(EVENT, { detail: uid }));
  setTimeout(tell, 0);
  setTimeout(tell, 500);
  const raw = model.get("_data");
  const data = await modelOf(new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength));
  const host = element("div");
  el.append(host);
  const view = viewIn(host, data, (choice) => {
    model.set("_choice", { by: "page", ...(choice || { kind: "nothing", key: null }) });
    model.save_changes();
  });
  const take = () => {
    const { by, kind, key } = model.get("_choice") || {};
    if (by === "python") view.choose(kind === "nothing" ? null : { kind, key });
  };
  model.on("change:_choice", take);
  take();
  return () => {
    model.off("change:_choice", take);
    mine.delete(el);
    view.stop();
  };
}

/** Upgrade the first element of the page that holds the data block `uid` and is not yet upgraded. @param {string} uid */
export async function boot(uid) {
  const host = /** @type {HTMLElement|null} */ (document.querySelector('[data-kx="' + uid + '"]:not([data-kx-on])'));
  if (!host) return;
  host.setAttribute("data-kx-on", "wait");
  const output = /** @type {HTMLElement|null} */ (host.closest(".jp-OutputArea-child"));
  const area = host.closest(".jp-OutputArea");
  let view = null, working = false, patient = true;
  /** @type {HTMLElement|null} */ let hidden = null;

  async function mount() {
    if (view || working) return;
    working = true;
    try {
      const block = host.querySelector("[data-kx-data]");
      const model = await modelOf(bytesOf(JSON.parse((block && block.textContent) || "\"\"")));
      adoptPage();
      const at = element("div", { "data-kx-live": "" });
      host.append(at);
      host.setAttribute("data-kx-on", "yes");
      view = viewIn(at, model, () => undefined);
    } catch (error) {
      host.querySelector("[data-kx-live]")?.remove();
      host.setAttribute("data-kx-on", "no"); // the static part stays
      console.warn("k8snetviz: the static view stays:", error);
    }
    working = false;
    settle();
  }
  function unmount() {
    if (!view) return;
    view.stop();
    view = null;
    host.querySelector("[data-kx-live]")?.remove();
    host.setAttribute("data-kx-on", "wait");
  }
  /** Decide who is seen: the live widget beside this output, or this one. */
  function settle() {
    if (!host.isConnected) return watch.disconnect();
    const alive = [...(living().get(uid) || [])].some((el) => el.isConnected && area && area.contains(el));
    if (alive) {
      if (output) output.style.display = "none";
      if (hidden) hidden.style.display = "";
      hidden = null;
      return unmount();
    }
    if (output) output.style.display = "";
    const before = /** @type {HTMLElement|null} */ (output && output.previousElementSibling);
    const text = before ? (before.textContent || "").trim() : "";
    const ended = DEAD.test(text) || text.startsWith(SENTENCE);
    const loading = before && !ended && (text.startsWith("Loading widget") || (text === "" && before.querySelector(".jupyter-widgets, .lm-Widget, .jp-OutputArea-output")));
    if (loading && patient) return undefined;
    if (before && (ended || loading) && before !== hidden) {
      hidden = before;
      hidden.style.display = "none";
    }
    return mount();
  }
  const watch = new MutationObserver(settle);
  if (area) watch.observe(area, { childList: true, subtree: true, characterData: true });
  addEventListener(EVENT, (event) => /** @type {CustomEvent} */ (event).detail === uid && settle());
  setTimeout(() => { patient = false; settle(); }, 1000);
  settle();
}
