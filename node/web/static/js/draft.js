/* The form of a draft while somebody writes. Everything here also works without it, by the buttons. */

import { count, Faults } from "./checking.js";
import { left, load, remove, settle } from "./keeping.js";
import { entriesOf } from "./naming.js";
import { Parts } from "./parts.js";
import { pickers } from "./pickers.js";
import { beat, join, showOthers } from "./presence.js";
import { Preview } from "./preview.js";
import { CLASH, LOST, SAVED, Saver, STRANGER, UNSAVED } from "./saving.js";
import { History } from "./undoing.js";
import { clock, make, moment, say, text } from "./words.js";

const form = document.getElementById("draftform");
if (form) begin();

function begin() {
  form.elements.version.value = form.dataset.version;
  const history = new History(form);
  const made = (root) => {
    pickers(form, root);
    count(root);
  };
  const parts = new Parts(form, history, made);
  const drawn = (root) => {
    parts.prepare(root);
    made(root);
  };
  drawn(form);
  const faults = new Faults(form);
  const state = stateLine(history, () => saver.kept);
  const preview = new Preview(form);
  const saver = new Saver(form, {
    said(now, answer) {
      state(now, answer);
      if (now !== SAVED || !answer) return;
      about(answer);
      faults.take(answer.faults);
      if (answer.changed || answer.joined.length) preview.renew();
    },
    async took(answer, sent) {
      const joined = answer.joined.length > 0;
      const clean = joined ? await join(saver, answer, sent, drawn) : entriesOf(form) === sent;
      if (clean !== null) parts.renumber(answer.places, answer.joined);
      return clean;
    },
  });
  beat(saver, about);
  guard(saver);
  offer(saver);
}

/* Show what stands about the draft above and in its form. */
function about(answer) {
  showOthers(answer.others);
  document.getElementById("draft-title").textContent = answer.title;
  document.getElementById("progress").textContent = answer.progress;
  document.getElementById("progress-bar").value = answer.done;
  document.getElementById("missing").textContent = answer.missing;
  for (const [section, sentence] of Object.entries(answer.filled)) {
    const place = document.querySelector(`#section-${CSS.escape(section)} .filled`);
    if (place) place.textContent = sentence;
  }
}

/* The line that says whether everything is saved. It is read out when that changes, not each time. */
function stateLine(history, kept) {
  const line = document.getElementById("save-state");
  const words = make("span", { id: "save-words" });
  const more = make("span", {});
  line.append(history.buttons.undo, history.buttons.redo, words, more);
  let [before, saved] = [SAVED, ""];
  return (state, answer) => {
    const facts = { time: clock(new Date()), fields: answer?.fields?.join(", ") ?? "" };
    const sentence = state === SAVED && !answer ? saved : text(state, facts);
    if (state === SAVED) saved = sentence;
    const unkept = state !== SAVED && !kept() ? ` ${text("unkept")}` : "";
    words.textContent = sentence + unkept;
    line.dataset.state = state;
    if (state !== before) more.replaceChildren(...ways(state));
    if (state !== before && state !== UNSAVED && !(state === SAVED && before === UNSAVED)) say(sentence);
    before = state;
  };
}

function ways(state) {
  if (state === LOST || state === STRANGER) {
    const link = make("a", { href: form.dataset.signIn, target: "_blank", textContent: text("signIn") });
    return [" ", link];
  }
  if (state === CLASH) {
    const button = make("button", { type: "button", className: "button small", textContent: text("both") });
    button.addEventListener("click", () => both());
    return [" ", button];
  }
  return [];
}

/* Send the form as its buttons do without scripts. */
function submit(what) {
  form.append(make("input", { type: "hidden", name: "do", value: what }));
  form.submit();
}

/* Go to both versions. What was typed goes along; once it is settled, the copy here is done with. */
function both() {
  form.append(make("input", { type: "hidden", name: "keep", value: load }));
  submit("save");
}

/* What leads away from the page waits until everything is saved. */
function guard(saver) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const what = event.submitter?.value ?? "save";
    const state = await saver.save({ always: what === "save" });
    if (state === CLASH) both();
    else if (state === SAVED && what !== "save") submit(what);
    else say(document.getElementById("save-words").textContent);
  });
  document.addEventListener("submit", async (event) => {
    const other = event.target;
    if (other === form || other.id === "sign-out" || event.defaultPrevented || !saver.dirty) return;
    event.preventDefault();
    const { submitter } = event;
    if ((await saver.save()) === SAVED) other.requestSubmit(submitter);
  });
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    if (!link || link.target || event.ctrlKey || event.metaKey || event.shiftKey || !saver.dirty) return;
    if (link.hash && link.pathname === location.pathname) return;
    event.preventDefault();
    const wait = new Promise((resolve) => setTimeout(resolve, 3000));
    await Promise.race([saver.save(), wait]);
    location.assign(link.href);
  });
}

/* Offer what an earlier load of this page kept and the node never got. */
async function offer(saver) {
  const place = document.getElementById("offer");
  const settled = new URLSearchParams(location.search).get("kept");
  if (settled) settle(form, settled);
  for (const copy of left(form)) {
    const more = { version: copy.version };
    const { state, said } = await saver.ask("offer", copy.entries, { more });
    if (state !== SAVED) return;
    if (!said.count) {
      remove(copy.key);
      continue;
    }
    const page = new DOMParser().parseFromString(said.html, "text/html");
    const section = document.importNode(page.body.firstElementChild, true);
    const when = document.createTreeWalker(section, NodeFilter.SHOW_TEXT);
    while (when.nextNode()) {
      when.currentNode.data = when.currentNode.data.replace("{when}", moment(new Date(copy.at)));
    }
    section.querySelector("[data-offer=take]").addEventListener("click", async () => {
      await saver.save();
      const answer = await saver.ask("autosave", copy.entries, { more: { ...more, over: said.version } });
      if (answer.state !== SAVED && answer.state !== CLASH) return say(text(answer.state));
      if (answer.state === SAVED) remove(copy.key);
      location.reload();
    });
    section.querySelector("[data-offer=drop]").addEventListener("click", () => {
      remove(copy.key);
      section.remove();
      document.getElementById("content").focus();
    });
    place.append(section);
    say(section.querySelector("h2").textContent);
  }
}
