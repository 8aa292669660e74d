// Comfort only: every page works without it.
"use strict";

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
}

for (const button of document.querySelectorAll("[data-choose-all]")) {
  const boxes = button.closest("form").querySelectorAll("input[type=checkbox][name]");
  button.hidden = false;
  button.addEventListener("click", () => {
    const choose = [...boxes].some((box) => !box.checked);
    for (const box of boxes) box.checked = choose;
  });
}

// A preview that follows what is typed. The server makes it, as it does for the button.
const form = document.querySelector("form[data-preview]");
if (form) {
  let waiting;
  let asked = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const number = ++asked;
      const body = new URLSearchParams(new FormData(form));
      body.set("_preview", "1");
      const answer = await fetch(form.action, { method: "POST", body });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const [now, next] = [document.getElementById("preview"), page.getElementById("preview")];
      if (number === asked && now && next) now.replaceWith(next);
    }, 400);
  });
}
