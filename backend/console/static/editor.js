/* The page on which an article is written: the fields, the text, and what stands beside it. */

import { ask, Refused, tell, telling } from "./editor_asking.js";
import { Attachments } from "./editor_attachments.js";
import { copy, copyBody } from "./editor_copying.js";
import { Cover } from "./editor_cover.js";
import "./editor_figure.js";
import { fromEditor, lengthOf, roomAtEnd, toEditor } from "./editor_html.js";
import { watchPasting } from "./editor_pasting.js";
import { forgetKept, keptText, Saving } from "./editor_saving.js";

const PRESENCE = 20000; // milliseconds between two words that this page is open
const DRAWN = 100; // milliseconds after a change by which wangEditor has drawn it
const { createEditor, createToolbar } = window.wangEditor;
const page = document.getElementById("article");
const fields = document.getElementById("fields");

const editor = createEditor({
  selector: "#text",
  html: roomAtEnd(toEditor(document.getElementById("stored").content.textContent)),
  config: {
    placeholder: "在这里写，或者从 Word、WPS、公众号粘贴",
    autoFocus: false,
    scroll: false,
    textStyleMode: "class",
    classStylePolicy: "preserve-data",
    hoverbarKeys: {
      link: { menuKeys: ["editLink", "unLink"] },
      table: {
        menuKeys: [
          "tableHeader",
          "insertTableRow",
          "deleteTableRow",
          "insertTableCol",
          "deleteTableCol",
          "mergeTableCell",
          "splitTableCell",
          "deleteTable",
        ],
      },
    },
    customAlert: (words) => tell([words]),
  },
});

const TOOLS = ["kind", "|", "bold", "italic", "underline", "through", "clearStyle", "|", "bulletedList", "numberedList"];
TOOLS.push("blockquote", "|", "justifyLeft", "justifyCenter", "justifyRight", "|", "picture", "insertTable");
TOOLS.push("insertLink", "divider", "|", "undo", "redo");
createToolbar({ editor, selector: "#tools", config: { toolbarKeys: TOOLS } });

// ── what stands on the page, as one value ──

const saving = { touch: () => {} };
const touch = () => saving.touch();
const cover = new Cover(touch);
const attachments = new Attachments(touch);

let body = { from: null, html: "", early: false };
let changedAt = 0;

/** The text as it is stored; worked out again only when it changed, or was not drawn yet: wangEditor knows how deep a
    list's item stands only once it has drawn it. */
function storedBody() {
  if (body.from !== editor.children || body.early) {
    const early = performance.now() - changedAt < DRAWN;
    body = { from: editor.children, html: fromEditor(editor.getHtml()), early };
  }
  return body.html;
}

const tagsOf = (text) => [...new Set(text.split(/[\s,，、;；]+/).filter(Boolean))];

function draft() {
  const text = (name) => fields.elements[name].value.trim();
  return {
    title: text("title"),
    channel: text("channel"),
    summary: text("summary"),
    source: text("source"),
    author: text("author"),
    campaign_id: text("campaign_id") || null,
    tags: tagsOf(text("tags")),
    cover_id: cover.id,
    html: storedBody(),
    attachments: attachments.value,
    about_failure: fields.elements.about_failure.checked,
    shows_person: fields.elements.shows_person.checked,
    consent_note: text("consent_note"),
  };
}

const found = document.getElementById("findings");

async function findAgain() {
  const answer = await ask("/findings").catch((error) => {
    if (!(error instanceof Refused)) throw error;
    return null; // the save told it already
  });
  if (answer !== null) found.innerHTML = answer;
}

const real = new Saving(draft, findAgain);
saving.touch = () => real.touch();
editor.on("change", () => {
  changedAt = performance.now();
  setTimeout(touch, DRAWN);
});
page.addEventListener("input", (event) => event.target.form === fields && touch());
watchPasting(editor);
findAgain();

// ── counters, and what appears only when it is asked for ──

function count(field) {
  const shown = field.name && document.querySelector(`[data-counts=${field.name}]`);
  if (shown) shown.textContent = `${[...field.value].length} / ${field.maxLength}`;
}

// A title is one line: the return key leads on to the text.
fields.elements.title.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  editor.focus();
});

const consent = document.getElementById("consent");
const showConsent = () => (consent.hidden = !fields.elements.shows_person.checked);
page.addEventListener("input", (event) => count(event.target));
page.addEventListener("change", showConsent);
for (const each of fields.elements) count(each);
showConsent();

document.querySelector("[data-summarise]").addEventListener("click", () => {
  const first = editor.getText().split("\n").find((line) => lengthOf(line) > 10) ?? "";
  const summary = fields.elements.summary;
  summary.value = [...first.trim()].slice(0, summary.maxLength).join("");
  count(summary);
  touch();
});

// ── preview, copy, hand in: each of what is saved ──

const preview = document.getElementById("preview");

document.querySelector("[data-preview]").addEventListener("click", async () => {
  if (!(await real.now())) return;
  preview.querySelector("iframe").src = `${location.pathname}/preview?at=${real.version}`;
  preview.showModal();
});

document.querySelector("[data-wechat]").addEventListener("click", () =>
  telling(async () => {
    if (!(await real.now())) return;
    const html = await ask("/wechat");
    const done = copy(html, editor.getText());
    const pictures = html.includes("<img");
    const words = ["已复制。到公众号编辑器里粘贴就行。"];
    if (pictures && !page.dataset.live) words.push("文章还没有发布，公众号取不到里面的图片，请在公众号里另外上传。");
    if (done) tell(words, "good");
    else tell(["浏览器没有让复制，请再点一次。"]);
  }),
);

document.getElementById("submit").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  if (!(await real.now({ automatic: false }))) return;
  form.version.value = real.version;
  real.stopped = true;
  form.submit();
});

// Another form of the page takes nothing with it that is not saved yet.
for (const form of document.querySelectorAll("form[data-saved-first]"))
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await real.now()) form.submit();
  });

document.querySelector("[data-save]").addEventListener("click", () => real.now({ automatic: false }));
addEventListener("keydown", (event) => {
  if (event.key !== "s" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  real.now({ automatic: false });
});

for (const dialog of document.querySelectorAll("dialog"))
  dialog.addEventListener("click", (event) => event.target.closest("[data-close]") && dialog.close());

// ── who else has it open ──

const other = document.getElementById("other");

async function sayOpen() {
  const answer = await ask("/open", { method: "POST" }).catch(() => null); // the next one says it again
  if (answer === null) return;
  other.hidden = !answer.other;
  if (answer.other) other.querySelector("strong").textContent = answer.other;
}

sayOpen();
setInterval(sayOpen, PRESENCE);

// ── text that could not be sent ──

function put(written) {
  for (const name of ["title", "channel", "summary", "source", "author", "consent_note"])
    fields.elements[name].value = written[name];
  fields.elements.campaign_id.value = written.campaign_id ?? "";
  fields.elements.tags.value = written.tags.join(" ");
  for (const name of ["about_failure", "shows_person"]) fields.elements[name].checked = written[name];
  cover.set(written.cover_id);
  showConsent();
  editor.setHtml(roomAtEnd(toEditor(written.html)));
  touch();
}

document.querySelector("#conflict [data-copy-mine]").addEventListener("click", () => copyBody(draft().html));
document.querySelector("#conflict [data-theirs]").addEventListener("click", () => {
  real.keep(real.body(false));
  location.reload();
});

const kept = keptText(draft());
if (kept) {
  const banner = document.getElementById("kept");
  banner.querySelector("time").textContent = kept.when;
  banner.hidden = false;
  const done = (deed) => () => {
    deed();
    banner.hidden = true;
  };
  banner.querySelector("[data-put]").addEventListener("click", done(() => put(kept.draft)));
  banner.querySelector("[data-copy-kept]").addEventListener("click", () => copyBody(kept.draft.html));
  banner.querySelector("[data-forget]").addEventListener("click", done(forgetKept));
}
