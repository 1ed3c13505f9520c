// form[data-confirm-leave]: the browser asks before unsaved input is lost. Sending and autosaving count as saved.
// Without JavaScript nothing is asked.
"use strict";

(() => {
  const forms = [...document.querySelectorAll("form[data-confirm-leave]")];
  if (forms.length === 0) return;

  const content = (form) =>
    JSON.stringify([...new FormData(form)].map(([name, value]) => [name, typeof value === "string" ? value : value.name]));

  const saved = new Map(forms.map((form) => [form, content(form)]));

  for (const form of forms) {
    form.addEventListener("draft-saved", () => saved.set(form, content(form)));
    form.addEventListener("submit", () => saved.delete(form));
  }

  addEventListener("beforeunload", (event) => {
    const unsaved = [...saved].some(([form, before]) => form.isConnected && content(form) !== before);
    if (unsaved) event.preventDefault();
  });
})();
