// The watch page keeps itself up to date: it asks for the change number and fetches the page only when that is another.
// Arrow keys move through the map of margins; on narrow screens the map opens at the current slot.
// Without JavaScript: the link 更新する, on the wall screen a reload every minute; the areas and Tab.
"use strict";

(() => {
  const POLL_SECONDS = 15; // the page says otherwise while a day is replayed
  const LOST_AFTER = 2; // failed attempts in a row
  let mark = null;
  let failures = 0;

  const live = () => document.querySelector("[data-live]");

  const showLost = (words) => {
    const place = document.querySelector("[data-live-lost]");
    if (!place) return;
    place.hidden = !words;
    place.textContent = words;
  };

  const isBusy = () => {
    const here = document.activeElement;
    return Boolean(live()?.contains(here) && here.matches("input, textarea, select")) || !getSelection().isCollapsed;
  };

  const replacePage = async () => {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) throw new Error("sign-in");
    const whole = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = whole.querySelector("[data-live]");
    if (!fresh) throw new Error("no page");
    const focused = document.activeElement?.closest("[data-live] a")?.getAttribute("href");
    const scrolls = [...document.querySelectorAll(".map-frame")].map((frame) => frame.scrollLeft);
    const open = [...document.querySelectorAll("[data-live] details")].map((part) => part.open);
    const words = whole.querySelector("[data-live-words]");
    if (words) document.querySelector("[data-live-words]")?.replaceWith(words);
    live().replaceWith(fresh);
    document.querySelectorAll(".map-frame").forEach((frame, at) => (frame.scrollLeft = scrolls[at] ?? 0));
    document.querySelectorAll("[data-live] details").forEach((part, at) => (part.open = open[at] ?? part.open));
    if (focused) document.querySelector(`[data-live] a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  };

  const poll = async () => {
    if (document.hidden || isBusy()) return;
    try {
      const answer = await fetch(live().dataset.changes, { headers: mark ? { "If-None-Match": mark } : {}, cache: "no-store" });
      if (answer.redirected || !(answer.ok || answer.status === 304)) throw new Error("sign-in");
      const seen = answer.headers.get("ETag");
      if (answer.status === 200 && seen !== mark) {
        if (mark !== null) await replacePage();
        mark = seen;
      }
      failures = 0;
      showLost("");
    } catch {
      failures += 1;
      if (failures >= LOST_AFTER) showLost("自動更新が止まっています。通信を確かめ、「更新する」を押してください。");
    }
  };

  const moveInMap = (event) => {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    const cell = event.target instanceof Element ? event.target.closest("[data-map] :is(td, tbody th)") : null;
    if (!step || !cell || event.ctrlKey || event.metaKey || event.altKey) return;
    const row = cell.parentElement;
    const rows = [...row.parentElement.rows];
    const target = rows[rows.indexOf(row) + step[0]]?.cells[cell.cellIndex + step[1]];
    if (!target) return;
    event.preventDefault();
    target.querySelector("a")?.focus();
    target.scrollIntoView({ block: "nearest", inline: "nearest" });
  };

  const showNow = () => {
    for (const frame of document.querySelectorAll(".map-frame")) {
      const now = frame.querySelector("td.is-now");
      if (now && frame.scrollWidth > frame.clientWidth) frame.scrollLeft = now.offsetLeft - frame.clientWidth / 2;
    }
  };

  document.addEventListener("keydown", moveInMap);
  showNow();
  if (live()) {
    const again = () => setTimeout(() => poll().finally(again), 1000 * (live().dataset.pollSeconds ?? POLL_SECONDS));
    poll().finally(again);
    document.addEventListener("visibilitychange", poll);
  }
})();
