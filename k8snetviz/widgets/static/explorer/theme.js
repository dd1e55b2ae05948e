// Light or dark, as the page around is, followed live.

/** @type {WeakMap<HTMLElement, (dark: boolean) => void>} */
const hearers = new WeakMap(); // held by the element alone: a closed notebook tells nobody, it only lets go of its elements

/** Call `change` with true where the page is dark, now and after each switch. @param {HTMLElement} host @param {(dark: boolean) => void} change */
export function followTheme(host, change) {
  hearers.set(host, change);
  const held = new WeakRef(host); // the page outlives the explorer, and must not keep it
  const query = matchMedia("(prefers-color-scheme: dark)");
  const tell = () => {
    const at = held.deref();
    if (at) hearers.get(at)?.(isDark(at, query.matches));
    else stop();
  };
  const watch = new MutationObserver(tell);
  for (const watched of [document.body, document.documentElement]) {
    watch.observe(watched, { attributes: true, attributeFilter: ["data-jp-theme-light", "data-jp-theme-name", "data-theme", "class"] });
  }
  query.addEventListener("change", tell);
  const stop = () => {
    const at = held.deref();
    if (at) hearers.delete(at);
    watch.disconnect();
    query.removeEventListener("change", tell);
  };
  tell();
  return stop;
}

function isDark(host, wished) {
  const told = document.body.getAttribute("data-jp-theme-light");
  if (told !== null) return told === "false";
  const named = document.documentElement.getAttribute("data-theme");
  if (named === "dark" || named === "light") return named === "dark";
  for (let at = /** @type {HTMLElement|null} */ (host); at; at = at.parentElement) {
    const parts = getComputedStyle(at).backgroundColor.match(/[\d.]+/g);
    if (parts && (parts.length < 4 || Number(parts[3]) > 0.5)) return Number(parts[0]) * 0.3 + Number(parts[1]) * 0.6 + Number(parts[2]) * 0.1 < 110;
  }
  return wished && getComputedStyle(document.documentElement).colorScheme.includes("dark");
}
