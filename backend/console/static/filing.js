/* Sends a department's file and shows how much of it has gone. The answer is a place to go to, or what is wrong. */
"use strict";

{
  const form = document.getElementById("send-file");
  const input = form.querySelector("input[type=file]");
  const button = form.querySelector("button");
  const sending = document.getElementById("sending");
  const bar = sending.querySelector("progress");
  const said = sending.querySelector("[role=status]");
  const fault = document.getElementById("send-fault");
  const most = Number(form.dataset.most);
  const megabytes = (bytes) => (bytes / 1024 / 1024).toFixed(1);

  const stop = (sentence) => {
    sending.hidden = true;
    button.disabled = false;
    const line = document.createElement("p");
    line.textContent = sentence;
    const box = document.createElement("div");
    box.className = "said bad";
    box.append(line);
    fault.replaceChildren(box);
  };

  // A refusal comes as a piece of a page: only its words are taken.
  const sentenceOf = (html) =>
    new DOMParser().parseFromString(html, "text/html").querySelector("[role=alert] p, main p")?.textContent.trim();

  const show = (sent, whole) => {
    bar.value = (sent / whole) * 100;
    said.textContent =
      sent < whole
        ? `已发送 ${megabytes(sent)} / ${megabytes(whole)} MB`
        : "已全部发送，正在查看表头，请稍候…";
  };

  const answered = (request) => {
    const place = request.getResponseHeader("Location") ?? request.getResponseHeader("HX-Redirect");
    if (place !== null) window.location.assign(place);
    else stop(sentenceOf(request.responseText) ?? "没有收下，请刷新页面后再试。");
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    fault.replaceChildren();
    const [file] = input.files;
    if (!file) return;
    if (file.size > most) {
      stop(`文件有 ${megabytes(file.size)} MB，超过 ${most / 1024 / 1024} MB，请分成几个文件后分别上传。`);
      return;
    }
    const body = new FormData();
    body.append("file", file);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("X-CSRF-Token", form.dataset.csrf);
    request.setRequestHeader("HX-Request", "true"); // so that a refusal is a piece, not a page
    request.upload.addEventListener("progress", (step) => show(step.loaded, step.total));
    request.addEventListener("load", () => answered(request));
    request.addEventListener("error", () => stop("网络断了，文件没有传完，没有收下。请再传一次。"));
    button.disabled = true;
    sending.hidden = false;
    show(0, file.size || 1);
    request.send(body);
  });
}
