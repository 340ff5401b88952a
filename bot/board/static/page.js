"use strict";
/* Keeps what is shown true without reloading: the server says «changed», the page asks for its own content again. Where
   nothing can be heard, it asks by itself. Without a script the page works the same, only not by itself. */
(() => {
  const POLL = 15000, HOUR_HAND = 60000;
  const live = document.getElementById("live");
  const pulse = document.getElementById("pulse");
  let shown = live.innerHTML.trim();
  let asking = false, again = false, polling = null;

  const clock = () => new Date().toLocaleTimeString("ru-RU", { hour: "numeric", minute: "2-digit" });

  /* What stands where the person was, after the content is new. */
  function place() {
    const at = document.activeElement;
    if (!at || !live.contains(at)) return () => {};
    const tag = at.tagName.toLowerCase(), href = at.getAttribute("href"), name = at.getAttribute("name");
    return () => {
      const found = [...live.querySelectorAll(tag)].find(
        (one) => one.getAttribute("href") === href && one.getAttribute("name") === name);
      (found || live).focus({ preventScroll: true });
    };
  }

  /* A filter somebody is just choosing stays as he has it. */
  function choices() {
    const kept = [...live.querySelectorAll("select, input")].map((one) => [one.name, one.value, one.checked]);
    const open = [...live.querySelectorAll("details")].map((one) => one.open);
    return () => {
      live.querySelectorAll("select, input").forEach((one, index) => {
        if (!kept[index] || kept[index][0] !== one.name) return;
        if (one.type === "checkbox") one.checked = kept[index][2]; else one.value = kept[index][1];
      });
      live.querySelectorAll("details").forEach((one, index) => { one.open = open[index] || false; });
    };
  }

  async function refresh() {
    if (asking) { again = true; return; }
    asking = true;
    try {
      const answer = await fetch(location.href, { headers: { "X-Part": "live" }, credentials: "same-origin", cache: "no-store" });
      if (answer.status === 401) { location.reload(); return; }
      if (!answer.ok && answer.status !== 404) throw new Error(String(answer.status));
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").body;
      const text = fresh.innerHTML.trim();
      if (text !== shown) {
        const focusAgain = place(), chooseAgain = choices();
        live.replaceChildren(...fresh.childNodes);
        shown = text;
        chooseAgain();
        focusAgain();
        pulse.textContent = `Обновлено в ${clock()}`;
      }
      document.body.classList.remove("is-cut-off");
    } catch {
      document.body.classList.add("is-cut-off");
      pulse.textContent = "Нет связи с ботом, пробую ещё";
    } finally {
      asking = false;
      if (again) { again = false; refresh(); }
    }
  }

  function poll(on) {
    if (on && polling === null) polling = setInterval(refresh, POLL);
    if (!on && polling !== null) { clearInterval(polling); polling = null; }
  }

  function listen() {
    if (!window.EventSource) { poll(true); return; }
    const stream = new EventSource(document.body.dataset.changes);
    stream.onopen = () => { poll(false); refresh(); };
    stream.onmessage = refresh;
    stream.addEventListener("over", () => { stream.close(); location.reload(); });
    stream.onerror = () => {
      poll(true);
      if (stream.readyState === EventSource.CLOSED) setTimeout(listen, POLL);
    };
    addEventListener("pagehide", () => stream.close());
    addEventListener("pageshow", (event) => { if (event.persisted) listen(); }, { once: true });
  }

  listen();
  setInterval(() => { if (!document.hidden) refresh(); }, HOUR_HAND);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
})();
