/* Texts of a draft's form, from its template, and saying them to who does not see them. */

const texts = document.getElementById("live-texts")?.dataset ?? {};
const language = document.documentElement.lang || "en";

/* Return a text; {name} in it is what `facts` say. */
export function text(name, facts = {}) {
  return (texts[name] ?? "").replace(/\{(\w+)\}/g, (whole, fact) => facts[fact] ?? whole);
}

/* Say something through the page's live region. */
export function say(sentence) {
  const region = document.getElementById("live-said");
  if (!region) return;
  region.textContent = "";
  // A region that is emptied and filled in one go is not read when the words are the same.
  requestAnimationFrame(() => {
    region.textContent = sentence;
  });
}

export function number(value) {
  return new Intl.NumberFormat(`${language}-u-nu-latn`).format(value);
}

export function clock(date) {
  const parts = { hour: "2-digit", minute: "2-digit" };
  return new Intl.DateTimeFormat(`${language}-u-nu-latn`, parts).format(date);
}

export function moment(date) {
  const parts = { dateStyle: "long", timeStyle: "short" };
  return new Intl.DateTimeFormat(`${language}-u-nu-latn`, parts).format(date);
}

/* Make an element: its name, its properties, what is in it. */
export function make(name, properties = {}, ...inside) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...inside);
  return made;
}

/* Return the name of the field that something stands in. */
export function labelOf(element) {
  const box = element.closest("[data-field]");
  const name = box?.querySelector("legend, label");
  const plain = name?.cloneNode(true);
  plain?.querySelectorAll(".must").forEach((mark) => mark.remove());
  return plain?.textContent.trim() ?? "";
}
