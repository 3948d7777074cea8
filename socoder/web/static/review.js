"use strict";
// Keys of the review desk, and looking codes up in place. Without this the same buttons, links and
// forms do the same with a new page.
const desk = document.getElementById("desk");
const lookup = document.getElementById("lookup");

function writing(element) {
  return element.matches("input, textarea, select, [contenteditable]");
}

function open(id) {
  const element = document.getElementById(id);
  element.scrollIntoView({ block: "center" });
  element.focus();
}

async function look(query) {
  const answer = await fetch(`/review/codes?${new URLSearchParams(query)}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  lookup.replaceChildren(...page.body.childNodes);
  const first = lookup.querySelector("button, a");
  if (first) first.focus();
  lookup.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  const at = event.target;
  if (writing(at)) {
    if (event.key === "Escape") at.blur();
    // Enter in a reason sends that reason, not the first button of the form.
    const side = { skip_reason: "skip", flag_reason: "flag" }[at.id];
    if (event.key === "Enter" && side) {
      event.preventDefault();
      at.form.querySelector(`button[value="${side}"]`).click();
    }
    return;
  }
  if (desk.dataset.keys !== "on" || event.repeat) return;
  const key = event.key;
  const fields = { "/": "q", s: "skip_reason", f: "flag_reason", c: "comment" };
  let press = null;
  if (fields[key]) open(fields[key]);
  else if (key === "?") {
    const help = document.getElementById("help");
    help.open = !help.open;
    help.querySelector("summary").focus();
  } else if (key === "a") press = desk.querySelector('[aria-keyshortcuts~="a"]');
  else if (/^[1-9jkut]$/.test(key)) press = desk.querySelector(`[data-key="${key}"]`);
  else return;
  event.preventDefault();
  if (press) press.click();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-under]");
  if (!link) return;
  event.preventDefault();
  look({ under: link.dataset.under });
});

document.getElementById("search").addEventListener("submit", (event) => {
  event.preventDefault();
  look({ q: document.getElementById("q").value });
});

// Enter in the comment or a reason must not choose a code by accident.
document.getElementById("decide").addEventListener("submit", (event) => {
  if (!event.submitter) event.preventDefault();
});
