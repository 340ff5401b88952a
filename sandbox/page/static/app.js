// The page itself: takes the state from the server whenever something has happened there, shows it, carries acts back.
// Who the visitor is and which chat is open live in the address after #, so that a reload shows the same.

import { Refused, act, fetchState, listen, moveClock } from "./api.js";
import { ChatPane } from "./chat.js";
import { CommunityPane } from "./community.js";
import { alertDialog, confirmDialog, hush, toast } from "./notices.js";
import { COMMAND } from "./richtext.js";
import { ClockStrip, showChats, showGuide, showNote, showRoles, showTabs } from "./strip.js";
import { inWords, setOffset } from "./words.js";

const NARROW = matchMedia("(max-width: 819.98px)");
const ui = { as: null, citizen: null, chat: "group", tab: "group", guide: false };
let state = null;
let asked = 0;
let shown = 0;

const chatNow = () => state.messenger?.chats.find((chat) => chat.key === ui.chat) ?? state.messenger?.chats[0] ?? null;
const roleOf = (key) => state.cast.find((role) => role.key === key);

function readAddress() {
  const said = new URLSearchParams(location.hash.slice(1));
  ui.as = said.get("as");
  ui.citizen = said.get("citizen");
  ui.chat = said.get("chat") === "bot" ? "bot" : "group";
  ui.tab = ["vk", "group", "bot", "guide"].includes(said.get("tab")) ? said.get("tab") : ui.chat;
}

function writeAddress() {
  const words = new URLSearchParams({ ...(ui.as ? { as: ui.as } : {}), ...(ui.citizen ? { citizen: ui.citizen } : {}), chat: ui.chat, tab: ui.tab });
  history.replaceState(null, "", `#${words}`);
}

/** Runs an act and says in words why it was refused; resolves to the answer or null. */
async function doing(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    toast(error.message, "refused");
    return null;
  }
}

/** An address of another stand may name somebody who is not here: the state as whoever is here sees it. */
async function somebodyElse(error) {
  if (error.status !== 400 || !ui.as) throw error;
  const fresh = await fetchState(null, null);
  ui.as = ui.citizen = null;
  return fresh;
}

async function refresh() {
  asked += 1;
  const mine = asked;
  const fresh = await doing(() => fetchState(ui.as, ui.citizen).catch(somebodyElse));
  if (!fresh || mine < shown) return;
  shown = mine;
  state = fresh;
  const official = state.official ?? state.cast.find((role) => role.messenger)?.key ?? null;
  ui.citizen = state.citizen;
  if (ui.as !== official || !state.official) {
    ui.as = official;
    if (official && !state.official) return refresh();
  }
  render();
  return undefined;
}

function render() {
  setOffset(state.clock.offset_minutes);
  clock.set(state.clock);
  writeAddress();
  document.body.dataset.tab = ui.tab;
  document.body.classList.toggle("is-guide-open", ui.guide);
  const chats = state.messenger?.chats ?? [];
  const chat = chatNow();
  if (chat) ui.chat = chat.key;
  const current = NARROW.matches ? [ui.tab === "vk" ? ui.citizen : ui.as] : [ui.as, ui.citizen];
  showRoles(state.cast, current, state.messenger_name, chooseRole);
  showChats(chats, ui.chat, openChat);
  showGuide(state.guide, goTo);
  const unread = Object.fromEntries(chats.map((one) => [one.key, one.unread]));
  showTabs(ui.tab, { ...unread, vk: state.vk?.unread ?? 0 }, chooseTab);
  community.show(state.vk, state.samples, clock.now(), state.vk?.unread ?? 0);
  pane.show(roleOf(ui.as) ?? { key: "nobody", title: "никто" }, chat);
  showNote(state.note);
  document.title = chat ? `${chat.subtitle} · Дежурный` : "Дежурный";
}

function chooseRole(key) {
  const role = roleOf(key);
  hush();
  if (role.messenger) ui.as = key;
  if (role.vk) ui.citizen = key;
  if (NARROW.matches) ui.tab = role.vk ? "vk" : ui.chat;
  refresh().then(() => {
    if (!role.messenger && !NARROW.matches) {
      community.focus();
      document.getElementById("community").classList.add("is-lit-pane");
      setTimeout(() => document.getElementById("community").classList.remove("is-lit-pane"), 900);
    }
  });
}

function openChat(key) {
  ui.chat = key;
  if (NARROW.matches) ui.tab = key;
  render();
}

function chooseTab(key) {
  ui.tab = key;
  if (key === "group" || key === "bot") ui.chat = key;
  render();
}

function goTo(step) {
  ui.guide = false;
  document.getElementById("guide-toggle").setAttribute("aria-expanded", "false");
  const role = roleOf(step.role);
  if (!role) return;
  if (step.chat) {
    ui.chat = step.chat;
    ui.tab = step.chat;
  }
  chooseRole(step.role);
}

/** Links that lead into this very stand are walked here; the rest open outside. True when walked. */
function follow(href) {
  if (href.startsWith(COMMAND)) {
    const chat = chatNow();
    if (chat?.can_write) send(chat, { text: href.slice(COMMAND.length), files: [], asFiles: false, reply: null, edit: null });
    return true;
  }
  const wall = href.match(/vk\.(?:com|ru)\/(?:[^?#]*\?w=)?wall-?\d+_(\d+)(?:.*?[?&]reply=(\d+))?/);
  if (wall) {
    if (NARROW.matches) {
      ui.tab = "vk";
      render();
    }
    if (community.jump(wall[1], wall[2])) return true;
  }
  const posted = href.match(/(t\.me\/[A-Za-z]\w+)\/(\d+)$/) ?? href.match(/(max\.ru\/[A-Za-z]\w+)\/([\w-]{11})$/);
  if (posted) {
    if (NARROW.matches) {
      ui.tab = "vk";
      render();
    }
    if (community.jumpToChannel(posted[1], posted[2])) return true;
  }
  const message = href.match(/t\.me\/c\/\d+\/(\d+)/)?.[1] ?? numberIn(href.match(/max\.ru\/c\/-?\d+\/([\w-]{11})$/)?.[1]);
  if (message) {
    openChat("group");
    if (!pane.jump(message)) toast("Этого сообщения здесь нет");
    return true;
  }
  const invitation = href.match(/(?:t\.me|max\.ru)\/\w+\?start=([\w-]+)/);
  if (invitation) {
    start(invitation[1]);
    return true;
  }
  return false;
}

/** The number that MAX writes as 11 letters in the address of a message. */
function numberIn(letters) {
  if (!letters) return null;
  const bytes = atob(letters.replaceAll("-", "+").replaceAll("_", "/"));
  return String([...bytes].reduce((number, byte) => number * 256n + BigInt(byte.charCodeAt(0)), 0n));
}

async function start(payload) {
  const done = await doing(() => act({ as: ui.as, do: "start", ...(payload ? { payload } : {}) }));
  if (done) openChat("bot");
}

async function press(chat, message, item, row, column) {
  if (item.kind === "copy") return copy(item.copy);
  if (item.kind === "url") {
    if (!follow(item.url) && await confirmDialog(`Открыть ${item.url}?`, "Открыть")) window.open(item.url, "_blank", "noopener,noreferrer");
    return undefined;
  }
  const answer = await doing(() => act({ as: ui.as, do: "press", chat: chat.key, message: message.id, row, column }));
  if (!answer) return undefined;
  if (answer.url) follow(answer.url);
  if (answer.text) return answer.alert ? alertDialog(answer.text) : toast(answer.text);
  if (!answer.answered) toast("Бот пока не ответил на нажатие", "refused");
  return undefined;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Скопировано");
  } catch {
    toast("Браузер не дал скопировать", "refused");
  }
}

async function send(chat, { text, files, asFiles, reply, edit }) {
  const base = { as: ui.as, chat: chat.key, text };
  if (edit) return Boolean(await doing(() => act({ ...base, do: "edit", message: edit.id })));
  const body = { ...base, do: reply ? "reply" : "write", ...(reply ? { message: reply.id } : {}), ...(asFiles ? { as_files: true } : {}) };
  const done = await doing(() => act(body, files));
  if (done) pane.bottom(true);
  return Boolean(done);
}

async function vk(does, what, more) {
  const done = await doing(() => act({ as: ui.citizen, do: does, text: what.text ?? "", ...more }, what.files ?? []));
  return Boolean(done);
}

async function sample(key) {
  const done = await doing(() => act({ as: ui.citizen, do: "sample", ...(key ? { key } : {}) }));
  if (!done) return;
  await refresh();
  community.jump(done.post, done.comment);
}

const clock = new ClockStrip(async (body) => {
  const moved = await doing(() => moveClock(body));
  if (moved) toast(`Теперь ${inWords(moved.now)}`);
});

const community = new CommunityPane(document.getElementById("community"), {
  vk, sample, follow, said: toast, samples: () => state.samples,
  readLetters: () => doing(() => act({ as: ui.citizen, do: "read_letters" })),
});

const pane = new ChatPane(document.getElementById("chat"), {
  press, send, follow, copy, said: toast, start: () => start(null),
  forward: async (chat, message) => {
    const done = await doing(() => act({ as: ui.as, do: "forward", chat: chat.key, message: message.id }));
    if (done) toast("Переслано боту");
  },
  read: (chat) => doing(() => act({ as: ui.as, do: "read", chat: chat.key, upto: chat.messages.at(-1)?.id ?? 0 })),
});

document.getElementById("guide-toggle").addEventListener("click", (event) => {
  ui.guide = !ui.guide;
  event.currentTarget.setAttribute("aria-expanded", String(ui.guide));
  if (NARROW.matches) ui.tab = ui.guide ? "guide" : ui.chat;
  render();
});
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.more[open]")) if (!open.contains(event.target)) open.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") for (const open of document.querySelectorAll("details.more[open]")) open.open = false;
});
document.addEventListener("visibilitychange", () => {
  if (state && document.visibilityState === "visible") pane.scrolled();
});
NARROW.addEventListener("change", () => state && render());
window.addEventListener("hashchange", () => {
  readAddress();
  refresh();
});

readAddress();
document.body.dataset.tab = ui.tab;
listen(refresh, (linked) => {
  document.getElementById("offline").hidden = linked;
});
refresh();
