// What a reader finds again when new data takes the place of old: where everything is scrolled to, and what has the focus.

const SCROLLED = [".stage", ".grid", ".details"];

/** Where the reader is in the view of `root`. @param {ShadowRoot} root */
export function placeIn(root) {
  const active = /** @type {any} */ (root.activeElement);
  return {
    scrolled: SCROLLED.map((name) => {
      const box = root.querySelector(name);
      return box ? [box.scrollLeft, box.scrollTop] : [0, 0];
    }),
    focus: active ? nameOf(active) : "",
    caret: active && active.type === "search" ? [active.selectionStart, active.selectionEnd] : null,
  };
}

/** Bring the reader back to `place` in the view of `root`. @param {ShadowRoot} root @param {ReturnType<typeof placeIn>} place */
export function backTo(root, place) {
  SCROLLED.forEach((name, number) => {
    const box = root.querySelector(name);
    if (box) [box.scrollLeft, box.scrollTop] = place.scrolled[number];
  });
  if (!place.focus) return;
  const same = /** @type {any[]} */ ([...root.querySelectorAll("button,input,select,[tabindex]")]).find((each) => nameOf(each) === place.focus);
  if (!same) return;
  same.focus({ preventScroll: true });
  if (place.caret) same.setSelectionRange(...place.caret);
}

/** What an element is called, without the numbers in it. @param {Element} each */
function nameOf(each) {
  return each.tagName + " " + (each.getAttribute("aria-label") || (each.textContent || "").replace(/[\d,]+/g, "#"));
}
