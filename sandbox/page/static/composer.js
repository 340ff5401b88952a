// Where a person writes: text, photographs, files; a banner says what is being answered or corrected.

import { h, icon } from "./dom.js";
import { size } from "./words.js";

const TOUCH = matchMedia("(pointer: coarse)");
const FILES_AT_MOST = 10;

/**
 * A composer. `send({text, files, asFiles, reply, edit})` resolves to true when the server took it; only then is it emptied.
 * `commands()` gives the bot's menu for this chat; `said(text)` tells the person something.
 */
export class Composer {
  constructor({ placeholder, send, commands, said, id }) {
    this.send = send;
    this.said = said;
    this.commands = commands;
    this.files = [];
    this.reply = null;
    this.edit = null;
    this.drafts = new Map();
    this.where = null;
    this.text = h("textarea", { id, rows: "1", placeholder, "aria-label": placeholder, dir: "auto", maxlength: "4096", enterkeyhint: "enter" });
    this.picker = h("input", { type: "file", multiple: true, class: "sr", tabindex: "-1", "aria-hidden": "true" });
    this.banner = h("div", { class: "banner", hidden: true });
    this.keys = h("div", { class: "keys", hidden: true });
    this.tray = h("div", { class: "tray", hidden: true });
    this.asFiles = h("input", { type: "checkbox" });
    this.menu = commands ? h("details", { class: "more commands" }) : null;
    this.sendButton = h("button", { type: "submit", class: "round send", "aria-label": "Отправить" }, icon("send"));
    this.element = h("form", { class: "composer", autocomplete: "off" },
      this.banner, this.tray, this.keys,
      h("div", { class: "composer-row" },
        h("button", { type: "button", class: "round", "aria-label": "Приложить фото или файлы", onclick: () => this.picker.click() }, icon("clip")),
        this.menu, this.picker, this.text, this.sendButton));
    this.listen();
  }

  listen() {
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing && !TOUCH.matches) {
        event.preventDefault();
        this.submit();
      }
      if (event.key === "Escape") this.clearBanner();
    });
    this.text.addEventListener("input", () => this.grow());
    this.text.addEventListener("paste", (event) => {
      if (event.clipboardData.files.length) {
        event.preventDefault();
        this.attach([...event.clipboardData.files]);
      }
    });
    this.element.addEventListener("dragover", (event) => event.preventDefault());
    this.element.addEventListener("drop", (event) => {
      event.preventDefault();
      this.attach([...event.dataTransfer.files]);
    });
    this.picker.addEventListener("change", () => {
      this.attach([...this.picker.files]);
      this.picker.value = "";
    });
  }

  /** Puts aside what is being written in one place and takes up what was left in another. */
  moveTo(where) {
    if (where === this.where) return;
    if (this.where !== null) this.drafts.set(this.where, { text: this.text.value, files: this.files, reply: this.reply, edit: this.edit });
    const left = this.drafts.get(where) ?? { text: "", files: [], reply: null, edit: null };
    this.where = where;
    Object.assign(this, { files: left.files, reply: left.reply, edit: left.edit });
    this.text.value = left.text;
    this.refresh();
  }

  refresh() {
    this.grow();
    this.showBanner();
    this.showTray();
    this.showCommands();
  }

  grow() {
    this.text.style.setProperty("height", "auto");
    this.text.style.setProperty("height", `${Math.min(this.text.scrollHeight, 180)}px`);
  }

  attach(files) {
    if (this.edit) return this.said("К исправлению файлы не прикладываются.");
    const all = [...this.files, ...files];
    if (all.length > FILES_AT_MOST) this.said(`В одном сообщении не больше ${FILES_AT_MOST} файлов.`);
    this.files = all.slice(0, FILES_AT_MOST);
    this.showTray();
    this.text.focus();
    return undefined;
  }

  showTray() {
    this.tray.hidden = this.files.length === 0;
    const pictures = this.files.some((file) => file.type.startsWith("image/"));
    this.tray.replaceChildren(...this.files.map((file) => this.chip(file)));
    if (pictures) this.tray.append(h("label", { class: "as-files" }, this.asFiles, " отправить как файлы, без сжатия"));
  }

  chip(file) {
    const remove = h("button", { type: "button", class: "chip-close", "aria-label": `Убрать ${file.name}` }, icon("close"));
    remove.addEventListener("click", () => {
      this.files = this.files.filter((one) => one !== file);
      this.showTray();
    });
    return h("span", { class: "chip" }, icon("file"), h("span", { class: "chip-name" }, file.name), h("span", { class: "chip-size" }, size(file.size)), remove);
  }

  startReply(message) {
    this.reply = message;
    this.edit = null;
    this.showBanner();
    this.text.focus();
  }

  startEdit(message) {
    this.edit = message;
    this.reply = null;
    this.text.value = message.text;
    this.showBanner();
    this.grow();
    this.text.focus();
  }

  clearBanner() {
    if (this.edit) this.text.value = "";
    this.reply = null;
    this.edit = null;
    this.showBanner();
    this.grow();
  }

  showBanner() {
    const target = this.edit ?? this.reply;
    this.banner.hidden = !target;
    if (!target) return this.banner.replaceChildren();
    const title = this.edit ? "Изменение сообщения" : `Ответ: ${target.from?.name ?? target.author?.name ?? ""}`;
    return this.banner.replaceChildren(
      icon("reply"),
      h("span", { class: "banner-words" }, h("strong", {}, title), h("span", { class: "banner-text", dir: "auto" }, target.text || "Вложение")),
      h("button", { type: "button", class: "round small", "aria-label": "Не отвечать", onclick: () => this.clearBanner() }, icon("close")));
  }

  showCommands() {
    if (!this.menu) return;
    const commands = this.commands();
    this.menu.hidden = commands.length === 0;
    const list = h("div", { class: "menu is-up", role: "menu" }, commands.map((command) =>
      h("button", { type: "button", role: "menuitem", onclick: () => this.command(command) },
        h("span", { class: "command" }, `/${command.command}`), h("span", { class: "command-words" }, command.description))));
    this.menu.replaceChildren(h("summary", { class: "round", "aria-label": "Команды бота" }, icon("slash")), list);
  }

  /** The keyboard a bot has put under the field (ReplyKeyboardMarkup): each key writes its caption. */
  showKeys(rows) {
    this.keys.hidden = rows.length === 0;
    const signature = JSON.stringify(rows);
    if (this.keys.dataset.signature === signature) return;
    this.keys.dataset.signature = signature;
    this.keys.replaceChildren(...rows.map((row) => h("div", { class: "keyboard-row" }, row.map((caption) =>
      h("button", { type: "button", class: "press", onclick: () => this.send({ text: caption, files: [], asFiles: false, reply: null, edit: null }) }, caption)))));
  }

  async command(command) {
    this.menu.open = false;
    await this.send({ text: `/${command.command}`, files: [], asFiles: false, reply: null, edit: null });
  }

  async submit() {
    const text = this.text.value.trim();
    if (this.busy || (!text && this.files.length === 0)) return;
    this.busy = true;
    this.element.classList.add("is-busy");
    try {
      const taken = await this.send({ text, files: this.files, asFiles: this.asFiles.checked, reply: this.reply, edit: this.edit });
      if (!taken) return;
      this.text.value = "";
      this.files = [];
      this.reply = null;
      this.edit = null;
      this.refresh();
    } finally {
      this.busy = false;
      this.element.classList.remove("is-busy");
    }
  }
}
