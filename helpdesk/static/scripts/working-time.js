// 対応時間: while a case's page is seen and used, it says so every half minute ([data-beat-url]).
// Without JavaScript time is entered by hand.
"use strict";

(() => {
  const BEAT_MS = 30000;
  const IDLE_MS = 60000;
  const place = document.querySelector("[data-beat-url]");
  if (!place) return;

  let lastUse = Date.now();
  for (const kind of ["pointerdown", "pointermove", "keydown", "scroll", "input"]) {
    document.addEventListener(kind, () => { lastUse = Date.now(); }, { passive: true, capture: true });
  }

  const beat = async () => {
    if (document.visibilityState !== "visible" || Date.now() - lastUse > IDLE_MS) return;
    const token = document.querySelector('input[name="csrf_token"]')?.value ?? "";
    try {
      const response = await fetch(place.dataset.beatUrl, {
        method: "POST", credentials: "same-origin", headers: { "X-CSRFToken": token },
      });
      if (response.status === 403 || response.status === 404) clearInterval(timer);
    } catch {
      // the next beat tries again
    }
  };

  const timer = setInterval(beat, BEAT_MS);
  beat();
})();
