/* How far an import is, brought up to date in place; without this script the page loads itself anew. */

const PAUSE = 1500;

const shown = document.getElementById("progress");
if (shown) setTimeout(look, PAUSE);

async function look() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer && answer.ok) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.getElementById("progress");
    if (!now || now.dataset.state !== shown.dataset.state) {
      location.reload();
      return;
    }
    shown.querySelector("progress").value = now.querySelector("progress").value;
    document.getElementById("progress-text").textContent =
      page.getElementById("progress-text").textContent;
  }
  setTimeout(look, PAUSE);
}
