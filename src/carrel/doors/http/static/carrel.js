"use strict";
// Everything works without this file; it saves a few steps.

for (const block of document.querySelectorAll("[data-copy]")) {
  const button = block.querySelector("button");
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(block.querySelector("pre").textContent);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
}

for (const field of document.querySelectorAll("[data-filter]")) {
  const rows = document.querySelectorAll(`#${field.dataset.filter} tbody tr`);
  field.closest(".filter").hidden = false;
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of rows) row.hidden = !words.every((word) => row.textContent.toLowerCase().includes(word));
  });
}

const ask = document.querySelector("form[data-ask]");
if (ask) {
  const run = ask.querySelector("[data-run]");
  const stop = ask.querySelector("[data-stop]");
  const running = ask.querySelector("[data-running]");
  let timer = 0;
  const rest = () => {
    clearInterval(timer);
    run.disabled = false;
    stop.hidden = running.hidden = true;
  };
  ask.querySelector("textarea").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      ask.requestSubmit(run);
    }
  });
  ask.addEventListener("submit", (event) => {
    if (event.submitter && event.submitter !== run) return;
    const started = Date.now();
    setTimeout(() => { run.disabled = true; stop.hidden = running.hidden = false; });
    running.textContent = "Running …";
    timer = setInterval(() => { running.textContent = `Running … ${Math.round((Date.now() - started) / 1000)} s`; }, 1000);
  });
  stop.addEventListener("click", () => { window.stop(); rest(); running.hidden = false; running.textContent = "Stopped"; });
  window.addEventListener("pageshow", rest);
}
