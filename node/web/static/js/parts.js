/* Steps and other repeated parts: added, moved and removed without leaving the page, by buttons and by
   Alt with the arrow up or down. New ones are copied from the template beside their list. */

import { rename } from "./naming.js";
import { number, say, text } from "./words.js";

const PATTERN = 999999;

export class Parts {
  /* `made(element)` is called with every new part, for what else is to be prepared in it. */
  constructor(form, history, made) {
    this.form = form;
    this.history = history;
    this.made = made;
    form.addEventListener("click", (event) => this.click(event));
    form.addEventListener("keydown", (event) => this.key(event));
  }

  /* Give the parts in some element all their buttons. */
  prepare(root) {
    for (const list of root.querySelectorAll("[data-parts]")) {
      for (const part of list.children) this.buttons(part);
      list.dataset.next ??= Math.max(0, ...[...list.children].map((part) => numberOf(part) + 1));
      this.tidy(list);
    }
  }

  buttons(part) {
    const head = part.querySelector(":scope > .part-head");
    head.querySelector(".part-moves")?.remove();
    head.append(document.getElementById("part-moves").content.cloneNode(true));
  }

  /* Say again which part is which, and hide what would lead nowhere. */
  tidy(list) {
    const parts = [...list.children];
    parts.forEach((part, place) => {
      const head = part.querySelector(":scope > .part-head");
      const name = `${list.dataset.label} ${number(place + 1)}`;
      head.querySelector(".part-name").textContent = name;
      for (const hidden of head.querySelectorAll(".visually-hidden")) hidden.textContent = `: ${name}`;
      head.querySelector("[data-move=up]").hidden = place === 0;
      head.querySelector("[data-move=down]").hidden = place === parts.length - 1;
    });
  }

  click(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const part = button.closest("[data-part]");
    if (button.dataset.add) {
      event.preventDefault();
      this.add(listOf(button));
    } else if (button.dataset.move) {
      this.move(part, button.dataset.move, button);
    } else if ("remove" in button.dataset && part) {
      this.remove(part);
    }
  }

  key(event) {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    const way = { ArrowUp: "up", ArrowDown: "down" }[event.key];
    const part = event.target.closest("[data-part]");
    // There these keys open a list of their own.
    if (!way || !part || event.target.closest("select, [role=combobox]")) return;
    event.preventDefault();
    this.move(part, way, event.target);
  }

  add(list) {
    const pattern = list.parentElement.querySelector(":scope > template[data-pattern]");
    const part = pattern.content.firstElementChild.cloneNode(true);
    const pointer = `${list.dataset.parts}/${free(list)}`;
    rename(part, `${list.dataset.parts}/${PATTERN}`, pointer);
    setNumber(part, pointer);
    this.buttons(part);
    this.insert(list, part, null);
    this.prepare(part);
    this.made(part);
    focusIn(part);
    const what = nameOf(part);
    say(text("added", { what }));
    this.history.note(what, () => this.take(part, list), () => this.back(list, part, null));
  }

  remove(part) {
    const [list, next, what] = [part.parentElement, part.nextElementSibling, nameOf(part)];
    this.take(part, list);
    say(text("removed", { what }));
    this.history.note(what, () => this.back(list, part, next), () => this.take(part, list));
  }

  move(part, way, from) {
    const list = part.parentElement;
    const [other, was] = [way === "up" ? part.previousElementSibling : part.nextElementSibling, part.nextElementSibling];
    if (!other) return;
    const what = nameOf(part);
    this.insert(list, part, way === "up" ? other : other.nextElementSibling);
    const now = part.nextElementSibling;
    if (from.hidden) part.querySelector(".part-moves button:not([hidden])").focus();
    else from.focus();
    part.scrollIntoView({ block: "nearest" });
    const all = number(list.children.length);
    say(text("moved", { number: number([...list.children].indexOf(part) + 1), all }));
    const put = (before) => () => {
      this.insert(list, part, before?.parentElement === list ? before : null);
      part.focus();
    };
    this.history.note(what, put(was), put(now));
  }

  insert(list, part, before) {
    list.insertBefore(part, before);
    this.tidy(list);
    this.tell();
  }

  take(part, list) {
    const near = part.nextElementSibling ?? part.previousElementSibling;
    part.remove();
    this.tidy(list);
    this.tell();
    (near ?? list.parentElement.querySelector(":scope > p > [data-add]")).focus();
  }

  /* Put a part back that was removed. Its number may be another's by now, so it gets a new one. */
  back(list, part, before) {
    const pointer = `${list.dataset.parts}/${free(list)}`;
    rename(part, part.dataset.part, pointer);
    setNumber(part, pointer);
    this.insert(list, part, before?.parentElement === list ? before : null);
    part.focus();
  }

  tell() {
    this.form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /* Number parts as the version has them that was saved just now: `places` has for each list the old
     numbers of those that are in it. An empty one is in no version and comes after them. What a
     colleague changed (`joined`) is drawn with its new numbers already. */
  renumber(places, joined) {
    const drawn = new Set(joined.map((pointer) => pointer.split("/")[1]));
    const deepest = Object.keys(places)
      .filter((pointer) => !drawn.has(pointer.split("/")[1]))
      .sort((one, other) => other.length - one.length);
    for (const pointer of deepest) {
      const list = this.form.querySelector(`[data-parts="${CSS.escape(pointer)}"]`);
      if (!list) continue;
      let next = places[pointer].length;
      for (const part of list.children) {
        const place = places[pointer].indexOf(numberOf(part));
        const to = `${pointer}/${place < 0 ? next++ : place}`;
        rename(part, part.dataset.part, to);
        setNumber(part, to);
      }
      list.dataset.next = next;
    }
  }
}

function listOf(button) {
  return button.parentElement.parentElement.querySelector(":scope > [data-parts]");
}

function nameOf(part) {
  return part.querySelector(".part-name").textContent;
}

function numberOf(part) {
  return Number(part.dataset.part.slice(part.dataset.part.lastIndexOf("/") + 1));
}

function setNumber(part, pointer) {
  part.querySelector(":scope > input[type=hidden]").value = pointer.slice(pointer.lastIndexOf("/") + 1);
}

/* Return a number that no part of a list has or had in the version that the page goes on from. */
function free(list) {
  const next = Math.max(Number(list.dataset.next ?? 0), ...[...list.children].map((part) => numberOf(part) + 1));
  list.dataset.next = next + 1;
  return next;
}

function focusIn(part) {
  const first = part.querySelector("input:not([type=hidden]), textarea, select");
  (first ?? part).focus();
}
