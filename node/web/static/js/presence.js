/* Colleagues in the same draft: who is here, and what they changed, joined into this page. */

import { entriesAt, entriesOf, idOf } from "./naming.js";
import { SAVED } from "./saving.js";
import { make, say, text } from "./words.js";

const BEAT = 20_000;

/* Tell the node every now and then that this draft is open here, and hear who else has it open. */
export function beat(saver, shown) {
  const ask = async () => {
    if (document.hidden) return;
    const { state, said } = await saver.ask("here", "");
    if (state !== SAVED) return;
    shown(said);
    if (said.version > Number(saver.form.elements.version.value)) saver.save({ always: true });
  };
  setInterval(ask, BEAT);
  window.addEventListener("pageshow", (event) => event.persisted && ask());
}

/* Show who else is here. */
export function showOthers(sentence) {
  const place = document.getElementById("others");
  if (place.textContent === sentence) return;
  place.textContent = sentence;
  place.hidden = !sentence;
}

/* Put what a colleague changed into the page, from the page as it is drawn now. `sent` is what stood
   here when it was sent; a place that was touched since is left alone and the colleague's words are
   put beside it. `made` prepares a part of the form that was drawn anew.

   Promises whether everything here was as it was sent, so that nothing is left to save; null when
   nothing could be fetched and nothing was done. */
export async function join(saver, answer, sent, made) {
  const page = await saver.page().catch(() => null);
  if (!page?.getElementById("draftform")) return null;
  const now = entriesOf(saver.form);
  const places = [...new Set(answer.joined.map((pointer) => placeOf(saver.form, pointer)))];
  const untouched = (place) => entriesAt(now, place) === entriesAt(sent, place);
  for (const place of places) {
    const [here, there] = [find(saver.form, place), find(page, place)];
    if (!here || !there) continue;
    if (untouched(place)) mark(replace(here, there, made), answer.by);
    else beside(here, there, answer.by);
  }
  say(text("joined", { name: answer.by, fields: answer.labels.join(", ") }));
  return now === sent;
}

/* Return what is drawn anew for a place: one input, or the whole field at the top. */
function placeOf(form, pointer) {
  return form.querySelector(`:is(input, textarea)[name="${CSS.escape(pointer)}"]`)
    ? pointer
    : `/${pointer.split("/")[1]}`;
}

function find(root, place) {
  const name = CSS.escape(place);
  return (
    root.querySelector(`[data-field="${name}"]`) ??
    root.querySelector(`:is(input, textarea)[name="${name}"]`)
  );
}

function replace(here, there, made) {
  if (!here.dataset.field) {
    here.value = there.value;
    return here.closest(".tongue, [data-field]");
  }
  const drawn = document.importNode(there, true);
  const focused = here.contains(document.activeElement) ? document.activeElement.id : "";
  here.replaceWith(drawn);
  made(drawn);
  if (focused) document.getElementById(focused)?.focus();
  return drawn;
}

function mark(place, name) {
  note(place, text("changed", { name }));
}

function beside(here, there, name) {
  const words = there.value ?? [...there.querySelectorAll("textarea, input[type=text]")].map((each) => each.value).filter(Boolean).join(" · ");
  note(here.closest(".tongue, [data-field]"), text("theirs", { name, text: words }));
}

function note(place, sentence) {
  place.querySelector(":scope > .joined-note")?.remove();
  const made = make("p", { className: "joined-note", textContent: sentence, dir: "auto" });
  const field = place.dataset.field;
  if (field) made.id = `${idOf(field)}-joined`;
  made.lang = document.documentElement.lang;
  place.append(made);
}
