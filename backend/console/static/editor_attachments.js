/* Attachments under the article: video, sound and PDF, each with a name that readers see. */

import { telling, tellWorking, upload } from "./editor_asking.js";

const card = document.getElementById("attachments");
const list = card.querySelector("ul");
const choose = card.querySelector("input[type=file]");
const line = card.querySelector("template");

export class Attachments {
  constructor(changed) {
    this.changed = changed;
    choose.addEventListener("change", () => this.add([...choose.files]));
    list.addEventListener("input", changed);
    list.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      const item = button.closest("li");
      if (button.matches("[data-remove]")) item.remove();
      else if (item.previousElementSibling) item.previousElementSibling.before(item);
      this.show();
      changed();
    });
    this.show();
  }

  get value() {
    return [...list.children].map((item) => ({
      file_id: item.dataset.file,
      name: item.querySelector("input").value.trim() || item.dataset.called,
    }));
  }

  async add(files) {
    choose.value = "";
    for (const [place, file] of files.entries()) {
      const progress = (share) => tellWorking(share < 1 ? `正在上传 ${file.name}` : `正在检查 ${file.name}`, share);
      progress(0);
      const again = () => this.add(files.slice(place));
      const taken = await telling(() => upload("/files", file, progress), again);
      tellWorking("");
      if (taken === null) return;
      this.append(taken, file.name.replace(/\.[^.]+$/, "").slice(0, 80));
    }
  }

  append(taken, called) {
    const item = line.content.firstElementChild.cloneNode(true);
    Object.assign(item.dataset, { file: taken.id, called: called || "附件" });
    item.querySelector("input").value = called || "附件";
    item.querySelector("[data-about]").textContent = card.dataset[taken.kind] ?? "";
    list.append(item);
    this.show();
    this.changed();
  }

  show() {
    const most = Number(card.dataset.most);
    card.querySelector("[data-choose]").hidden = list.children.length >= most;
    [...list.children].forEach((item, place) => (item.querySelector("[data-up]").hidden = place === 0));
  }
}
