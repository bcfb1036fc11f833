/* Sends a picture of a nomination alone, with the form's token in a header, and counts the story's characters. */
"use strict";

for (const counter of document.querySelectorAll("[data-count-of]")) {
  const area = document.getElementById(counter.dataset.countOf);
  const count = () => {
    counter.textContent = `现在 ${[...area.value.replace(/\s/gu, "")].length} 个字。`;
  };
  area.addEventListener("input", count);
  count();
}

const written = document.getElementById("nomination-form");

// Pictures come and go with the whole page: what is written beside them is kept first.
const keep = async () => {
  const answer = await fetch(written.action, { method: "POST", body: new URLSearchParams(new FormData(written)) });
  return answer.ok;
};

// A refusal comes as a piece of a page: only its words are taken.
const sentenceOf = (html) =>
  new DOMParser().parseFromString(html, "text/html").querySelector("[role=alert] p, main p")?.textContent.trim();

const form = document.getElementById("picture-form");
form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const said = form.querySelector("[role=status]");
  const button = form.querySelector("button");
  const body = new FormData();
  body.append("file", form.querySelector("input[type=file]").files[0]);
  button.disabled = true;
  said.textContent = "正在上传…";
  try {
    if (await keep()) {
      const headers = { "X-CSRF-Token": form.dataset.csrf, "HX-Request": "true" };
      const answer = await fetch(form.action, { method: "POST", body, headers });
      if (answer.ok) window.location.assign(answer.url);
      else said.textContent = sentenceOf(await answer.text()) ?? "没有收下，请刷新页面后再试。";
    } else said.textContent = "左边的内容没有保存上，请先保存，再传照片。";
  } catch {
    said.textContent = "网络断了，没有传上去，请再试一次。";
  }
  button.disabled = false;
});

for (const removal of document.querySelectorAll(".held form")) {
  removal.addEventListener("submit", async (event) => {
    event.preventDefault();
    await keep().catch(() => false);
    removal.submit();
  });
}
