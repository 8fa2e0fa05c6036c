/* Files of a draft go in pieces: with progress, several at once chosen or dropped, and on from where
   a broken connection stopped. Without this script the form sends them whole. */

const PIECE = 512 * 1024;
const LONGEST_PAUSE = 30_000;

const form = document.getElementById("upload");
if (form) begin(form);

function begin(form) {
  const input = form.querySelector("input[type=file]");
  form.querySelector(".drop-hint").hidden = false;
  const queue = [];
  let busy = false;

  form.addEventListener("submit", (event) => {
    if (!input.files.length) return;
    event.preventDefault();
    take(input.files);
    input.value = "";
  });
  input.addEventListener("change", () => {
    take(input.files);
    input.value = "";
  });
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("dropping");
  });
  form.addEventListener("dragleave", () => form.classList.remove("dropping"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("dropping");
    take(event.dataTransfer.files);
  });
  // Leaving now would stop what is on its way.
  window.addEventListener("beforeunload", (event) => {
    if (busy) event.preventDefault();
  });

  function take(files) {
    for (const file of files) queue.push(new Upload(form, file));
    if (!busy) run();
  }

  async function run() {
    busy = true;
    let added = 0;
    while (queue.length) added += await queue.shift().send();
    busy = false;
    if (added) await renew();
    if (queue.length) run();
  }
}

class Refused extends Error {}
class Cancelled extends Error {}

class Upload {
  constructor(form, file) {
    this.form = form;
    this.file = file;
    this.address = form.dataset.address;
    this.token = form.querySelector("input[name=csrf]").value;
    this.stop = new AbortController();
    this.draw();
  }

  get kept() {
    const { name, size, lastModified } = this.file;
    return `footbridge-upload ${this.address} ${name} ${size} ${lastModified}`;
  }

  draw() {
    const row = document.createElement("li");
    const name = document.createElement("bdi");
    name.textContent = this.file.name;
    this.bar = document.createElement("progress");
    this.bar.max = Math.max(this.file.size, 1);
    this.bar.value = 0;
    this.bar.setAttribute("aria-label", this.file.name);
    this.text = document.createElement("span");
    this.text.className = "sending-text";
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "button quiet small";
    this.button.textContent = this.form.dataset.cancel;
    this.button.setAttribute("aria-label", `${this.form.dataset.cancel}: ${this.file.name}`);
    this.button.addEventListener("click", () => this.stop.abort());
    row.append(name, this.bar, this.text, this.button);
    document.getElementById("sending").append(row);
    this.row = row;
  }

  /* Send the file; 1 when it was added, 0 when not, which is then said beside it. */
  async send() {
    this.show(this.form.dataset.sending);
    try {
      await this.pieces(await this.start());
      this.show(this.form.dataset.looking);
      await this.ask("POST", `/${this.number}/finish`);
      this.forget();
      this.end(this.form.dataset.added);
      return 1;
    } catch (error) {
      if (error instanceof Cancelled) await this.cancelled();
      else this.end(error instanceof Refused ? error.message : this.form.dataset.failed, "wrong");
      return 0;
    }
  }

  /* Return where to go on: at the beginning, or where an earlier try has stopped. */
  async start() {
    this.number = Number(recall(this.kept));
    if (this.number) {
      try {
        const { offset, complete } = await this.ask("GET", `/${this.number}/state`);
        if (!complete) return offset;
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
      }
    }
    const { name, size } = this.file;
    const begun = await this.ask("POST", "/begin", JSON.stringify({ name, size }));
    this.number = begun.number;
    remember(this.kept, begun.number);
    return begun.offset;
  }

  async pieces(offset) {
    while (offset < this.file.size) {
      this.bar.value = offset;
      const piece = this.file.slice(offset, offset + PIECE);
      offset = (await this.ask("PUT", `/${this.number}?offset=${offset}`, piece)).offset;
    }
    this.bar.value = this.file.size;
  }

  /* Ask the node until it answers; a broken connection only means to wait and ask again. A piece
     whose answer was lost is answered 409 with the offset from which to go on. */
  async ask(method, path, body) {
    for (let pause = 1000; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      let answer;
      try {
        answer = await fetch(this.address + path, {
          method,
          body,
          signal: this.stop.signal,
          headers: {
            Accept: "application/json",
            "X-CSRF-Token": this.token,
            "Content-Type": typeof body === "string" ? "application/json" : "application/octet-stream",
          },
        });
        const said = await answer.json();
        if (answer.ok || (answer.status === 409 && "offset" in said && method === "PUT")) {
          this.show(this.form.dataset.sending);
          return said;
        }
        if (answer.status < 500) {
          // A lost session and a refused file end it; what is known to be gone is begun anew.
          if (said.code !== "session-lost" && said.why !== "scanner-silent") this.forget();
          const lost = said.code === "session-lost" || said.code === "foreign-request";
          throw new Refused(lost ? this.form.dataset.lost : said.text || this.form.dataset.failed);
        }
      } catch (error) {
        if (error instanceof Refused) throw error;
        if (this.stop.signal.aborted) throw new Cancelled();
      }
      this.show(this.form.dataset.waiting);
      await this.wait(pause);
    }
  }

  wait(pause) {
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        window.removeEventListener("online", done);
        if (this.stop.signal.aborted) reject(new Cancelled());
        else resolve();
      };
      const timer = setTimeout(done, pause);
      window.addEventListener("online", done);
      this.stop.signal.addEventListener("abort", done, { once: true });
    });
  }

  async cancelled() {
    this.forget();
    if (this.number) {
      const body = new FormData();
      body.append("csrf", this.token);
      const address = `${this.address}/${this.number}/remove`;
      await fetch(address, { method: "POST", body, redirect: "manual" }).catch(() => {});
    }
    this.end(this.form.dataset.cancelled);
  }

  show(text) {
    if (this.text.textContent !== text) this.text.textContent = text;
  }

  end(text, name = "") {
    this.show(text);
    this.button.remove();
    this.bar.remove();
    if (name) this.row.classList.add(name);
    document.getElementById("sending-said").textContent = `${this.file.name}: ${text}`;
  }

  forget() {
    try {
      localStorage.removeItem(this.kept);
    } catch {
      // Without a memory nothing was kept.
    }
  }
}

function recall(key) {
  try {
    return localStorage.getItem(key) || 0;
  } catch {
    return 0;
  }
}

function remember(key, number) {
  try {
    localStorage.setItem(key, number);
  } catch {
    // A browser without a memory begins anew next time.
  }
}

/* Bring the list of files up to date without leaving the page, whose form may hold unsaved words. */
async function renew() {
  const answer = await fetch(location.pathname + location.search).catch(() => null);
  if (!answer || !answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [now, then] = [document.getElementById("file-list"), page.getElementById("file-list")];
  if (now && then) now.replaceWith(then);
}
