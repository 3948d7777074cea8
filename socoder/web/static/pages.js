"use strict";
// What the pages do beyond plain forms; every page works without it.
document.documentElement.classList.add("js");

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Copying is not allowed here";
  }
  setTimeout(() => { button.textContent = before; }, 1600);
});

// A form that takes a while says so, and is not sent twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.busy || event.defaultPrevented) return;
  const file = form.querySelector("input[type=file][data-most]");
  if (file && file.files.length && file.files[0].size > Number(file.dataset.most)) {
    event.preventDefault();
    const said = document.getElementById(file.dataset.says);
    said.textContent = `This file is larger than ${Math.floor(file.dataset.most / 1e6)} MB.`;
    said.hidden = false;
    said.focus();
    return;
  }
  const button = event.submitter;
  setTimeout(() => {
    if (button) { button.disabled = true; button.textContent = form.dataset.busy; }
  }, 0);
});
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

// Shares of time, and questions: the answer is worked out again as they are changed.
let asked = 0;
async function recode(form, submitter) {
  const place = document.getElementById(form.dataset.live);
  const body = new FormData(form);
  body.set("action", submitter || "shares");
  const mine = ++asked;
  place.classList.add("working");
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== asked) return;
    const fresh = page.getElementById(form.dataset.live);
    if (!fresh) { form.submit(); return; }
    const focus = document.activeElement && document.activeElement.id;
    place.replaceChildren(...fresh.childNodes);
    document.title = page.title;
    const again = focus && document.getElementById(focus);
    if (again) again.focus();
  } finally {
    if (mine === asked) { place.classList.remove("working"); place.removeAttribute("aria-busy"); }
  }
}
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-live]");
  if (form && /^(share|answer)_/.test(event.target.name) && event.target.checkValidity()) recode(form);
});
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-live]");
  if (!form || (event.submitter && event.submitter.hasAttribute("data-plain"))) return;
  event.preventDefault();
  recode(form, event.submitter && event.submitter.value);
});

// Evidence of one occupation lights up together, by pointer or by focus.
function light(event) {
  const from = event.target.closest && event.target.closest("[data-code]");
  const code = from ? from.dataset.code : "";
  for (const each of document.querySelectorAll("[data-code]")) {
    const same = Boolean(code) && each.dataset.code === code;
    each.classList.toggle("lit", same && each.tagName !== "rect");
    each.classList.toggle("dim", Boolean(code) && !same && each.tagName === "rect");
  }
}
document.addEventListener("mouseover", light);
document.addEventListener("focusin", light);

// A job that is not over is asked after every second, and the part that changed put in place.
(function poll() {
  const job = document.getElementById("job");
  if (!job || !job.dataset.poll) return;
  setTimeout(async () => {
    try {
      const page = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), "text/html");
      const fresh = page.getElementById("job");
      if (fresh) { job.replaceWith(fresh); document.title = page.title; }
    } catch { /* the server may be restarting: ask again */ }
    poll();
  }, Number(job.dataset.poll));
})();
