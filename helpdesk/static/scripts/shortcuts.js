// The keyboard map (views/keyboard.py): g + letter goes somewhere, / searches, j and k move through rows, Enter opens, ? explains.
// Also: a click anywhere on a row follows its row link, and Escape or a click outside closes open menus.
// Without JavaScript every target stays a link and Tab reaches it.
"use strict";

(() => {
  const SEQUENCE_MS = 1200;
  const HEADER_PX = 120; // rows under the sticky bars do not count as seen
  const help = document.getElementById("shortcut-help");
  const switchBox = document.querySelector("[data-shortcuts-enabled]");
  let goPressedAt = -Infinity;

  const remembered = () => {
    try {
      return localStorage.getItem("helpdesk.shortcuts") !== "off";
    } catch {
      return true;
    }
  };
  let enabled = remembered();

  const isTyping = (target) =>
    target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;

  const visible = (element) => element.offsetParent !== null;

  const rowLinks = () => [...document.querySelectorAll("[data-rows] .row-link")].filter(visible);

  const moveRow = (step) => {
    const links = rowLinks();
    if (links.length === 0) return false;
    const row = document.activeElement?.closest("tr");
    const here = links.findIndex((link) => row !== null && link.closest("tr") === row);
    const onScreen = links.findIndex((link) => link.getBoundingClientRect().top > HEADER_PX);
    const next = here === -1 ? Math.max(onScreen, 0) : here + step;
    const link = links[Math.min(Math.max(next, 0), links.length - 1)];
    link.focus({ focusVisible: true });
    link.scrollIntoView({ block: "nearest" });
    return true;
  };

  const openHelp = () => {
    if (!help || help.open) return false;
    closeMenus();
    for (const row of help.querySelectorAll("[data-needs]")) row.hidden = !document.querySelector(row.dataset.needs);
    help.showModal();
    return true;
  };

  const goTo = (key) => {
    const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
    if (link) location.assign(link.href);
    return link !== null;
  };

  const act = (event) => {
    const waitsForTarget = event.timeStamp - goPressedAt < SEQUENCE_MS;
    goPressedAt = -Infinity;
    if (waitsForTarget && goTo(event.key)) return true;
    switch (event.key) {
      case "g":
        goPressedAt = event.timeStamp;
        return true;
      case "/": {
        const field = document.querySelector("[data-jump]");
        field?.focus();
        field?.select();
        return Boolean(field);
      }
      case "j":
        return moveRow(1);
      case "k":
        return moveRow(-1);
      case "?":
        return openHelp();
      default: {
        const key = CSS.escape(event.key);
        const target = [...document.querySelectorAll(`[data-key="${key}"], [data-focus-key="${key}"]`)].find(visible);
        if (target?.dataset.key) target.click();
        else target?.focus();
        return Boolean(target);
      }
    }
  };

  const closeMenus = (except = null) => {
    for (const menu of document.querySelectorAll(".nav-menu[open], .user-menu[open]")) {
      if (menu !== except) menu.open = false;
    }
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = document.querySelector(".nav-menu[open], .user-menu[open]");
      closeMenus();
      menu?.querySelector("summary")?.focus();
      return;
    }
    const modified = event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
    if (!enabled || modified || event.defaultPrevented || isTyping(event.target) || help?.open) return;
    if (event.key.length === 1 && act(event)) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    closeMenus(event.target.closest(".nav-menu, .user-menu"));
    if (event.target.closest("a, button, input, select, textarea, label, summary")) return;
    const link = event.target.closest("[data-rows] tbody tr")?.querySelector(".row-link");
    if (!link || String(getSelection())) return; // selecting text in a row is not opening it
    if (event.ctrlKey || event.metaKey) open(link.href, "_blank", "noopener");
    else location.assign(link.href);
  });

  if (switchBox) {
    switchBox.checked = enabled;
    switchBox.addEventListener("change", () => {
      enabled = switchBox.checked;
      try {
        localStorage.setItem("helpdesk.shortcuts", enabled ? "on" : "off");
      } catch {
        // storage is blocked: the choice holds for this page
      }
    });
  }
  for (const entry of document.querySelectorAll("[data-shortcut-entry]")) entry.hidden = false;
  for (const button of document.querySelectorAll("[data-open-shortcuts]")) button.addEventListener("click", openHelp);
  document.documentElement.classList.add("has-shortcuts");
})();
