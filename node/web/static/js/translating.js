/* Counts texts while they are written, lets boxes grow with their words, and keeps what is typed in
   this browser until the node has it. Everything else the page does without a script. */

import { drop, keep, left, remove } from "./keeping.js";

const form = document.querySelector("form.translation");
const counter = document.getElementById("progress");
const boxes = form ? [...form.querySelectorAll("[data-text]")] : [];
const bar = counter?.parentElement.querySelector("progress");

const { done: before, shown } = counter?.dataset ?? {};
const pattern = counter?.textContent ?? "";
const digits = /^[0-9.,\s]*$/u.test(shown) ? { numberingSystem: "latn" } : {};
const number = (n) => new Intl.NumberFormat(document.documentElement.lang, digits).format(n);
const filled = () => boxes.filter((box) => box.value.trim()).length;
const first = filled();

/* What differs from the words that the node sent. */
const typed = () => boxes.filter((box) => box.value !== box.defaultValue);

function show(box) {
  if (box.localName === "textarea" && box.scrollHeight > box.clientHeight) {
    box.rows = Math.min(box.rows + 2, 40);
  }
  const done = Number(before) + filled() - first;
  counter.textContent = pattern.replace(shown, number(done));
  if (bar) {
    bar.value = done;
  }
  // What a person has changed is theirs.
  const mark = box.closest(".tr-pair").querySelector("[data-machine]");
  mark?.toggleAttribute("hidden", box.value !== box.defaultValue);
}

function store() {
  const words = new URLSearchParams(typed().map((box) => [box.name, box.value]));
  if (words.size) {
    keep(form, words.toString());
  } else {
    drop(form);
  }
}

/* Offer what an earlier load of this page has kept and the node does not hold. */
function offer() {
  const offered = document.getElementById("kept");
  for (const { key, entries } of left(form)) {
    const words = new URLSearchParams(entries);
    const other = boxes.filter((box) => words.has(box.name) && words.get(box.name) !== box.value);
    if (!other.length) {
      remove(key);
    } else if (offered.hidden) {
      offered.hidden = false;
      offered.querySelector("[data-put]").addEventListener("click", () => {
        for (const box of other) {
          box.value = words.get(box.name);
          show(box);
        }
        remove(key);
        store();
        offered.hidden = true;
        other[0].focus();
      });
      offered.querySelector("[data-forget]").addEventListener("click", () => {
        remove(key);
        offered.hidden = true;
      });
    }
  }
}

if (form && counter) {
  let sending = false;
  form.addEventListener("input", (event) => {
    if (event.target.matches("[data-text]")) {
      show(event.target);
      store();
    }
  });
  form.addEventListener("submit", () => {
    sending = true;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!sending && typed().length) {
      event.preventDefault();
    }
  });
  offer();
}
