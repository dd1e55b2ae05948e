// The three hosts: a live widget, a page that upgrades itself, a renderer of JupyterLab. They feed data and take choices.

import { announce, beside, withdraw } from "./beside.js";
import { bytesOf, modelOf } from "./data.js";
import { element } from "./element.js";
import { adoptPage } from "./style.js";
import { viewIn } from "./view.js";

const NOTHING = { kind: "nothing", key: null };
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

  function told(choice) {
    telling = true;
    model.set("_choice", { by: "page", of: model.get("_uid"), ...(choice || NOTHING) });
    telling = false;
    try {
      model.save_changes();
    } catch (error) {
      console.info("k8snetviz: the kernel is gone; the page goes on without it.", error);
    }
  }
  /** Take a choice that came from elsewhere: from Python, or from another view of this explorer. */
  function take() {
    const { of, kind, key } = model.get("_choice") || {};
    if (telling || !view || (of && of !== model.get("_uid"))) return;
    view.choose(!kind || kind === "nothing" ? null : { kind, key });
  }
  /** Show the data as it is now; a reader who filtered goes on with the same filters. */
  async function show() {
    const mine = ++turn;
    const raw = model.get("_data");
    try {
      const data = await modelOf(new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength));
      if (mine !== turn) return; // newer data came, or the end
      const before = view ? view.filters() : undefined;
      if (view) view.stop();
      view = viewIn(host, data, told, before);
      take();
    } catch (error) {
      console.error(FAILED, error);
    }
  }
  const name = () => announce(el, model.get("_pages"));
  const listeners = { "change:_choice": take, "change:_uid": show, "change:_pages": name };
  for (const [event, hear] of Object.entries(listeners)) model.on(event, hear);
  name();
  show();
  return () => {
    turn++;
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
 * Show the data block `text` (base64) in `host`, which carries its name as `data-kx`, wherever no live widget shows it.
 * Rejects when the block cannot be read; `failed` hears when it can, but not be shown. The promise is kept with the function that ends it.
 * @param {HTMLElement} host @param {string} text @param {(error: any) => void} [failed] @returns {Promise<() => void>}
 */
export async function mount(host, text, failed = (error) => console.warn(FAILED, error)) {
  const model = await modelOf(bytesOf(text));
  return beside(host, host.getAttribute("data-kx") || "", async () => {
    try {
      return shown(host, model);
    } catch (error) {
      failed(error);
      return () => undefined;
    }
  });
}

async function live(host, text) {
  const model = await modelOf(bytesOf(text));
  adoptPage();
  return shown(host, model);
}

/** Show `model` in an element of its own at the end of `host`; the returned function takes it away. */
function shown(host, model) {
  const at = element("div", { "data-kx-live": "" });
  host.append(at);
  try {
    const view = viewIn(at, model, () => undefined);
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
