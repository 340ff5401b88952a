// Everything around the two worlds: the town's clock, who the visitor is, the list of chats, the guide, the tabs of a telephone.

import { avatar, h, icon, keyed } from "./dom.js";
import { hours, inWords, tomorrowAt } from "./words.js";

const STEPS = [
  ["+10 мин", { advance_minutes: 10 }],
  ["+30 мин", { advance_minutes: 30 }],
  ["+1 ч", { advance_minutes: 60 }],
];

/** The clock of the town: it goes on by itself between the server's words about it. */
export class ClockStrip {
  constructor(move) {
    this.words = document.getElementById("clock-words");
    const steps = document.getElementById("clock-steps");
    const toggle = document.getElementById("clock-now");
    const step = (words, body) => h("button", { type: "button", onclick: () => move(body()) }, words);
    steps.replaceChildren(...STEPS.map(([words, body]) => step(words, () => body)), step("до 9:00 завтра", () => ({ to: tomorrowAt(this.now(), 9) })));
    toggle.addEventListener("click", () => {
      const opened = toggle.getAttribute("aria-expanded") !== "true";
      toggle.setAttribute("aria-expanded", String(opened));
      steps.classList.toggle("is-open", opened);
    });
    const narrow = matchMedia("(max-width: 819.98px)");
    const fold = () => {
      toggle.disabled = !narrow.matches;
    };
    narrow.addEventListener("change", fold);
    fold();
    setInterval(() => this.tick(), 1000);
  }

  set(clock) {
    this.base = new Date(clock.now).getTime();
    this.since = performance.now();
    this.running = clock.running;
    this.tick();
  }

  now() {
    return new Date(this.base + (this.running ? performance.now() - this.since : 0));
  }

  tick() {
    if (this.base === undefined) return;
    const words = inWords(this.now());
    if (this.words.textContent !== words) this.words.textContent = words;
  }
}

/** One line of the stand's own above the page: what it is doing, or what has gone wrong. */
export function showNote(note) {
  const line = document.getElementById("note");
  line.hidden = !note;
  line.classList.toggle("is-trouble", Boolean(note?.trouble));
  if (line.textContent !== (note?.words ?? "")) line.textContent = note?.words ?? "";
}

/** Who the visitor may be. `current` holds the keys of the roles he is now, one a world; `messenger` is its name. */
export function showRoles(cast, current, messenger, choose) {
  const host = document.getElementById("roles");
  const known = cast.map((role, index) => ({ ...role, index, now: current.includes(role.key) }));
  const official = known.filter((role) => role.messenger);
  const citizens = known.filter((role) => !role.messenger);
  const title = (key, words, roles) => (roles.length ? [{ key, words }] : []);
  const items = [...title("title-messenger", `В ${messenger} вы`, official), ...official, ...title("title-vk", "Во ВКонтакте вы", citizens), ...citizens];
  keyed(host, items, (item) => item.key, (item) => (item.words
    ? h("p", { class: "side-title" }, item.words)
    : h("button", { type: "button", class: `role${item.messenger ? "" : " is-vk"}`, "aria-pressed": String(item.now), onclick: () => choose(item.key) },
      avatar(item.title, item.index, "person"),
      h("span", { class: "role-title" }, item.title),
      item.unread ? h("span", { class: "count", "aria-label": `непрочитанных: ${item.unread}` }, item.unread) : null)));
  const signature = current.join();
  if (host.dataset.current === signature) return;
  host.dataset.current = signature;
  const first = host.querySelector('[aria-pressed="true"]');
  if (first && host.scrollWidth > host.clientWidth) host.scrollLeft = first.offsetLeft - host.offsetLeft - 14;
}

/** The person's chats, as Telegram lists them. */
export function showChats(chats, opened, open) {
  const host = document.getElementById("chats");
  keyed(host, chats.map((chat) => ({ key: chat.key, title: chat.title, subtitle: chat.subtitle, last: chat.last, unread: chat.unread, loud: chat.loud, open: chat.key === opened })), (chat) => chat.key, (chat) =>
    h("button", { type: "button", class: "chat-item", "aria-pressed": String(chat.open), onclick: () => open(chat.key) },
      avatar(chat.title, chat.key === "group" ? 4 : 0, chat.key === "group" ? "group" : "bot"),
      h("span", { class: "chat-item-words" },
        h("strong", {}, chat.subtitle),
        h("span", { class: "chat-item-line" },
          h("span", { class: "chat-item-last", dir: "auto" }, chat.last ? `${chat.last.mine ? "Вы: " : ""}${chat.last.text}` : "ещё не начат"),
          chat.last ? h("time", {}, hours(chat.last.date)) : null)),
      chat.unread ? h("span", { class: `count${chat.loud ? "" : " is-silent"}`, "aria-label": `непрочитанных: ${chat.unread}` }, chat.unread) : null));
}

/** The short guide; a step ticks itself off when the server has seen it happen. */
export function showGuide(guide, go) {
  const done = guide.filter((step) => step.done).length;
  document.getElementById("guide-count").textContent = `${done} из ${guide.length}`;
  const host = document.getElementById("guide");
  const next = guide.find((step) => !step.done)?.key;
  const signature = JSON.stringify(guide);
  if (host.dataset.signature === signature) return;
  host.dataset.signature = signature;
  host.replaceChildren(
    h("h2", {}, "Что попробовать", h("span", { class: "guide-done" }, `${done} из ${guide.length}`)),
    h("ol", {}, guide.map((step, index) => h("li", { class: step.done ? "is-done" : step.key === next ? "is-next" : "" },
      h("span", { class: "step-mark", "aria-hidden": "true" }, step.done ? icon("check") : index + 1),
      h("span", { class: "step-words" },
        h("strong", {}, step.title, step.done ? h("span", { class: "sr" }, " (сделано)") : null),
        h("span", {}, step.hint),
        step.key === next && step.role ? h("button", { type: "button", class: "link", onclick: () => go(step) }, step.go) : null)))),
    done === guide.length ? h("p", { class: "guide-end" }, "Весь путь пройден. Ещё можно вернуть сообщение с причиной или переслать боту своё: напишите ему в личный чат.") : "");
}

const TABS = [
  { key: "vk", words: "ВКонтакте", mark: "wall" },
  { key: "group", words: "Группа", mark: "group" },
  { key: "bot", words: "Бот", mark: "bot" },
  { key: "guide", words: "Подсказки", mark: "list" },
];

/** The bottom bar of a telephone. */
export function showTabs(current, counts, choose) {
  const host = document.getElementById("tabs");
  keyed(host, TABS.map((tab) => ({ ...tab, now: tab.key === current, count: counts[tab.key] || 0 })), (tab) => tab.key, (tab) =>
    h("button", { type: "button", class: "tab", "aria-pressed": String(tab.now), onclick: () => choose(tab.key) },
      h("span", { class: "tab-mark" }, icon(tab.mark), tab.count ? h("span", { class: "count" }, tab.count) : null),
      h("span", {}, tab.words)));
}
