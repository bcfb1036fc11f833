/* Autosave: two seconds after the last change, ten at most, and on leaving. What could not be sent stays in this
   browser, for this person alone, until it was sent. A conflict stops it: nothing of hers is lost, nothing of her
   colleague's is written over. */

import { ask, asFile, csrf, place, Refused, tell } from "./editor_asking.js";

const QUIET = 2000; // milliseconds after the last change
const LONGEST = 10000; // between two saves while she writes on
const AGAIN = 5000; // after a failure of the network
const BEACON = 60000; // bytes that a browser still sends when its page is gone

const page = document.getElementById("article");
const word = document.getElementById("saved");
const kept = `article ${page.dataset.article} ${page.dataset.staff}`;
const HERE = { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" };
const clock = (at) => new Date(at).toLocaleTimeString("zh-CN", HERE);

export class Saving {
  /** `draft()` gives what stands on the page now; `settled()` is called when something was saved. */
  constructor(draft, settled) {
    Object.assign(this, { draft, settled, version: Number(page.dataset.version), stopped: false });
    Object.assign(this, { timer: 0, since: 0, running: null, last: JSON.stringify(draft()) });
    addEventListener("pagehide", () => this.leave());
    addEventListener("beforeunload", (event) => this.changed && !this.stopped && event.preventDefault());
    document.addEventListener("visibilitychange", () => document.hidden && this.changed && this.now());
    addEventListener("online", () => this.changed && this.now());
  }

  get changed() {
    return JSON.stringify(this.draft()) !== this.last;
  }

  /** Something was written. */
  touch() {
    if (this.stopped || !this.changed) return;
    this.since ||= Date.now();
    word.textContent = "正在修改…";
    this.plan(Math.max(0, Math.min(QUIET, this.since + LONGEST - Date.now())));
  }

  plan(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), wait);
  }

  /** Save now what is not saved yet; true when all of it is. One at a time. */
  async now({ automatic = true } = {}) {
    clearTimeout(this.timer);
    while (this.running) await this.running;
    if (this.stopped) return false;
    if (!this.changed && automatic) return true;
    this.running = this.send(automatic);
    const done = await this.running;
    this.running = null;
    if (done && this.changed) this.touch();
    return done;
  }

  body(automatic) {
    return { draft: this.draft(), from_version: this.version, automatic };
  }

  async send(automatic) {
    const body = this.body(automatic);
    this.since = 0;
    if (!body.draft.title.trim()) return this.say("还没有标题，写了标题才能保存", "late");
    this.say("正在保存…");
    try {
      const saved = await ask("/save", { body: asFile(body) });
      this.version = saved.version;
      this.last = JSON.stringify(body.draft);
      localStorage.removeItem(kept);
      this.say(`已保存 ${clock(saved.saved_at)}`);
      this.settled();
      return true;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return this.failed(error, body);
    }
  }

  failed(error, body) {
    this.keep(body);
    if (error.offline || error.code === "signed_out" || /^5/.test(error.code)) {
      this.say(`没有保存上。文字留在这台电脑里，${error.offline ? "连上网会自动再存" : error.message}`, "late");
      if (error.code !== "signed_out") this.plan(AGAIN);
    } else if (error.code === "article_changed" || error.code === "article_in_review") {
      this.stopped = true;
      this.say("没有保存", "late");
      showConflict(error, this);
    } else {
      this.say("没有保存", "late");
      tell([error.message, ...error.fields.map((each) => each.detail)]);
    }
    return false;
  }

  say(words, look = "") {
    word.textContent = words;
    word.className = look;
    return false;
  }

  /** Her text stays in this browser until it was sent. A browser that is full keeps what it has. */
  keep(body) {
    try {
      localStorage.setItem(kept, JSON.stringify({ ...body, at: Date.now() }));
    } catch (error) {
      if (error.name !== "QuotaExceededError") throw error;
    }
  }

  leave() {
    if (this.changed && !this.stopped) {
      const body = this.body(true);
      this.keep(body);
      const form = asFile(body);
      if (JSON.stringify(body).length * 3 < BEACON && body.draft.title.trim())
        ask("/save", { body: form, keepalive: true })
          .then(() => localStorage.removeItem(kept))
          .catch(() => {}); // it is kept: the next visit offers it
    }
    const headers = { "X-CSRF-Token": csrf };
    fetch(`${place}/close`, { method: "POST", headers, keepalive: true }).catch(() => {});
  }
}

/** What an earlier visit could not send, unless it says nothing new. */
export function keptText(draft) {
  const found = JSON.parse(localStorage.getItem(kept) ?? "null");
  if (found && JSON.stringify(found.draft) !== JSON.stringify(draft)) return { ...found, when: clock(found.at) };
  localStorage.removeItem(kept);
  return null;
}

export const forgetKept = () => localStorage.removeItem(kept);

function showConflict(error, saving) {
  const banner = document.getElementById("conflict");
  banner.querySelector("p").textContent = error.message;
  banner.hidden = false;
  banner.querySelector("[data-look]").onclick = async () => {
    const dialog = document.getElementById("differences");
    const answer = await ask("/differences", { body: asFile(saving.body(false)) }).catch((failed) => tell([failed.message]));
    if (!answer) return;
    dialog.querySelector("[data-inside]").innerHTML = answer;
    dialog.showModal();
  };
}
