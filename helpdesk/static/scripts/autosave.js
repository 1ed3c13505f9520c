// Drafts are kept while one writes: textarea[data-autosave-url] posts its form as JSON, with the CSRF token as a header.
// The answer may be {"saved_at": "16:55", "version": 3}; 409 and 422 may carry {"message": "…"}.
// Without JavaScript the form's own save button does the same.
"use strict";

(() => {
  const PAUSE_MS = 1500;
  const RETRY_MS = 15000;

  const draftOf = (form) => {
    const draft = {};
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && name !== "csrf_token" && name !== "once") draft[name] = value;
    }
    return draft;
  };

  const clockTime = () =>
    new Intl.DateTimeFormat("ja-JP", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Tokyo" }).format(new Date());

  const watch = (form, area) => {
    const state = area.parentElement.querySelector("[data-autosave-state]");
    let timer = 0;
    let saved = JSON.stringify(draftOf(form));
    let busy = false;
    let stopped = false;
    let failed = false;

    const say = (words) => {
      if (!state) return;
      state.textContent = words;
      state.classList.toggle("is-failed", failed);
    };

    const answered = async (response, sent) => {
      const body = await response.json().catch(() => ({}));
      if (response.ok) {
        saved = sent;
        if (body.version !== undefined && form.elements.version) {
          form.elements.version.value = body.version;
          saved = JSON.stringify({ ...JSON.parse(sent), version: String(body.version) });
        }
        failed = false;
        say(`保存しました ${body.saved_at ?? clockTime()}`);
        form.dispatchEvent(new CustomEvent("draft-saved", { bubbles: true }));
        return;
      }
      stopped = response.status === 409 || response.status === 403;
      const reason = body.message ?? body.error?.message ?? "";
      failed = true;
      say(`自動保存できません。${reason || "「保存」ボタンで保存してください"}`);
    };

    const save = async () => {
      const draft = JSON.stringify(draftOf(form));
      if (busy || stopped || draft === saved) return;
      busy = true;
      say("保存しています…");
      try {
        const response = await fetch(area.dataset.autosaveUrl, {
          method: "POST",
          credentials: "same-origin",
          headers: {
            Accept: "application/json",
            "Content-Type": "application/json",
            "X-CSRFToken": form.elements.csrf_token?.value ?? "",
          },
          body: draft,
        });
        await answered(response, draft);
      } catch {
        failed = true;
        say("自動保存できません。通信を確かめてください。入力は画面に残っています");
      } finally {
        busy = false;
        if (JSON.stringify(draftOf(form)) !== saved) schedule(failed ? RETRY_MS : PAUSE_MS);
      }
    };

    const schedule = (wait) => {
      clearTimeout(timer);
      if (!stopped) timer = setTimeout(save, wait);
    };

    form.addEventListener("input", () => schedule(PAUSE_MS));
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      stopped = true;
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") save();
    });
  };

  const watched = new Set(); // the form is saved as a whole, once
  for (const area of document.querySelectorAll("textarea[data-autosave-url]")) {
    if (!area.form || watched.has(area.form)) continue;
    watched.add(area.form);
    watch(area.form, area);
  }
})();
