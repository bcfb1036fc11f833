/* Asking the server from the editor's page: answers as JSON, refusals as sentences. */

const page = document.getElementById("article");

export const csrf = page.dataset.csrf;
export const place = page.dataset.place; // /console/articles/ID

/** What went wrong, in a sentence for the editor. `code` is the server's word, `offline` that nobody answered, `again`
    that the very same may go well the next time. */
export class Refused extends Error {
  constructor(sentence, { code = "", fields = [], offline = false, again = offline } = {}) {
    super(sentence);
    Object.assign(this, { code, fields, offline, again });
  }
}

/** Nobody answered. */
export const offline = () => new Refused("网络断了，没有连上服务器。", { offline: true });

const SIGNED_OUT = "登录已经过期。请在新的标签页里重新登录，这一页不要关。";

// A refusal may come as a piece of a page: only its words are taken.
const sentenceOf = (html) =>
  new DOMParser().parseFromString(html, "text/html").querySelector("[role=alert] p, main p")?.textContent.trim();

function refusalOf(status, kind, text) {
  if (status === 401) return new Refused(SIGNED_OUT, { code: "signed_out" });
  const again = status >= 500 || status === 429;
  if (kind.includes("json")) {
    const said = JSON.parse(text);
    return new Refused(said.detail, { ...said, again });
  }
  return new Refused(sentenceOf(text) ?? "没有成功，请过一会儿再试。", { code: String(status), again });
}

async function read(answer) {
  const kind = answer.headers.get("Content-Type") ?? "";
  const text = await answer.text();
  if (!answer.ok) throw refusalOf(answer.status, kind, text);
  return kind.includes("json") ? JSON.parse(text) : text;
}

/** Send something and read the answer. Raises Refused. */
export async function ask(path, { body, method = body === undefined ? "GET" : "POST", keepalive = false } = {}) {
  const headers = { "X-CSRF-Token": csrf, "HX-Request": "true", "HX-Current-URL": location.href };
  let answer;
  try {
    answer = await fetch(place + path, { method, body, headers, keepalive, redirect: "error" });
  } catch {
    throw offline();
  }
  return read(answer);
}

/** A value as the file of a form: what is larger than an ordinary form is read as a stream. */
export function asFile(value) {
  const form = new FormData();
  form.append("file", new Blob([typeof value === "string" ? value : JSON.stringify(value)]));
  return form;
}

/** Send a file of the editor's; `progress` gets how much of it has gone, 0 to 1. Raises Refused. */
export function upload(path, file, progress) {
  const form = new FormData();
  form.append("file", file, file.name || "picture.png");
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", place + path);
    request.setRequestHeader("X-CSRF-Token", csrf);
    request.setRequestHeader("HX-Request", "true");
    request.upload.addEventListener("progress", (step) => progress(step.loaded / (step.total || 1)));
    request.addEventListener("error", () => reject(offline()));
    request.addEventListener("load", () => {
      const kind = request.getResponseHeader("Content-Type") ?? "";
      if (request.status < 300) resolve(JSON.parse(request.responseText));
      else reject(refusalOf(request.status, kind, request.responseText));
    });
    request.send(form);
  });
}

const strip = document.getElementById("working");
const told = document.getElementById("told");

/** A line about what is under way, with how far it is; an empty one hides it. */
export function tellWorking(words, share = null) {
  strip.hidden = !words;
  strip.querySelector("span").textContent = words;
  const bar = strip.querySelector("progress");
  if (share === null) bar.removeAttribute("value");
  else bar.value = share;
}

const aButton = (words, className, deed) => {
  const button = Object.assign(document.createElement("button"), { type: "button", className, textContent: words });
  button.addEventListener("click", deed);
  return button;
};

/** Sentences above the text, or in the dialog that lies over it, which stay until they are closed. `again` is done when
    she asks for it: what failed, once more. */
export function tell(sentences, kind = "bad", again = null) {
  const box = document.createElement("div");
  box.className = `said ${kind}`;
  const words = document.createElement("div");
  for (const each of sentences) words.append(Object.assign(document.createElement("p"), { textContent: each }));
  const close = () => box.remove();
  box.append(words);
  if (again) box.append(aButton("再试一次", "button second small", () => (close(), again())));
  box.append(aButton("知道了", "plain", close));
  const dialog = document.querySelector("dialog[open]");
  if (!dialog) return told.replaceChildren(box);
  box.setAttribute("role", "alert");
  dialog.querySelector(":scope > .said")?.remove();
  dialog.addEventListener("close", close, { once: true });
  return dialog.prepend(box);
}

/** Run something that may be refused, and say so; `again` is offered when it may go well the next time. */
export async function telling(work, again = null) {
  try {
    return await work();
  } catch (error) {
    tellWorking("");
    if (!(error instanceof Refused)) throw error;
    tell([error.message, ...error.fields.map((each) => each.detail)], "bad", error.again ? again : null);
    return null;
  }
}
