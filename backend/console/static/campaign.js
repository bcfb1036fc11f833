/* Sends a campaign's banner: the picture goes alone, with the form's token in a header. */
"use strict";

{
  const form = document.getElementById("banner-form");
  const said = form.querySelector("[role=status]");
  const button = form.querySelector("button");

  // A refusal comes as a piece of a page: only its words are taken.
  const sentenceOf = (html) =>
    new DOMParser().parseFromString(html, "text/html").querySelector("[role=alert] p, main p")?.textContent.trim();

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new FormData();
    body.append("file", form.querySelector("input[type=file]").files[0]);
    button.disabled = true;
    said.textContent = "正在上传…";
    try {
      const headers = { "X-CSRF-Token": form.dataset.csrf, "HX-Request": "true" };
      const answer = await fetch(form.action, { method: "POST", body, headers });
      if (answer.ok) window.location.assign(answer.url);
      else said.textContent = sentenceOf(await answer.text()) ?? "没有收下，请刷新页面后再试。";
    } catch {
      said.textContent = "网络断了，没有传上去，请再试一次。";
    }
    button.disabled = false;
  });
}
