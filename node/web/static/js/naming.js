/* Names and ids inside a draft's form, which begin with the place of what they hold: JSON Pointers,
   as node/editorial/formnames.py has them. */

const POINTERS = ["name", "data-field", "data-part", "data-parts", "data-add", "data-pattern"];
const IDS = ["id", "for", "aria-describedby", "aria-labelledby", "aria-controls"];

/* Return what a form holds, as it is sent, without what belongs to this page alone. */
export function entriesOf(form) {
  const sent = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (name.startsWith("/") && typeof value === "string") sent.append(name, value);
  }
  return sent.toString();
}

/* Return only the entries at a place or in it, to compare them. */
export function entriesAt(entries, pointer) {
  return [...new URLSearchParams(entries)]
    .filter(([name]) => isAt(name, pointer))
    .map((pair) => pair.join("="))
    .join("&");
}

function isAt(name, pointer) {
  return name.startsWith(pointer) && ["", "/", "~"].includes(name.charAt(pointer.length));
}

export function idOf(pointer) {
  return `field${pointer.replaceAll("/", "-").replaceAll("~", "_")}`;
}

/* Give a part of the form, and everything in it, another place. */
export function rename(root, from, to) {
  if (from === to) return;
  const [oldId, newId] = [idOf(from), idOf(to)];
  for (const element of [root, ...root.querySelectorAll("*")]) {
    for (const name of POINTERS) move(element, name, (value) => placed(value, from, to));
    for (const name of IDS) {
      move(element, name, (value) =>
        value.split(" ").map((id) => (isIn(id, oldId) ? newId + id.slice(oldId.length) : id)).join(" "),
      );
    }
    if (element.name === "do") {
      const [verb, pointer] = element.value.split(":");
      if (pointer) element.value = `${verb}:${placed(pointer, from, to)}`;
    }
    if (element.content) for (const inner of element.content.children) rename(inner, from, to);
  }
}

function placed(value, from, to) {
  return isAt(value, from) ? to + value.slice(from.length) : value;
}

function isIn(id, prefix) {
  return id.startsWith(prefix) && ["", "-"].includes(id.charAt(prefix.length));
}

function move(element, name, change) {
  const value = element.getAttribute(name);
  if (value) element.setAttribute(name, change(value));
}
