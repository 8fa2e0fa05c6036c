/* Copies of forms in this browser: made as somebody types, dropped once the node has saved them.

   They lie in localStorage, because it is written at once: what was typed a moment before a crash is
   there. Each load of a page keeps its own, so two windows do not overwrite each other's. */

const PREFIX = "footbridge-draft ";
/* Names this load of the page. */
export const load = Math.random().toString(36).slice(2, 12);

export function keyOf(form) {
  return `${PREFIX}${form.dataset.person} ${form.dataset.draft} `;
}

/* Keep what stands in a form; false when this browser keeps nothing. */
export function keep(form, entries) {
  const copy = { version: form.elements.version.value, entries, at: Date.now() };
  try {
    localStorage.setItem(keyOf(form) + load, JSON.stringify(copy));
    return true;
  } catch {
    return false;
  }
}

export function drop(form) {
  remove(keyOf(form) + load);
}

export function remove(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // Where nothing can be kept, nothing is there.
  }
}

/* Drop the copy of an earlier load, which a person has settled by hand. */
export function settle(form, earlier) {
  remove(keyOf(form) + earlier);
  const address = new URL(location);
  address.searchParams.delete("kept");
  window.history.replaceState(null, "", address);
}

/* Return the copies that earlier loads of this form's page have left, the newest first. */
export function left(form) {
  const own = keyOf(form);
  return all(own)
    .filter(({ key }) => key !== own + load)
    .sort((one, other) => other.at - one.at);
}

/* Return every copy under a prefix; without one, those of every draft and person. */
export function all(prefix = PREFIX) {
  const found = [];
  try {
    for (let place = 0; place < localStorage.length; place += 1) {
      const key = localStorage.key(place);
      if (!key.startsWith(prefix)) continue;
      const copy = read(localStorage.getItem(key));
      if (copy) found.push({ key, ...copy });
    }
  } catch {
    return found;
  }
  return found;
}

function read(text) {
  try {
    const copy = JSON.parse(text);
    return typeof copy.entries === "string" && copy.version && copy.at ? copy : null;
  } catch {
    return null;
  }
}
