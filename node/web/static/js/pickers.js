/* Terms, countries, languages and records are found while somebody types. The inputs of the form stay
   what they are; this only makes it easier to fill them in. What was chosen of many stands above the
   input, each with a button that takes it away. */

import { Combobox } from "./combobox.js";
import { make, say, text } from "./words.js";

const FOUND = new Set(["concept", "choice", "country", "language", "reference"]);
/* A shorter list is looked through sooner than searched. */
const FEW = 8;

export function pickers(form, root) {
  const boxes = root.matches("[data-field]") ? [root] : [];
  for (const box of [...boxes, ...root.querySelectorAll("[data-field]")]) {
    if (box.dataset.type === "place" && !box.dataset.picks) place(form, box);
    if (box.dataset.picks || !FOUND.has(box.dataset.type)) continue;
    box.dataset.picks = "yes";
    const add = inside(box, `[name="${CSS.escape(box.dataset.field)}~add"][type=text]`);
    const select = inside(box, "select");
    const line = inside(box, `[name="${CSS.escape(box.dataset.field)}"][type=text]`);
    if (select && select.options.length > FEW) oneOf(form, box, select, add);
    else if (add) many(form, box, add);
    else if (line && box.dataset.type === "reference") record(form, box, line);
    else if (line) one(form, box, line);
  }
  // Lists of records have a control for each part and no field around it.
  for (const part of root.querySelectorAll('[data-type="reference"] [data-part]')) {
    const line = part.querySelector(`[name="${CSS.escape(part.dataset.part)}"][type=text]`);
    if (line && !line.role) record(form, part, line);
  }
}

function inside(box, selector) {
  const found = box.querySelector(selector);
  return found?.closest("[data-field]") === box ? found : null;
}

function finder(form, box, countries = []) {
  return async (q, signal) => {
    const field = box.dataset.field ?? box.dataset.part;
    const asked = new URLSearchParams({ schema: form.dataset.schema, field, q });
    for (const each of countries) asked.append("country", each);
    const headers = { Accept: "application/json" };
    const answer = await fetch(`${form.dataset.terms}?${asked}`, { headers, signal });
    if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
    return (await answer.json()).items;
  };
}

function typed(input, value) {
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

/* A text that is one name: a country, a language. */
function one(form, box, input) {
  new Combobox(input, { find: finder(form, box), choose: (item) => typed(input, item.text) });
}

/* A place: its name is looked for, first in the record's countries, and its point is filled in. */
function place(form, box) {
  const field = CSS.escape(box.dataset.field);
  const name = box.querySelector(`[name="${field}/name"]`);
  const point = box.querySelector(`[name="${field}/~at"]`);
  if (!name || !point) return;
  box.dataset.picks = "yes";
  const choose = (item) => {
    box.querySelectorAll(".options[role=group]").forEach((group) => group.remove());
    typed(name, item.value);
    typed(point, item.text);
    say(text("added", { what: item.label }));
    name.dispatchEvent(new Event("blur"));
  };
  const countries = () => [...form.querySelectorAll('[name="/country"]:checked')].map((tick) => tick.value);
  new Combobox(name, { find: (q, signal) => finder(form, box, countries())(q, signal), choose });
}

/* A record: what is sent is its address, what is read is its title. */
function record(form, box, input) {
  const choose = (item) => {
    box.querySelectorAll(".options[role=group]").forEach((group) => group.remove());
    const shown = box.querySelector(".chosen-record") ?? make("p", { className: "chosen-record" });
    shown.replaceChildren(make("b", { textContent: item.label }), " ", make("span", { className: "soft", textContent: item.hint }));
    input.closest(".inline-field").before(shown);
    typed(input, item.value);
    say(text("added", { what: item.label }));
  };
  new Combobox(input, { find: finder(form, box), choose });
}

/* A list of which one is chosen: the input takes its place, and it keeps what is sent. */
function oneOf(form, box, select, add) {
  // What was typed there is found here, before it is sent.
  add?.closest(".inline-field").remove();
  const input = make("input", { type: "text", id: select.id, dir: "auto" });
  const described = select.getAttribute("aria-describedby");
  if (described) input.setAttribute("aria-describedby", described);
  select.removeAttribute("id");
  select.hidden = true;
  select.before(input);
  const show = () => {
    input.value = select.value ? select.selectedOptions[0].textContent : "";
  };
  const choose = (item) => {
    if (select.value === item.value) return show();
    select.dispatchEvent(new Event("focusin", { bubbles: true }));
    typed(select, item.value);
  };
  new Combobox(input, { find: finder(form, box), choose });
  select.addEventListener("change", show);
  input.addEventListener("blur", () => (input.value.trim() ? show() : choose({ value: "" })));
  show();
}

/* Any of a list: ticks for those that are chosen. */
function many(form, box, input) {
  const chips = make("ul", { className: "picked" });
  chips.setAttribute("aria-label", text("chosen"));
  const list = box.querySelector("details.picker");
  const ticks = () => [...box.querySelectorAll(`input[type=checkbox]`)].filter((each) => each.closest("[data-field]") === box);
  const field = input.closest(".inline-field");
  field.querySelector("label").textContent = text("find");
  field.before(chips);
  if (list) {
    list.open = false;
    field.after(list);
    list.querySelector("summary").textContent = text("whole");
  } else {
    // The ticks of names go out of sight; what is said of them stays.
    for (const fault of box.querySelectorAll(".entries .fault")) {
      fault.closest("label").classList.remove("wrong");
      field.before(make("p", { className: "fault", textContent: fault.textContent }));
      fault.remove();
    }
  }

  const show = () => {
    const chosen = ticks().filter((each) => each.checked);
    chips.replaceChildren(...chosen.map((each) => chip(each)));
    chips.hidden = !chosen.length;
    const entries = box.querySelector(".entries");
    if (entries) entries.hidden = true;
  };
  const chip = (tick) => {
    const name = (tick.closest("label").querySelector("b") ?? tick.nextElementSibling).textContent;
    const button = make("button", { type: "button", className: "chip-away" }, make("span", { textContent: "×" }));
    button.setAttribute("aria-label", text("takeAway", { what: name }));
    button.addEventListener("click", () => {
      const place = [...chips.children].indexOf(button.parentElement);
      turn(tick, false);
      say(text("removed", { what: name }));
      (chips.children[Math.min(place, chips.children.length - 1)]?.querySelector("button") ?? input).focus();
    });
    return make("li", {}, make("bdi", { textContent: name }), button);
  };
  const choose = (item) => {
    const tick = ticks().find(({ value }) => value === item.value || value === item.text) ?? entry(item);
    typed(input, "");
    if (!tick.checked) turn(tick, true);
    say(text("added", { what: item.label }));
  };
  const entry = (item) => {
    let entries = box.querySelector(".entries");
    if (!entries) {
      entries = make("div", { className: "options entries", hidden: true });
      field.before(entries);
    }
    const tick = make("input", { type: "checkbox", name: box.dataset.field, value: item.text });
    entries.append(make("label", { className: "tick" }, tick, make("span", { textContent: item.label })));
    return tick;
  };
  box.addEventListener("change", show);
  new Combobox(input, { find: finder(form, box), choose });
  show();
}

function turn(tick, on) {
  tick.checked = on;
  tick.dispatchEvent(new Event("input", { bubbles: true }));
  tick.dispatchEvent(new Event("change", { bubbles: true }));
}

