// Elements, always by createElement and text: nothing from a cluster is read as markup.

/**
 * A new element. Attributes whose value is null or false are left out; children that are strings become text.
 * @param {string} tag @param {Record<string, any>} [attributes] @param {...(Node|string|null)} children
 * @returns {HTMLElement}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  if (tag === "button") made.setAttribute("type", tag); // it never sends a form
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false || value === undefined) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child !== null && child !== undefined) made.append(child);
  return made;
}

/** Text on the page, a dash for what is missing. @param {any} value */
export function shown(value) {
  return value === null || value === undefined || value === "" ? "—" : String(value);
}

/** ``20,000``. @param {number} value */
export function number(value) {
  return value.toLocaleString("en-US");
}

/** ``1 pod``, ``3 pods``, ``2 addresses``. @param {number} count @param {string} noun */
export function counted(count, noun) {
  const plural = noun.endsWith("s") ? noun + "es" : /[^aeiou]y$/.test(noun) ? noun.slice(0, -1) + "ies" : noun + "s";
  return number(count) + " " + (count === 1 ? noun : plural);
}
