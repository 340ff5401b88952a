// One message, or one album, as an element. It shows and reports taps; it asks the server nothing by itself.

import { append, avatar, h, icon } from "./dom.js";
import { lightbox } from "./notices.js";
import { formatted } from "./richtext.js";
import { hours, inWords, size } from "./words.js";

export const fileUrl = (id) => `/api/files/${encodeURIComponent(id)}`;

/** A photograph that opens at full size. */
export function picture(item, caption) {
  return h("button", { type: "button", class: "photo", "aria-label": "Открыть фотографию", onclick: () => lightbox(fileUrl(item.file), caption) },
    h("img", { src: fileUrl(item.file), alt: caption || "Фотография", decoding: "async" }));
}

/** A file to be taken away, with its name and size. */
export function filed(item, mark, words) {
  return h("a", { class: "filed", href: fileUrl(item.file), download: item.name || "" },
    h("span", { class: "filed-mark" }, icon(mark)),
    h("span", { class: "filed-words" }, h("span", { class: "filed-name" }, item.name || words), h("span", { class: "filed-size" }, item.size ? size(item.size) : words)));
}

function attachment(item, caption) {
  if (item.kind === "photo") return picture(item, caption);
  if (item.kind === "sticker") return h("span", { class: "sticker" }, item.emoji || "🙂");
  if (item.kind === "location") return h("span", { class: "filed" }, h("span", { class: "filed-mark" }, icon("place")), h("span", { class: "filed-words" }, `${item.latitude}, ${item.longitude}`));
  if (item.kind === "video") return filed(item, "play", "Видео");
  if (item.kind === "voice") return filed(item, "play", "Голосовое сообщение");
  return filed(item, "file", item.kind === "document" ? "Документ" : "Вложение");
}

function media(messages) {
  const items = messages.flatMap((message) => message.media.map((item) => ({ item, message })));
  if (items.length === 0) return null;
  const pictures = items.filter(({ item }) => item.kind === "photo");
  const others = items.filter(({ item }) => item.kind !== "photo");
  const host = h("div", { class: "media" });
  if (pictures.length) {
    host.append(h("div", { class: `grid of-${Math.min(pictures.length, 4)}` }, pictures.map(({ item, message }) => picture(item, message.text))));
  }
  append(host, others.map(({ item, message }) => attachment(item, message.text)));
  return host;
}

function quote(reply, hands) {
  const words = reply.missing ? "Удалённое сообщение" : reply.text || "Вложение";
  return h("button", { type: "button", class: `quote tone-${reply.tone % 7}`, disabled: Boolean(reply.missing), onclick: () => hands.jump(reply.id) },
    h("span", { class: "quote-who" }, reply.author || ""), h("span", { class: "quote-text", dir: "auto" }, words));
}

function button(message, item, row, column, hands) {
  const classes = `press${item.style ? ` is-${item.style}` : ""}`;
  const mark = item.kind === "url" ? icon("link") : item.kind === "copy" ? icon("copy") : null;
  const element = h("button", { type: "button", class: classes, disabled: Boolean(item.disabled) }, h("span", { class: "press-text" }, item.text), mark);
  element.addEventListener("click", async () => {
    if (element.dataset.busy) return;
    element.dataset.busy = "yes";
    try {
      await hands.press(message, item, row, column);
    } finally {
      delete element.dataset.busy;
    }
  });
  return element;
}

function keyboard(message, hands) {
  if (!message.buttons.length) return null;
  return h("div", { class: "keyboard" }, message.buttons.map((line, row) =>
    h("div", { class: "keyboard-row" }, line.map((item, column) => button(message, item, row, column, hands)))));
}

function menu(message, hands) {
  const items = [];
  if (hands.canForward(message)) items.push(["Переслать боту", () => hands.forward(message)]);
  if (message.mine && message.editable) items.push(["Изменить", () => hands.edit(message)]);
  if (message.text) items.push(["Скопировать текст", () => hands.copy(message.text)]);
  if (!items.length) return null;
  const list = h("div", { class: "menu", role: "menu" });
  const details = h("details", { class: "more" }, h("summary", { class: "foot-button", "aria-label": "Ещё действия с сообщением" }, icon("more")), list);
  for (const [words, does] of items) {
    list.append(h("button", { type: "button", role: "menuitem", onclick: () => { details.open = false; does(); } }, words));
  }
  details.addEventListener("toggle", () => {
    if (!details.open) return;
    const room = details.getBoundingClientRect();
    list.classList.toggle("is-up", room.bottom + 180 > window.innerHeight);
  });
  return details;
}

function foot(message, hands) {
  const marks = [
    message.pinned ? h("span", { class: "mark", title: "Закреплено" }, icon("pin"), h("span", { class: "sr" }, "закреплено")) : null,
    message.silent ? h("span", { class: "mark", title: "Отправлено без звука" }, icon("mute"), h("span", { class: "sr" }, "без звука")) : null,
    message.edited ? h("span", { class: "edited" }, "изменено") : null,
    h("time", { datetime: message.date, title: inWords(message.date) }, hours(message.date)),
  ];
  return h("div", { class: "foot" },
    hands.canReply ? h("button", { type: "button", class: "foot-button foot-reply", onclick: () => hands.reply(message) }, "Ответить") : null,
    menu(message, hands),
    h("span", { class: "foot-marks" }, marks));
}

function bubble(messages, joined, hands) {
  const message = messages[0];
  const worded = messages.find((one) => one.text) ?? message;
  const sticker = message.media.length === 1 && message.media[0].kind === "sticker";
  return h("div", { class: `bubble${sticker ? " is-sticker" : ""}` },
    message.mine || joined || !hands.faces ? null : h("div", { class: `who tone-${message.from.tone % 7}` }, message.from.name,
      message.from.kind === "bot" ? h("span", { class: "badge" }, "бот") : null,
      message.from.kind === "anonymous" ? h("span", { class: "badge" }, "от имени группы") : null),
    message.forward ? h("div", { class: "forward" }, "Переслано от ", h("strong", {}, message.forward.name)) : null,
    message.reply ? quote(message.reply, hands) : null,
    media(messages),
    worded.text ? formatted(worded.text, worded.entities, hands.follow) : null,
    message.reactions.length ? h("div", { class: "reactions" }, message.reactions.map((one) =>
      h("span", { class: "reaction" }, one.emoji, one.count > 1 ? ` ${one.count}` : ""))) : null,
    foot(messages.at(-1), hands));
}

/** The element of a run item: {messages: […], joined, day} made by `runs` in chat.js. */
export function messageElement(item, hands) {
  const message = item.messages[0];
  if (item.day) return h("div", { class: "day" }, h("span", {}, item.day));
  if (item.unread) return h("div", { class: "unread-line" }, h("span", {}, "Новые сообщения"));
  if (message.service) return h("div", { class: "service", id: `m-${message.id}` }, h("span", {}, message.text));
  const side = message.mine ? "is-mine" : "is-theirs";
  const last = item.messages.at(-1);
  const article = h("article", { class: `message ${side}${item.joined ? " is-joined" : ""}`, id: `m-${message.id}`, data: { ids: item.messages.map((one) => one.id).join(" ") } });
  if (!message.mine && hands.faces) article.append(item.joined ? h("span", { class: "avatar is-blank" }) : avatar(message.from.name, message.from.tone, message.from.kind));
  article.append(h("div", { class: "column" }, bubble(item.messages, item.joined, hands), keyboard(last, hands)));
  return article;
}
