/* Small conveniences of every desk; each page works without them. */
"use strict";

// Under a page's own style policy a copied text needs no more than the clipboard.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
  button.textContent = "已复制";
});

// A form that was sent once waits for its answer: a second click would only be refused.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button) return;
  setTimeout(() => button.setAttribute("aria-disabled", "true"));
  setTimeout(() => button.removeAttribute("aria-disabled"), 2000);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("button[aria-disabled=true]")) event.preventDefault();
});

// What would do nothing without this file stays hidden without it.
for (const each of document.querySelectorAll(".needs-script")) each.hidden = false;

// 显示密码
document.addEventListener("change", (event) => {
  const shown = event.target.dataset.shows;
  if (!shown) return;
  for (const input of document.querySelectorAll(shown)) input.type = event.target.checked ? "text" : "password";
});
