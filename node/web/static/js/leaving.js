/* Signing out takes the copies of forms from this browser: computers are shared. Who has words here
   that did not reach the node is asked first. */

import { all, remove } from "./keeping.js";

const form = document.getElementById("sign-out");

form?.addEventListener("submit", (event) => {
  const copies = all();
  if (copies.length && !window.confirm(form.dataset.warning)) {
    event.preventDefault();
    return;
  }
  document.dispatchEvent(new Event("footbridge:leaving"));
  for (const { key } of copies) remove(key);
});
