// The messenger's right-hand side: the open chat of the person chosen, its pinned message, its history, the composer.

import { Composer } from "./composer.js";
import { avatar, h, icon, keyed, light } from "./dom.js";
import { messageElement } from "./message.js";
import { counted, day, dayKey } from "./words.js";

const NEAR_BOTTOM_PX = 90;
const JOINED_MS = 5 * 60 * 1000;

/** Messages gathered for showing: days between, albums as one, a run of one person's messages joined. */
export function runs(messages, unreadFrom) {
  const items = [];
  let previous = null;
  for (const message of messages) {
    if (!previous || dayKey(previous.date) !== dayKey(message.date)) {
      items.push({ key: `day-${dayKey(message.date)}`, day: day(message.date), messages: [] });
      previous = null;
    }
    if (message.id === unreadFrom) {
      items.push({ key: "unread", unread: true, messages: [] });
      previous = null;
    }
    const last = items.at(-1);
    if (previous && message.album && previous.album === message.album) {
      last.messages.push(message);
    } else {
      const joined = Boolean(previous) && !previous.service && !message.service && previous.from.id === message.from.id
        && !previous.buttons.length && new Date(message.date) - new Date(previous.date) < JOINED_MS;
      items.push({ key: message.id, joined, messages: [message] });
    }
    previous = message;
  }
  return items;
}

export class ChatPane {
  constructor(host, hands) {
    this.host = host;
    this.hands = hands;
    this.opened = null;
    this.unreadFrom = null;
    this.head = h("header", { class: "chat-head" });
    this.pinned = h("button", { type: "button", class: "pinned", hidden: true });
    this.list = h("div", { class: "messages", role: "log", "aria-label": "Сообщения", "aria-live": "off" });
    this.scroll = h("div", { class: "scroll", tabindex: "0", "aria-label": "История сообщений" }, this.list);
    this.toBottom = h("button", { type: "button", class: "round to-bottom", "aria-label": "К последним сообщениям", hidden: true, onclick: () => this.bottom(true) }, icon("down"));
    this.start = h("button", { type: "button", class: "solid start", hidden: true, onclick: () => hands.start() }, "Начать");
    this.composer = new Composer({
      id: "composer-text", placeholder: "Сообщение", said: hands.said,
      send: (what) => hands.send(this.chat, what),
      commands: () => this.chat?.commands ?? [],
    });
    host.replaceChildren(this.head, this.pinned, h("div", { class: "scroll-host" }, this.scroll, this.toBottom), this.start, this.composer.element);
    this.scroll.addEventListener("scroll", () => this.scrolled());
  }

  /** Shows the chat as the state has it; keeps the place being read, follows the end when it was in sight. */
  show(role, chat) {
    const where = chat ? `${role.key}:${chat.key}:${chat.id}` : null;
    const fresh = where !== this.opened;
    const atBottom = fresh || this.nearBottom();
    this.role = role;
    this.chat = chat;
    this.host.classList.toggle("is-empty", !chat);
    if (!chat) return this.nothing();
    if (fresh) {
      this.opened = where;
      this.unreadFrom = chat.unread ? chat.first_unread : null;
      this.list.replaceChildren();
    }
    this.header(role, chat);
    this.showPinned(chat);
    this.history(chat);
    this.start.hidden = !chat.can_start;
    this.composer.element.hidden = chat.can_start || !chat.can_write;
    this.composer.moveTo(where);
    this.composer.showCommands();
    this.composer.showKeys(chat.keyboard);
    this.answerWanted(chat, fresh);
    if (fresh && this.unreadFrom && this.toUnread()) this.scrolled();
    else if (atBottom) this.bottom(false);
    else this.scrolled();
    return undefined;
  }

  nothing() {
    this.opened = null;
    this.head.replaceChildren(h("h2", {}, "Переписки пока нет"));
    this.list.replaceChildren(h("p", { class: "hush" }, "Этого человека бот ещё не знает."));
    this.start.hidden = true;
    this.composer.element.hidden = true;
  }

  header(role, chat) {
    const under = chat.key === "group" ? counted(chat.members, "участник", "участника", "участников") : "бот";
    this.head.replaceChildren(
      avatar(chat.title, chat.key === "group" ? 4 : 0, chat.key === "group" ? "group" : "bot"),
      h("div", { class: "chat-names" }, h("h2", {}, chat.title), h("p", {}, under)),
      h("p", { class: "chat-as" }, "вы: ", h("strong", {}, role.title)));
  }

  showPinned(chat) {
    const pin = chat.pinned;
    this.pinned.hidden = !pin;
    if (!pin) return;
    this.pinned.replaceChildren(icon("pin"), h("span", { class: "pinned-words" }, h("strong", {}, "Закреплённое сообщение"), h("span", { dir: "auto" }, pin.text || "Вложение")));
    this.pinned.onclick = () => this.jump(pin.id);
  }

  history(chat) {
    const hands = {
      ...this.hands,
      faces: chat.key === "group",
      canReply: chat.can_write,
      canForward: (message) => chat.can_forward && !message.service,
      jump: (id) => this.jump(id),
      reply: (message) => this.composer.startReply(message),
      edit: (message) => this.composer.startEdit(message),
      forward: (message) => this.hands.forward(chat, message),
      press: (message, item, row, column) => this.hands.press(chat, message, item, row, column),
    };
    if (!chat.messages.length) {
      const words = chat.can_start ? "Бот не может написать первым. Нажмите «Начать», и он познакомится с вами." : "Здесь пока тихо.";
      this.list.replaceChildren(h("p", { class: "hush" }, words));
      return;
    }
    for (const hush of this.list.querySelectorAll(".hush")) hush.remove();
    const open = this.list.querySelector("details[open]")?.closest("[data-key]")?.dataset.key;
    keyed(this.list, runs(chat.messages, this.unreadFrom), (item) => item.key, (item, old) => {
      if (old && open === old.dataset.key && !item.messages.length) return old;
      return messageElement(item, hands);
    });
  }

  /** A new message that asks for an answer (ForceReply) opens the answer by itself, as Telegram does. */
  answerWanted(chat, fresh) {
    const last = chat.messages.at(-1);
    if (!last || last.id === this.lastSeen) return;
    this.lastSeen = last.id;
    if (!fresh && last.force_reply && !last.mine && !this.composer.text.value && !this.composer.reply) this.composer.startReply(last);
  }

  nearBottom() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < NEAR_BOTTOM_PX;
  }

  bottom(smoothly) {
    this.scroll.scrollTo({ top: this.scroll.scrollHeight, behavior: smoothly ? "smooth" : "instant" });
    for (const img of this.list.querySelectorAll("img:not([data-seen])")) {
      img.dataset.seen = "yes";
      if (!img.complete) img.addEventListener("load", () => this.bottom(false), { once: true });
    }
    this.scrolled();
  }

  toUnread() {
    const line = this.list.querySelector('[data-key="unread"]');
    if (!line) return false;
    line.scrollIntoView({ block: "start" });
    return true;
  }

  scrolled() {
    const near = this.nearBottom();
    this.toBottom.hidden = near;
    if (near && this.chat && this.chat.unread && document.visibilityState === "visible" && this.host.offsetParent !== null) {
      this.hands.read(this.chat);
    }
  }

  /** Brings a message (by its id, or by its number in this chat) into sight and lights it up for a moment; false when it is not here. */
  jump(id) {
    const is = (one) => one === String(id) || one.endsWith(`_${id}`);
    const target = [...this.list.querySelectorAll("[data-ids]")].find((one) => one.dataset.ids.split(" ").some(is));
    if (!target) return false;
    light(target);
    return true;
  }
}
