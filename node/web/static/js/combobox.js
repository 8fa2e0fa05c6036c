/* An input with a list of what it finds: the editable combobox of the ARIA Authoring Practices Guide
   (list autocomplete with manual selection). The focus stays in the input. */

import { make, number, say, text } from "./words.js";

const PAUSE = 150;
let count = 0;

export class Combobox {
  /* `find(words, signal)` promises items with a label and a hint; `choose(item)` takes one. */
  constructor(input, { find, choose }) {
    Object.assign(this, { input, find, choose, items: [], active: -1 });
    count += 1;
    this.list = make("ul", { className: "found", id: `found-${count}`, hidden: true });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", text("find"));
    input.removeAttribute("list");
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
      autocomplete: "off",
    })) {
      input.setAttribute(name, value);
    }
    const around = make("div", { className: "combobox" });
    input.replaceWith(around);
    around.append(input, this.list);
    input.addEventListener("input", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    input.addEventListener("click", () => this.list.hidden && this.look());
    // A click would take the focus from the input before it is known where it goes.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.take(Number(option.dataset.place));
    });
  }

  later() {
    clearTimeout(this.timer);
    this.stale = true;
    this.timer = setTimeout(() => this.look(), PAUSE);
  }

  async look() {
    clearTimeout(this.timer);
    this.stop?.abort();
    this.stop = new AbortController();
    const { signal } = this.stop;
    let items;
    try {
      items = await this.find(this.input.value.trim(), signal);
    } catch {
      // Another look took the place of this one; or there is no connection: then what is typed stays
      // as it is, and is read when it is saved.
      if (!signal.aborted) this.close();
      return;
    }
    if (signal.aborted || document.activeElement !== this.input) return;
    this.open(items);
  }

  open(items) {
    this.items = items;
    this.stale = false;
    this.active = -1;
    this.list.replaceChildren(...items.map((item, place) => this.option(item, place)));
    this.list.hidden = !items.length;
    this.input.setAttribute("aria-expanded", String(Boolean(items.length)));
    this.input.removeAttribute("aria-activedescendant");
    const nothing = this.input.value.trim() ? text("nothing") : "";
    say(items.length ? text("found", { count: number(items.length) }) : nothing);
  }

  option(item, place) {
    const made = make("li", { id: `${this.list.id}-${place}` }, make("b", { textContent: item.label }));
    if (item.hint) made.append(" ", make("span", { className: "hint", textContent: item.hint, dir: "auto" }));
    made.setAttribute("role", "option");
    made.setAttribute("aria-selected", "false");
    made.dataset.place = place;
    return made;
  }

  close() {
    clearTimeout(this.timer);
    this.stop?.abort();
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.active = -1;
  }

  async key(event) {
    const open = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.going = this.step(event.key === "ArrowDown");
    } else if (event.key === "Enter" && (this.going || (open && this.active >= 0))) {
      event.preventDefault();
      // The list that the arrow has asked for may still be on its way.
      await this.going;
      if (this.active >= 0) this.take(this.active);
    } else if (event.key === "Escape" && (open || this.input.value)) {
      event.preventDefault();
      event.stopPropagation();
      if (open) this.close();
      else {
        this.input.value = "";
        this.input.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }
  }

  async step(down) {
    // What stands there may still be what fewer letters have found.
    if (this.list.hidden || this.stale) await this.look();
    this.going = null;
    if (this.list.hidden) return;
    this.go(down ? this.active + 1 : this.active < 0 ? -1 : this.active - 1);
  }

  go(place) {
    const options = [...this.list.children];
    if (!options.length) return;
    this.active = (place + options.length) % options.length;
    options.forEach((option, each) => option.setAttribute("aria-selected", String(each === this.active)));
    const now = options[this.active];
    this.input.setAttribute("aria-activedescendant", now.id);
    now.scrollIntoView({ block: "nearest" });
  }

  take(place) {
    const item = this.items[place];
    this.close();
    this.choose(item);
  }
}
