// 電話: the running clock, who is meant while one types, scripts for what has been written, Ctrl+Enter to end.
// Without JavaScript the begin is shown, 「探す」 searches, saving renews the suggestions, the button ends.
"use strict";

(() => {
  const PAUSE_MS = 250;

  // The clock counts from what the server said, so that a wrong clock of this machine does not matter.
  const clock = document.querySelector("[data-call-seconds]");
  if (clock) {
    const startedAt = performance.now() - Number(clock.dataset.callSeconds) * 1000;
    const two = (number) => String(number).padStart(2, "0");
    const show = () => {
      const seconds = Math.floor((performance.now() - startedAt) / 1000);
      const hours = Math.floor(seconds / 3600);
      const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
      clock.textContent = hours ? `${hours}:${rest}` : rest;
    };
    show();
    setInterval(show, 1000);
  }

  const field = document.querySelector("[data-caller-search]");
  const results = document.getElementById("caller-results");
  const pattern = document.getElementById("caller-pattern");
  const status = document.querySelector("[data-caller-status]");

  const rowOf = (caller) => {
    const row = pattern.content.firstElementChild.cloneNode(true);
    const say = (name, words) => {
      row.querySelector(`[data-caller="${name}"]`).textContent = words;
    };
    say("title", [caller.business_name, caller.contact_name].filter(Boolean).join("　"));
    say("detail", [caller.department, caller.telephone, caller.business_code].filter(Boolean).join("・"));
    say("reason", caller.reason);
    const values = { business: caller.business_id, contact: caller.contact_id ?? "" };
    for (const [name, value] of Object.entries(values)) {
      const hidden = row.querySelector(`input[name="${name}"]`);
      if (hidden) hidden.value = value;
    }
    const choose = row.querySelector('button[name="who"]');
    if (choose) choose.value = `${values.business}:${values.contact}`;
    return row;
  };

  if (field && results && pattern) {
    let timer = 0;
    let asked = "";
    const search = async () => {
      const wanted = field.value.trim();
      if (wanted === asked) return;
      asked = wanted;
      if (!wanted) {
        results.replaceChildren();
        return;
      }
      try {
        const response = await fetch(`${field.dataset.callerSearch}?q=${encodeURIComponent(wanted)}`, {
          credentials: "same-origin", headers: { Accept: "application/json" },
        });
        if (!response.ok || asked !== wanted) return;
        const { callers } = await response.json();
        results.replaceChildren(...callers.map(rowOf));
        const words = callers.length ? `候補 ${callers.length}件` : `「${wanted}」に当たる相手は見つかりません`;
        if (status) status.textContent = words;
        if (!callers.length) {
          const nobody = document.createElement("li");
          nobody.className = "muted";
          nobody.textContent = `${words}。番号だけで記録できます。`;
          results.append(nobody);
        }
      } catch {
        asked = ""; // the button still searches
      }
    };
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(search, PAUSE_MS);
    });
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey) return;
      event.preventDefault(); // what is found is already shown; the first is one Tab away
      search();
      results.querySelector("button")?.focus();
    });
  }

  const form = document.getElementById("call-form");
  const ending = document.querySelector("[data-end-call]");
  if (!form) return;

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing || !ending) return;
    event.preventDefault();
    form.requestSubmit(ending);
  });

  const list = document.getElementById("suggested-scripts");
  const scriptPattern = document.getElementById("script-pattern");
  const topic = document.querySelector("[data-guessed-topic]");
  form.addEventListener("draft-saved", async () => {
    try {
      const response = await fetch(form.dataset.hintsUrl, {
        credentials: "same-origin", headers: { Accept: "application/json" },
      });
      if (!response.ok) return;
      const hints = await response.json();
      if (topic) {
        topic.options[0].textContent = `自動：${hints.topic}`;
        const hint = document.getElementById(`${topic.id}-hint`);
        if (hint) hint.textContent = hints.topic_reason;
      }
      if (!list || !scriptPattern || list.contains(document.activeElement)) return;
      const suggested = new Set(hints.scripts.map((script) => script.stem));
      for (const row of document.querySelectorAll("#other-scripts > li")) {
        row.hidden = suggested.has(row.querySelector("button").value);
      }
      list.replaceChildren(...hints.scripts.map((script) => {
        const row = scriptPattern.content.firstElementChild.cloneNode(true);
        const link = row.querySelector("a");
        link.textContent = script.title;
        link.href = link.getAttribute("href").replace(/[^/]*$/, encodeURIComponent(script.stem));
        row.querySelector("p").textContent = script.reason;
        row.querySelector("button").value = script.stem;
        return row;
      }));
    } catch {
      // the next saving tries again
    }
  });
})();
