// Telegram's text with entities, and VK's plain text, as elements. Offsets count UTF-16 units, as JavaScript's strings do.

import { append, h } from "./dom.js";

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};
const LINKS = { url: (text) => text, text_link: (text, entity) => entity.url, email: (text) => `mailto:${text}` };
/** How a tapped command of the bot is handed to `follow`: this, and the command as written. */
export const COMMAND = "command:";
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);

/** A safe address, or null: only http, https and mailto, and what looks like a bare domain. */
export function safeHref(address) {
  if (!address) return null;
  const whole = /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `https://${address}`;
  try {
    const url = new URL(whole);
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

function link(address, children, follow) {
  const href = safeHref(address);
  if (!href) return h("span", {}, children);
  return h("a", {
    href, target: "_blank", rel: "noopener noreferrer",
    onclick: (event) => {
      if (follow && follow(href)) event.preventDefault();
    },
  }, children);
}

function spoiler(children) {
  const hidden = h("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Скрытый текст, показать" },
    h("span", { class: "spoiler-text" }, children));
  const show = () => {
    hidden.classList.add("is-shown");
    hidden.removeAttribute("aria-label");
  };
  hidden.addEventListener("click", show);
  hidden.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") show();
  });
  return hidden;
}

function wrap(entity, text, children, follow) {
  if (entity.type === "spoiler") return spoiler(children);
  if (LINKS[entity.type]) return link(LINKS[entity.type](text, entity), children, follow);
  if (TAGS[entity.type]) return h(TAGS[entity.type], {}, children);
  if (entity.type === "bot_command" && follow) {
    return h("button", { type: "button", class: "mention", onclick: () => follow(`${COMMAND}${text}`) }, children);
  }
  if (["mention", "text_mention", "hashtag", "bot_command", "cashtag", "phone_number"].includes(entity.type)) {
    return h("span", { class: "mention" }, children);
  }
  return h("span", {}, children);
}

function inside(text, from, to, entities, follow) {
  const parts = [];
  let at = from;
  let index = 0;
  while (index < entities.length) {
    const entity = entities[index];
    const start = Math.max(entity.offset, at);
    const end = Math.min(entity.offset + entity.length, to);
    index += 1;
    if (end <= start) continue;
    const children = [];
    while (index < entities.length && entities[index].offset < end) {
      children.push(entities[index]);
      index += 1;
    }
    if (start > at) parts.push(text.slice(at, start));
    parts.push(wrap(entity, text.slice(start, end), inside(text, start, end, children, follow), follow));
    at = end;
    if (BLOCKS.has(entity.type) && text[at] === "\n") at += 1;
  }
  if (at < to) parts.push(text.slice(at, to));
  return parts;
}

/** The nodes of a formatted text. `follow(href)` may take a link over by returning true. */
export function formatted(text, entities, follow) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const host = h("div", { class: "text", dir: "auto" });
  append(host, inside(text, 0, text.length, sorted, follow));
  return host;
}

const VK_PIECES = /\[((?:id|club|public)\d+)(?::[^|\]]*)?\|([^\]]+)\]|(https?:\/\/[^\s<>"]+)/g;

/** VK's text: mentions like [id1|Имя] become the name, addresses become links, the rest stays as written. */
export function plain(text, follow) {
  const host = h("div", { class: "text", dir: "auto" });
  let at = 0;
  for (const piece of text.matchAll(VK_PIECES)) {
    append(host, [text.slice(at, piece.index)]);
    host.append(piece[3] ? link(piece[3], [piece[3]], follow) : h("span", { class: "mention" }, piece[2]));
    at = piece.index + piece[0].length;
  }
  append(host, [text.slice(at)]);
  return host;
}
