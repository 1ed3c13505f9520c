// Colours and density as the reader chose them. Kept in localStorage and in a cookie (the server then sends the page
// in the right colours). Without JavaScript the system's own setting decides.
"use strict";

(() => {
  const root = document.documentElement;
  const YEAR_SECONDS = 60 * 60 * 24 * 365;
  const settings = {
    theme: { choices: ["auto", "light", "dark"], standard: "auto" },
    density: { choices: ["comfortable", "compact"], standard: "comfortable" },
  };

  const stored = (name) => {
    try {
      return localStorage.getItem(`helpdesk.${name}`);
    } catch {
      return null; // storage is blocked: the cookie has already done its part
    }
  };

  const keep = (name, value) => {
    try {
      localStorage.setItem(`helpdesk.${name}`, value);
    } catch {
      // storage is blocked: the cookie alone remembers
    }
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `${name}=${value}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax${secure}`;
  };

  const apply = (name, value) => {
    if (value === settings[name].standard) delete root.dataset[name];
    else root.dataset[name] = value;
    for (const button of document.querySelectorAll(`[data-set-${name}]`)) {
      button.setAttribute("aria-pressed", String(button.getAttribute(`data-set-${name}`) === value));
    }
  };

  for (const [name, { choices, standard }] of Object.entries(settings)) {
    const value = stored(name) ?? root.dataset[name] ?? standard;
    apply(name, choices.includes(value) ? value : standard);
    for (const button of document.querySelectorAll(`[data-set-${name}]`)) {
      button.addEventListener("click", () => {
        const chosen = button.getAttribute(`data-set-${name}`);
        keep(name, chosen);
        apply(name, chosen);
      });
    }
  }
  for (const section of document.querySelectorAll("[data-appearance]")) section.hidden = false;
})();
