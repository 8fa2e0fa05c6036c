/* How long a text is, and what could not be read: said softly, beside a field that was left. */

import { idOf } from "./naming.js";
import { make, number, say, text } from "./words.js";

/* Count the characters of every text that has a limit. */
export function count(root) {
  for (const field of root.querySelectorAll("[data-limit]")) {
    if (field.dataset.counted) continue;
    field.dataset.counted = "yes";
    const shown = make("p", { className: "count", id: `${field.id}-count` });
    shown.lang = document.documentElement.lang;
    shown.dir = document.documentElement.dir;
    field.after(shown);
    describe(field, shown.id, true);
    const limit = Number(field.dataset.limit);
    let over = false;
    const show = () => {
      const length = [...field.value.trim()].length;
      const sentence = text(length > limit ? "over" : "count", { count: number(length), limit: number(limit) });
      shown.textContent = sentence;
      // A long limit is of no interest before one comes near it.
      shown.hidden = length < limit * 0.6;
      shown.classList.toggle("over", length > limit);
      if (length > limit && !over) say(sentence);
      over = length > limit;
    };
    field.addEventListener("input", show);
    show();
  }
}

export class Faults {
  constructor(form) {
    this.form = form;
    this.found = {};
    this.touched = new Set();
    form.addEventListener("input", ({ target }) => this.touched.add(boxOf(target)));
    form.addEventListener("focusout", () => setTimeout(() => this.show()));
  }

  /* Take what the node could not read, by place. */
  take(found) {
    this.found = found;
    this.show();
  }

  show() {
    const wanted = new Map();
    for (const [pointer, sentences] of Object.entries(this.found)) {
      const box = this.placeOf(pointer);
      if (box) wanted.set(box, [...(wanted.get(box) ?? []), ...sentences]);
    }
    for (const shown of this.form.querySelectorAll(".fault")) {
      const box = boxOf(shown);
      const live = shown.id.endsWith("-live-fault");
      if ((live || this.touched.has(box)) && !wanted.has(box)) this.remove(box, shown);
    }
    for (const [box, sentences] of wanted) this.put(box, sentences.join(" "));
  }

  placeOf(pointer) {
    // A fault may be at a list's entry, which has no field of its own.
    for (let place = pointer; place; place = place.slice(0, place.lastIndexOf("/"))) {
      const box = this.form.querySelector(`[data-field="${CSS.escape(place)}"]`);
      if (box) return box;
    }
    return null;
  }

  put(box, sentence) {
    const old = box.querySelector(".fault");
    if (old?.textContent === sentence) return;
    // While somebody is typing there, it is too early to find fault.
    if (box.contains(document.activeElement)) return;
    old?.remove();
    const shown = make("p", { className: "fault", id: `${idOf(box.dataset.field)}-live-fault`, textContent: sentence });
    const control = controlOf(box);
    (control?.closest(".inline-field") ?? control ?? box.firstChild).before(shown);
    box.classList.add("wrong");
    if (control) {
      describe(control, shown.id, true);
      control.setAttribute("aria-invalid", "true");
    }
  }

  remove(box, shown) {
    shown.remove();
    box?.classList.remove("wrong");
    const control = box && controlOf(box);
    if (!control) return;
    describe(control, shown.id, false);
    control.removeAttribute("aria-invalid");
  }
}

function boxOf(element) {
  return element.closest("[data-field]");
}

function controlOf(box) {
  return box.querySelector("input:not([type=hidden], [type=checkbox], [type=radio]), textarea, select");
}

/* Add an element to what describes a field, or take it away. */
function describe(field, id, on) {
  const ids = new Set((field.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
  if (on) ids.add(id);
  else ids.delete(id);
  if (ids.size) field.setAttribute("aria-describedby", [...ids].join(" "));
  else field.removeAttribute("aria-describedby");
}
