/* Keys and pictures of the evidence desk; each page works without them. */
"use strict";

const dialog = document.querySelector("dialog.enlarged");

// A letter that is typed into a field, or behind an enlarged picture, is no command.
const typing = (event) => dialog?.open || event.target.closest("input:not([type=radio]), textarea, select");
const plain = (event) => (event.ctrlKey || event.metaKey || event.altKey ? "" : event.key.toLowerCase());

// ── one key, one deed: a form with data-key. With data-arm the first press only shows what the second will do. ──

function press(form) {
  const button = form.querySelector("button:not([type=button])");
  if (button.getAttribute("aria-disabled") === "true") return; // sent already
  if (form.dataset.arm && !button.classList.contains("armed")) {
    if (form.reportValidity()) arm(button, form.dataset.arm);
    return;
  }
  form.requestSubmit(button);
}

function arm(button, words) {
  const name = button.querySelector("span");
  const usual = name.textContent;
  const disarm = () => {
    button.classList.remove("armed");
    name.textContent = usual;
  };
  button.classList.add("armed");
  name.textContent = words;
  button.focus();
  button.addEventListener("blur", disarm, { once: true }); // whatever she does next, she begins anew
}

document.addEventListener("keydown", (event) => {
  const armed = document.querySelector(".button.armed");
  if (armed && event.key === "Escape") armed.blur();
  if (armed && event.key === "Enter" && event.repeat) event.preventDefault(); // held since it armed
  if (event.key === "Enter" && event.target.matches("[data-arm] input")) {
    event.preventDefault();
    if (!event.repeat) press(event.target.form);
  }
});

document.addEventListener("keydown", (event) => {
  const key = plain(event);
  if (typing(event) || event.repeat || !/^[a-z]$/.test(key)) return;
  const form = document.querySelector(`form[data-key="${key}"]`);
  const details = document.querySelector(`details[data-open-key="${key}"]`);
  const field = document.querySelector(`[data-focus-key="${key}"]`);
  if (form || details || field) event.preventDefault();
  if (form) press(form);
  if (details) details.open = true;
  details?.querySelector("input[type=radio]").focus();
  details?.scrollIntoView({ block: "nearest" });
  field?.select();
});

// ── the queue: j and k, or the arrows, walk through its rows; Enter takes the one that is chosen ──

const rows = [...document.querySelectorAll("table.rows tbody tr")].filter((row) => row.querySelector("button, a"));

document.addEventListener("keydown", (event) => {
  const step = { j: 1, arrowdown: 1, k: -1, arrowup: -1 }[plain(event)];
  if (!step || !rows.length || typing(event)) return;
  event.preventDefault();
  const now = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
  const next = rows[Math.min(rows.length - 1, Math.max(0, now + step))];
  for (const row of rows) row.setAttribute("aria-selected", String(row === next));
  next.querySelector("button, a").focus();
  next.scrollIntoView({ block: "nearest" });
});

// ── pictures: choose, enlarge, and ask again when the server is busy ──

let gallery = document.querySelector("[data-gallery]"); // the one that the arrows move: the last that was touched

function choose(place) {
  const figures = [...gallery.querySelectorAll("figure")];
  const chosen = (place + figures.length) % figures.length;
  gallery.dataset.place = chosen;
  figures.forEach((figure, each) => (figure.hidden = each !== chosen));
  gallery.querySelectorAll(".choose button").forEach((button, each) => {
    if (each === chosen) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  });
}

function enlarge() {
  const shown = gallery.querySelector("figure:not([hidden]) img");
  if (!shown) return dialog.close();
  dialog.querySelector("img").src = shown.src;
  if (!dialog.open) dialog.showModal();
}

document.addEventListener("click", (event) => {
  gallery = event.target.closest("[data-gallery]") || gallery;
  const number = event.target.closest(".choose button");
  if (number) choose([...number.parentElement.children].indexOf(number));
  if (event.target.closest(".enlarge")) enlarge();
});

document.addEventListener("keydown", (event) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!step || !gallery || (typing(event) && !dialog.open)) return;
  if (gallery.querySelectorAll("figure").length < 2) return;
  event.preventDefault();
  choose(Number(gallery.dataset.place) + step);
  if (dialog.open) enlarge();
});

dialog?.addEventListener("click", () => dialog.close());

for (const image of document.querySelectorAll(".enlarge img")) {
  let tries = 0;
  const again = () => {
    if (++tries <= 4) return setTimeout(() => (image.src = image.src), 1500 * tries);
    image.closest(".enlarge").outerHTML = '<p class="card empty">照片没有加载出来，请刷新页面。</p>';
  };
  image.addEventListener("error", again);
  if (image.complete && !image.naturalWidth) again();
}

// ── how long the claim still lasts; extended without leaving the page, so that nothing typed is lost ──

const claim = document.querySelector("form[data-left]");

if (claim) {
  let ends = performance.now() + 1000 * claim.dataset.left; // not by this machine's clock, which may be wrong
  const tell = () => {
    const minutes = Math.ceil((ends - performance.now()) / 60000);
    claim.querySelector("span").textContent = minutes > 0 ? `还有 ${minutes} 分钟，续领` : "领取已到期，重新领取";
    claim.querySelector("button").classList.toggle("late", minutes <= 3);
  };
  claim.addEventListener("submit", async (event) => {
    event.preventDefault();
    const sent = { method: "POST", body: new URLSearchParams(new FormData(claim)) };
    const answer = await fetch(claim.action, sent).catch(() => null);
    if (!answer?.ok || !answer.url.endsWith(claim.dataset.stays)) return claim.submit(); // to read why not
    ends = performance.now() + 30 * 60000;
    tell();
  });
  tell();
  setInterval(tell, 15000);
}
