// Building the page out of elements and text. Nothing here or elsewhere parses a string as HTML:
// what people wrote reaches the screen only through text nodes.

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  send: "M4 12 20 4l-4 16-4-7z M12 13l8-9",
  clip: "M20 11.5 12.2 19a5 5 0 0 1-7-7L13 4.3a3.3 3.3 0 0 1 4.7 4.7L10 16.5a1.6 1.6 0 0 1-2.4-2.3L14 8",
  close: "M6 6l12 12 M18 6 6 18",
  check: "M5 12.5l4.5 4.5L19 7.5",
  down: "M12 5v14 M6 13l6 6 6-6",
  reply: "M10 6 4 12l6 6 M4 12h10a6 6 0 0 1 6 6",
  more: "M6 12h.01 M12 12h.01 M18 12h.01",
  pin: "M9 4h6l-1 6 3 3v2H7v-2l3-3z M12 15v5",
  mute: "M6 16V11a6 6 0 0 1 9-5.2 M18 11v5l2 2H8 M10 21h4 M4 4l16 16",
  file: "M7 3h7l4 4v14H7z M14 3v4h4",
  play: "M8 5v14l11-7z",
  place: "M12 21s7-6.2 7-11a7 7 0 0 0-14 0c0 4.8 7 11 7 11z M12 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  wall: "M4 5h16v14H4z M8 9h8 M8 13h8 M8 17h4",
  group: "M8.5 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6z M3 19a5.5 5.5 0 0 1 11 0 M16 11a2.5 2.5 0 1 0-1-4.8 M16.5 14A5 5 0 0 1 21 19",
  person: "M12 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z M5 20a7 7 0 0 1 14 0",
  list: "M4 6l1.5 1.5L8 5 M11 6.5h9 M4 12l1.5 1.5L8 11 M11 12.5h9 M4 18l1.5 1.5L8 17 M11 18.5h9",
  link: "M9 15l6-6 M10 6l1.5-1.5a4 4 0 0 1 6 6L16 12 M14 18l-1.5 1.5a4 4 0 0 1-6-6L8 12",
  copy: "M9 9h10v11H9z M15 9V4H5v11h4",
  slash: "M15 4 9 20",
  bot: "M6 9h12v9H6z M12 9V5 M9.5 13h.01 M14.5 13h.01 M3 13v2 M21 13v2",
};

/** An element with attributes, listeners (`onclick`), dataset (`data: {…}`) and children; null and false children are left out. */
export function h(tag, attrs = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attrs)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") element.className = value;
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && typeof value === "boolean") element[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  append(element, children);
  return element;
}

/** Children put at the end of an element; strings become text nodes. */
export function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** A stroke icon 24×24, hidden from screen readers. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/**
 * Makes the container hold exactly `items` in order, and touches only what differs: an element whose signature
 * is as before stays the very same element (with its focus, its selection and its pictures).
 */
export function keyed(container, items, keyOf, build) {
  const old = new Map();
  for (const element of [...container.children]) old.set(element.dataset.key, element);
  let previous = null;
  for (const item of items) {
    const key = String(keyOf(item));
    const signature = JSON.stringify(item);
    let element = old.get(key);
    if (!element || element.signature !== signature) {
      const fresh = build(item, element ?? null);
      fresh.dataset.key = key;
      fresh.signature = signature;
      if (element && element !== fresh) swap(element, fresh);
      element = fresh;
    }
    old.delete(key);
    const next = previous ? previous.nextElementSibling : container.firstElementChild;
    if (next !== element) container.insertBefore(element, next);
    previous = element;
  }
  for (const element of old.values()) element.remove();
}

const REACHABLE = "button, a[href], summary, textarea, [tabindex]";

function swap(element, fresh) {
  const index = element.contains(document.activeElement) ? [...element.querySelectorAll(REACHABLE)].indexOf(document.activeElement) : -1;
  element.replaceWith(fresh);
  const reachable = [...fresh.querySelectorAll(REACHABLE)];
  if (index >= 0 && reachable.length) reachable[Math.min(index, reachable.length - 1)].focus({ preventScroll: true });
}

/** One or two letters to stand for a name. */
export function initials(name) {
  const words = name.trim().split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  return words.slice(0, 2).map((word) => [...word][0].toUpperCase()).join("") || "•";
}

/** A round portrait made of initials; `tone` 0…6 picks its colour. */
export function avatar(name, tone, kind = "person") {
  const face = h("span", { class: `avatar tone-${tone % 7} is-${kind}`, "aria-hidden": "true" });
  append(face, [kind === "bot" ? icon("bot") : initials(name)]);
  return face;
}

/** Brings an element into sight and lights it up once; the one lit before is forgotten. */
export function light(element) {
  for (const lit of document.querySelectorAll(".is-lit")) lit.classList.remove("is-lit");
  element.scrollIntoView({ block: "center", behavior: "smooth" });
  requestAnimationFrame(() => element.classList.add("is-lit"));
}
