/* Saving by itself: a moment after the last key, at the latest after some seconds, and on leaving.
   Never two saves at once. What has not reached the node is kept in this browser (keeping.js). */

import { drop, keep } from "./keeping.js";
import { entriesOf } from "./naming.js";

const PAUSE = 2000;
const LONGEST = 8000;
const AGAIN = 5000;
const SLOWEST = 60_000;
/* What browsers take along from a page that is being left. */
const FAREWELL = 60_000;

/* States of a form. In the last four nothing is sent by itself: a person has to do something first. */
export const [SAVED, UNSAVED, OFFLINE, FAILED] = ["saved", "unsaved", "offline", "failed"];
export const [LOST, STRANGER, CLASH, CLOSED] = ["lost", "stranger", "clash", "closed"];
const STOPPED = [CLASH, CLOSED];
const WAITING = [LOST, STRANGER];
/* Answers that say that somebody may not change this draft, or not any more. */
const REFUSED = [403, 404, 410];

export class Saver {
  /* `said(state, answer)` is called whenever the state changes or something was saved. Before that,
     `took(answer, sent)` brings the page to the new version, while the form still has the numbers of
     the old one; it promises whether nothing was typed since, or null when the page cannot show
     what a colleague changed, and then stays where it was. */
  constructor(form, { said, took }) {
    Object.assign(this, { form, said, took });
    this.address = location.pathname;
    this.state = SAVED;
    this.saved = entriesOf(form);
    this.running = null;
    this.unanswered = null;
    this.pause = AGAIN;
    this.kept = true;
    this.stopped = false;
    form.addEventListener("input", () => this.touched());
    form.addEventListener("change", () => this.touched());
    window.addEventListener("online", () => this.dirty && this.save());
    window.addEventListener("pagehide", () => this.leave());
    window.addEventListener("focus", () => this.back());
    document.addEventListener("visibilitychange", () => (document.hidden ? this.leave() : this.back()));
    document.addEventListener("footbridge:leaving", () => (this.stopped = true));
  }

  get dirty() {
    return entriesOf(this.form) !== this.saved;
  }

  /* Something was typed or done. */
  touched() {
    if (!this.dirty) {
      if (this.state === UNSAVED) this.tell(SAVED);
      return;
    }
    this.keep();
    if (this.state === SAVED) this.tell(UNSAVED);
    this.first ??= Date.now();
    this.later(Math.min(PAUSE, Math.max(0, this.first + LONGEST - Date.now())));
  }

  keep() {
    this.kept = keep(this.form, entriesOf(this.form));
  }

  later(pause) {
    clearTimeout(this.timer);
    if (![...STOPPED, ...WAITING].includes(this.state)) this.timer = setTimeout(() => this.save(), pause);
  }

  /* Save what is there now and return the state; `always` asks even when nothing was typed. */
  async save({ always = false } = {}) {
    clearTimeout(this.timer);
    while (this.running) await this.running;
    if (STOPPED.includes(this.state) || this.stopped) return this.state;
    if (!this.dirty && !always) return this.tell(SAVED);
    this.running = this.send();
    await this.running;
    this.running = null;
    if (this.state === SAVED && this.dirty) this.touched();
    return this.state;
  }

  async send() {
    // What was sent and never answered may have been saved: it goes first, so that the node sees
    // what was typed since as a change of it and not as somebody else's.
    const sent = this.unanswered ?? entriesOf(this.form);
    this.unanswered = sent;
    this.first = null;
    const answer = await this.ask("autosave", sent);
    if (![OFFLINE, FAILED].includes(answer.state)) this.unanswered = null;
    if (answer.state !== SAVED) {
      this.tell(answer.state, answer.said);
      this.pause = Math.min(this.pause * 2, SLOWEST);
      this.later(this.pause);
      return;
    }
    this.pause = AGAIN;
    const clean = await this.took(answer.said, sent);
    if (clean === null) {
      this.unanswered = sent;
      this.tell(OFFLINE);
      return this.later(this.pause);
    }
    this.form.elements.version.value = answer.said.version;
    this.form.dataset.version = answer.said.version;
    this.saved = clean ? entriesOf(this.form) : null;
    if (this.dirty) this.keep();
    else drop(this.form);
    this.tell(SAVED, answer.said);
  }

  /* Send something about this draft; `{state, said}` says what came of it. A token that is not of
     this session any more is fetched anew once: somebody signed in again in another tab. */
  async ask(what, entries, { more = {}, again = true } = {}) {
    const body = new URLSearchParams(entries);
    for (const [name, value] of Object.entries({ version: this.form.elements.version.value, ...more })) {
      body.set(name, value);
    }
    const keepalive = body.toString().length < FAREWELL;
    const headers = { Accept: "application/json", "X-CSRF-Token": this.form.elements.csrf.value };
    let answer, said;
    try {
      answer = await fetch(`${this.address}/${what}`, { method: "POST", body, headers, keepalive });
      said = await answer.json();
    } catch {
      return { state: answer ? FAILED : OFFLINE };
    }
    if (answer.ok) return { state: SAVED, said };
    if (answer.status === 409) return { state: CLASH, said };
    if (said.code === "session-lost") return { state: LOST };
    if (said.code === "foreign-request" && again) {
      const state = await this.renew();
      return state === SAVED ? this.ask(what, entries, { more, again: false }) : { state };
    }
    return { state: REFUSED.includes(answer.status) ? CLOSED : FAILED };
  }

  /* Take the token of the session that this browser has now. */
  async renew() {
    const page = await this.page().catch(() => null);
    if (!page) return OFFLINE;
    const form = page.getElementById("draftform");
    if (!form) return page.getElementById("closed") ? CLOSED : LOST;
    if (form.dataset.person !== this.form.dataset.person) return STRANGER;
    const token = form.elements.csrf.value;
    for (const field of document.querySelectorAll("input[name=csrf]")) field.value = token;
    return SAVED;
  }

  /* Fetch the page of this draft as it is drawn now. */
  async page() {
    const also = [...this.form.querySelectorAll("input[name=also]")].map(({ value }) => ["also", value]);
    const answer = await fetch(`${this.address}?${new URLSearchParams(also)}`);
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }

  /* The page is shown again, perhaps after somebody signed in elsewhere. */
  async back() {
    if (WAITING.includes(this.state)) {
      const state = await this.renew();
      if (state !== SAVED) return this.tell(state === OFFLINE ? this.state : state);
    } else if (![OFFLINE, FAILED].includes(this.state)) {
      return this.state;
    }
    return this.save({ always: true });
  }

  /* The page is being left, or covered: perhaps it never comes back. */
  leave() {
    if (!this.dirty || this.stopped) return;
    this.keep();
    this.save();
  }

  tell(state, answer) {
    this.state = state;
    this.said(state, answer);
    return state;
  }
}
