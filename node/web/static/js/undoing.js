/* Undo for what Ctrl+Z in a text does not bring back: parts that were added, moved and removed, ticks
   and choices, texts that were emptied. Within a text field undo stays the browser's. */

import { labelOf, make, say, text } from "./words.js";

const MOST = 200;

export class History {
  constructor(form) {
    this.form = form;
    this.done = [];
    this.undone = [];
    this.before = new WeakMap();
    this.replaying = false;
    this.buttons = {
      undo: this.button("undo", "↶", () => this.undo()),
      redo: this.button("redo", "↷", () => this.redo()),
    };
    form.addEventListener("focusin", ({ target }) => this.remember(target));
    form.addEventListener("change", ({ target }) => this.changed(target));
    document.addEventListener("keydown", (event) => this.key(event));
    this.show();
  }

  button(name, sign, act) {
    const made = make("button", { type: "button", className: "button quiet small" });
    const shown = make("span", { textContent: sign });
    shown.setAttribute("aria-hidden", "true");
    made.append(shown, make("span", { className: "visually-hidden", textContent: text(name) }));
    made.title = text(name);
    made.addEventListener("click", act);
    return made;
  }

  /* Note something that was done just now, and how it is undone. */
  note(what, undo, redo) {
    this.done.push({ what, undo, redo });
    if (this.done.length > MOST) this.done.shift();
    this.undone.length = 0;
    this.show();
  }

  undo() {
    this.replay(this.done, this.undone, "undo", "undone");
  }

  redo() {
    this.replay(this.undone, this.done, "redo", "redone");
  }

  replay(from, to, act, said) {
    const step = from.pop();
    if (!step) return;
    this.replaying = true;
    step[act]();
    this.replaying = false;
    to.push(step);
    this.show();
    say(text(said, { what: step.what }));
    this.form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  show() {
    // Disabling the button that has the focus would lose the place on the page.
    for (const [button, steps] of [
      [this.buttons.undo, this.done],
      [this.buttons.redo, this.undone],
    ]) {
      button.setAttribute("aria-disabled", String(!steps.length));
    }
  }

  remember(control) {
    if (isText(control) || control.tagName === "SELECT") this.before.set(control, control.value);
    if (control.type === "radio") this.before.set(control, chosen(control));
  }

  changed(control) {
    if (this.replaying || !control.name?.startsWith("/") || control.name.endsWith("~add")) return;
    const what = labelOf(control);
    if (control.type === "checkbox") {
      const now = control.checked;
      this.note(what, () => tick(control, !now), () => tick(control, now));
    } else if (control.type === "radio") {
      const was = this.before.get(control);
      this.note(what, () => tick(was ?? control, Boolean(was)), () => tick(control, true));
    } else if (control.tagName === "SELECT" || (isText(control) && !control.value)) {
      const [was, now] = [this.before.get(control) ?? "", control.value];
      if (was !== now) this.note(what, () => put(control, was), () => put(control, now));
    }
    this.remember(control);
  }

  key(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || isText(event.target)) return;
    const letter = event.key.toLowerCase();
    if (letter !== "z" && letter !== "y") return;
    event.preventDefault();
    if (letter === "y" || event.shiftKey) this.redo();
    else this.undo();
  }
}

function isText(control) {
  return control.tagName === "TEXTAREA" || (control.tagName === "INPUT" && control.type === "text");
}

function chosen(radio) {
  return [...radio.form.elements[radio.name]].find((each) => each.checked);
}

function tick(control, on) {
  control.checked = on;
  tell(control);
}

function put(control, value) {
  control.value = value;
  tell(control);
}

function tell(control) {
  control.dispatchEvent(new Event("change", { bubbles: true }));
  if (control.offsetParent) control.focus();
}
