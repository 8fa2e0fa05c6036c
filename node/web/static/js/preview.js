/* The public page of a draft beside its form: on a wide screen at its side, on a narrow one over it.
   After each save its content is exchanged, so it stays where somebody has scrolled to. */

import { make, text } from "./words.js";

const OPEN = "footbridge-preview";

export class Preview {
  constructor(form) {
    this.form = form;
    this.frame = make("iframe", { title: text("preview") });
    this.close = make("button", { type: "button", className: "button quiet small", textContent: text("hide") });
    this.panel = make("aside", { className: "preview-panel", id: "preview-panel", hidden: true }, this.close, this.frame);
    this.panel.setAttribute("aria-label", text("preview"));
    this.button = make("button", { type: "button", className: "button quiet small preview-toggle" });
    this.button.setAttribute("aria-controls", "preview-panel");
    this.button.addEventListener("click", () => this.toggle(this.panel.hidden));
    this.close.addEventListener("click", () => this.toggle(false));
    this.panel.addEventListener("keydown", (event) => event.key === "Escape" && this.toggle(false));
    document.querySelector(".draft-ways").append(this.button);
    form.after(this.panel);
    this.label();
    if (remembered() && window.matchMedia("(width >= 75rem)").matches) this.show();
  }

  label() {
    this.button.textContent = text(this.panel.hidden ? "show" : "hide");
    this.button.setAttribute("aria-expanded", String(!this.panel.hidden));
  }

  toggle(open) {
    if (open) this.show();
    else this.panel.hidden = true;
    this.label();
    remember(open);
    (open ? this.close : this.button).focus();
  }

  show() {
    this.panel.hidden = false;
    this.label();
    if (this.frame.src) this.renew();
    else this.frame.src = this.form.dataset.preview;
  }

  async renew() {
    const inside = this.frame.contentDocument;
    if (this.panel.hidden || !inside?.querySelector("main")) return;
    const answer = await fetch(this.form.dataset.preview).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const main = page.querySelector("main");
    if (main) inside.querySelector("main").replaceWith(inside.importNode(main, true));
  }
}

function remembered() {
  try {
    return localStorage.getItem(OPEN) === "1";
  } catch {
    return false;
  }
}

function remember(open) {
  try {
    localStorage.setItem(OPEN, open ? "1" : "0");
  } catch {
    // Next time it is closed.
  }
}
