// What is said to the person at the machine: short pills that go away, dialogs that wait, pictures at full size.

import { h, icon } from "./dom.js";

const STAYS_MS = 3800;

/** A pill near the top of the screen, as Telegram shows an answered press; gone after a few seconds or at a tap. */
export function toast(text, kind = "plain") {
  const pill = h("div", { class: `toast is-${kind}`, onclick: () => pill.remove() }, text);
  const host = document.getElementById("toasts");
  while (host.children.length > 2) host.firstElementChild.remove();
  host.append(pill);
  setTimeout(() => pill.remove(), STAYS_MS + text.length * 30);
}

/** Nothing is said any more: whoever it was said to is not here. */
export function hush() {
  document.getElementById("toasts").replaceChildren();
}

function open(dialog) {
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.showModal();
}

/** A dialog that waits for «Понятно» (answerCallbackQuery with show_alert). */
export function alertDialog(text) {
  const dialog = h("dialog", { class: "alert", "aria-label": "Сообщение бота" });
  dialog.append(
    h("p", {}, text),
    h("button", { type: "button", class: "solid", onclick: () => dialog.close(), autofocus: true }, "Понятно"),
  );
  open(dialog);
}

/** Asks before following a way out of the stand; resolves to true when the person agrees. */
export function confirmDialog(text, yes) {
  return new Promise((resolve) => {
    const dialog = h("dialog", { class: "alert", "aria-label": "Подтверждение" });
    const close = (answer) => {
      resolve(answer);
      dialog.close();
    };
    dialog.append(
      h("p", {}, text),
      h("div", { class: "alert-row" },
        h("button", { type: "button", class: "quiet", onclick: () => close(false) }, "Отмена"),
        h("button", { type: "button", class: "solid", onclick: () => close(true) }, yes)),
    );
    dialog.addEventListener("close", () => resolve(false));
    open(dialog);
  });
}

/** A picture at full size; a tap anywhere or Escape closes it. */
export function lightbox(source, caption) {
  const dialog = h("dialog", { class: "lightbox", "aria-label": caption || "Фотография" });
  dialog.append(
    h("img", { src: source, alt: caption || "Фотография" }),
    h("button", { type: "button", class: "round lightbox-close", "aria-label": "Закрыть", onclick: () => dialog.close() }, icon("close")),
  );
  dialog.addEventListener("click", () => dialog.close());
  open(dialog);
}
