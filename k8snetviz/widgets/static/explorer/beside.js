// Two outputs of one cell hold one explorer: a live widget, and a page that needs no kernel. Who of them is seen is decided here.

const LIVE = "data-kx-widget"; // on the element of a live widget: the names of the pages it stands for
const NEWS = "kx-live"; // told to every page when a widget comes alive
const SENTENCE = "k8snetviz explorer"; // how the text of the live output begins
const DEAD = /Error displaying widget|model not found/;
const LOADING = /^Loading widget/;
const PATIENCE = 150, PATIENCE_RUNNING = 1000; // ms for a widget to come alive, in a saved cell and in one that is running

/** Say that `el` holds a live widget, which stands for the pages `names`. @param {HTMLElement} el @param {string[]} names */
export function announce(el, names) {
  el.setAttribute(LIVE, names.join(" "));
  const tell = () => document.querySelectorAll("[data-kx]").forEach((page) => page.dispatchEvent(new CustomEvent(NEWS)));
  setTimeout(tell, 0);
  setTimeout(tell, 500); // an element can come into the page after its widget was rendered
}

/** Take back what was announced. @param {HTMLElement} el */
export function withdraw(el) {
  el.removeAttribute(LIVE);
}

/**
 * Show the page in `host` wherever no live widget shows it: `start` is called then, and what it returns when one comes alive.
 * The returned function ends it. Nothing outside of the output holds on to the page, so it goes when its output goes.
 * @param {HTMLElement} host @param {string} uid hexadecimal
 * @param {() => Promise<() => void>} start
 * @returns {() => void}
 */
export function beside(host, uid, start) {
  /** @type {HTMLElement|null} */ let output = null;
  /** @type {Element|null} */ let area = null;
  const paired = host.hasAttribute("data-kx-beside"); // else what stands before it is none of ours
  let stop = null, arrived = false, working = false, ended = false, patient = true;
  /** @type {HTMLElement|null} */ let hidden = null;

  /** Learn where the host is, once it is in the page. */
  function arrive() {
    output = /** @type {HTMLElement|null} */ (host.closest(".jp-OutputArea-child"));
    area = output && output.closest(".jp-OutputArea");
    if (area) watch.observe(area, { childList: true, subtree: true, characterData: true });
    setTimeout(() => { patient = false; settle(); }, area && isRunning(area) ? PATIENCE_RUNNING : PATIENCE);
  }
  async function wake() {
    if (stop || working) return;
    working = true;
    const made = await start();
    working = false;
    if (ended) return made();
    stop = made;
    settle(); // a widget may have come alive meanwhile
  }
  function sleep() {
    if (stop) stop();
    stop = null;
  }
  function conceal(line) {
    if (hidden && hidden !== line) hidden.style.display = "";
    if (line) line.style.display = "none";
    hidden = line;
  }
  /** Decide who is seen. */
  function settle() {
    if (ended) return undefined;
    if (area && !area.contains(host)) return end(); // the output was cleared or written anew
    if (!host.isConnected) return undefined; // only out of sight: the notebook puts it back
    if (!arrived) arrive();
    arrived = true;
    if (area && area.querySelector("[" + LIVE + '~="' + uid + '"]')) {
      if (output) output.style.display = "none";
      conceal(null);
      return sleep();
    }
    if (output) output.style.display = "";
    const line = paired && output ? /** @type {HTMLElement|null} */ (output.previousElementSibling) : null;
    const text = line ? (line.textContent || "").trim() : null;
    const ours = text !== null && (DEAD.test(text) || text.startsWith(SENTENCE));
    const loading = text !== null && (text === "" || LOADING.test(text));
    if (loading && patient) return undefined;
    conceal(ours || (loading && text) ? line : null);
    return wake();
  }
  function end() {
    ended = true;
    watch.disconnect();
    sight.disconnect();
    host.removeEventListener(NEWS, settle);
    conceal(null);
    sleep();
  }
  const watch = new MutationObserver(settle);
  const sight = new ResizeObserver(settle);
  sight.observe(host);
  host.addEventListener(NEWS, settle);
  settle();
  return end;
}

/** Tell whether the cell of `area` is being run: its widget will come. @param {Element} area */
function isRunning(area) {
  const cell = area.closest(".jp-Cell");
  const prompt = cell && cell.querySelector(".jp-InputPrompt");
  return Boolean(prompt && (prompt.textContent || "").includes("*"));
}
