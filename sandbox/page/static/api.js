// The page's way to the server. The server is the memory; nothing is kept here.

/** A refusal the server put into words; `message` may be shown as it is. */
export class Refused extends Error {
  constructor(words, status = 0) {
    super(words);
    this.status = status;
  }
}

async function answerOf(response) {
  let body = {};
  try {
    body = await response.json();
  } catch {
    throw new Refused("Стенд ответил непонятно. Обновите страницу.");
  }
  if (!response.ok) throw new Refused(body.error || "Не получилось. Попробуйте ещё раз.", response.status);
  return body;
}

async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, { cache: "no-store", ...options });
  } catch {
    throw new Refused("Нет связи со стендом.");
  }
  return answerOf(response);
}

export const fetchState = (as, other) =>
  ask(`/api/state?${new URLSearchParams({ ...(as ? { as } : {}), ...(other ? { with: other } : {}) })}`);

/** Does something as a person; with files it travels as a form. Resolves to what came of it. */
export function act(body, files = []) {
  if (files.length === 0) {
    return ask("/api/act", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  }
  const form = new FormData();
  form.append("act", JSON.stringify(body));
  for (const file of files) form.append("files", file, file.name);
  return ask("/api/act", { method: "POST", body: form });
}

export const moveClock = (body) =>
  ask("/api/clock", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

/** Calls `changed()` after every change on the server (gathered), and `linked(true|false)` as the link comes and goes. */
export function listen(changed, linked) {
  let waiting = null;
  const soon = () => {
    waiting ??= setTimeout(() => {
      waiting = null;
      changed();
    }, 60);
  };
  const source = new EventSource("/api/events");
  source.addEventListener("change", soon);
  source.addEventListener("open", () => {
    linked(true);
    soon();
  });
  source.addEventListener("error", () => linked(false));
}
