// Counts texts while they are written, lets boxes grow with their words, and asks before words that
// are not saved are left. Everything else the page does without a script.
const form = document.querySelector("form.translation");
const counter = document.getElementById("progress");
if (form && counter) {
  const boxes = [...form.querySelectorAll("[data-text]")];
  const pattern = counter.textContent;
  const { done: before, shown } = counter.dataset;
  const plain = /^[0-9.,\s]*$/u.test(shown);
  const digits = plain ? { numberingSystem: "latn" } : {};
  const number = (n) => new Intl.NumberFormat(document.documentElement.lang, digits).format(n);
  const filled = () => boxes.filter((box) => box.value.trim()).length;
  const first = filled();
  const bar = counter.parentElement.querySelector("progress");
  let changed = false;
  const grow = (box) => {
    if (box.localName === "textarea" && box.scrollHeight > box.clientHeight) {
      box.rows = Math.min(box.rows + 2, 40);
    }
  };
  form.addEventListener("input", (event) => {
    const box = event.target;
    changed = true;
    if (!box.matches("[data-text]")) {
      return;
    }
    grow(box);
    const done = Number(before) + filled() - first;
    counter.textContent = pattern.replace(shown, number(done));
    if (bar) {
      bar.value = done;
    }
    // What a person has changed is theirs.
    const pair = box.closest(".tr-pair");
    pair.querySelector("[data-machine]")?.toggleAttribute("hidden", box.value !== box.defaultValue);
  });
  form.addEventListener("submit", () => {
    changed = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (changed) {
      event.preventDefault();
    }
  });
}
