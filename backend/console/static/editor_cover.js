/* The cover: one picture, cut to the wide and the square shape that lists show. */

import { ask, offline, telling, tellWorking, upload } from "./editor_asking.js";
import { addressOf } from "./editor_html.js";

const SHAPES = { wide: 900 / 383, square: 1 };

const card = document.getElementById("cover");
const dialog = document.getElementById("crop");
const choose = card.querySelector("input[type=file]");

/** A frame of cropperjs: the picture lies still, the selection of a fixed shape moves on it. */
const FRAME = `<cropper-canvas background>
<cropper-image alt=""></cropper-image><cropper-shade hidden></cropper-shade>
<cropper-selection movable resizable keyboard>
<cropper-grid role="grid" bordered covered></cropper-grid>
<cropper-handle action="move" theme-color="rgb(255 255 255 / 20%)"></cropper-handle>
${["n", "e", "s", "w", "ne", "nw", "se", "sw"].map((each) => `<cropper-handle action="${each}-resize"></cropper-handle>`).join("")}
</cropper-selection></cropper-canvas>`;

/** Where the picture lies in its frame: contained, in the middle. */
function lying(frame, picture) {
  const scale = Math.min(frame.clientWidth / picture.naturalWidth, frame.clientHeight / picture.naturalHeight);
  const [width, height] = [picture.naturalWidth * scale, picture.naturalHeight * scale];
  return { scale, width, height, left: (frame.clientWidth - width) / 2, top: (frame.clientHeight - height) / 2 };
}

/** The selection may not leave the picture. */
function stayInside(selection, place) {
  selection.addEventListener("change", (event) => {
    const { x, y, width, height } = event.detail;
    const out = x < place().left - 1 || y < place().top - 1;
    const over = x + width > place().left + place().width + 1 || y + height > place().top + place().height + 1;
    if (out || over) event.preventDefault();
  });
}

async function frameOf(box, shape, picture) {
  box.innerHTML = FRAME;
  const image = box.querySelector("cropper-image");
  image.src = picture.src;
  await image.$ready();
  const place = lying(box, picture);
  image.$center("contain");
  const selection = box.querySelector("cropper-selection");
  selection.aspectRatio = SHAPES[shape];
  const width = Math.min(place.width, place.height * SHAPES[shape]);
  const height = width / SHAPES[shape];
  selection.$change(place.left + (place.width - width) / 2, place.top + (place.height - height) / 2, width, height);
  stayInside(selection, () => lying(box, picture));
  return () => boxOf(selection, lying(box, picture), picture);
}

/** The selection in the picture's own pixels, inside it whatever was rounded. */
function boxOf(selection, place, picture) {
  const inside = (value, most) => Math.max(0, Math.min(Math.round(value), most));
  const left = inside((selection.x - place.left) / place.scale, picture.naturalWidth - 1);
  const top = inside((selection.y - place.top) / place.scale, picture.naturalHeight - 1);
  return [
    left,
    top,
    inside(selection.width / place.scale, picture.naturalWidth - left),
    inside(selection.height / place.scale, picture.naturalHeight - top),
  ];
}

const loaded = (src) =>
  new Promise((resolve, reject) => {
    const picture = new Image();
    picture.onload = () => resolve(picture);
    picture.onerror = () => reject(offline());
    picture.src = src;
  });

export class Cover {
  constructor(changed) {
    Object.assign(this, { changed, id: card.dataset.cover || null });
    choose.addEventListener("change", () => {
      const [file] = choose.files;
      choose.value = "";
      if (file) this.upload(file);
    });
    card.querySelector("[data-crop]").addEventListener("click", () => this.open(this.id));
    card.querySelector("[data-remove]").addEventListener("click", () => this.set(null));
    dialog.querySelector("[data-use]").addEventListener("click", () => telling(() => this.use()));
    this.show();
  }

  async upload(file) {
    const progress = (share) => tellWorking(share < 1 ? "正在上传封面" : "正在处理封面", share);
    const taken = await telling(() => upload("/files", file, progress), () => this.upload(file));
    tellWorking("");
    if (taken) await this.open(taken.id);
  }

  open(id) {
    return telling(() => this.crop(id), () => this.open(id));
  }

  async crop(id) {
    tellWorking("正在打开图片");
    const picture = await loaded(addressOf(id, "master"));
    tellWorking("");
    dialog.showModal();
    this.cropping = { id };
    for (const shape of Object.keys(SHAPES))
      this.cropping[shape] = await frameOf(dialog.querySelector(`[data-shape=${shape}]`), shape, picture);
  }

  async use() {
    const { id, wide, square } = this.cropping;
    const form = new URLSearchParams({ file: id, wide: wide().join(","), square: square().join(",") });
    const cut = await ask("/cover", { body: form });
    dialog.close();
    this.set(cut.id ?? id);
  }

  set(id) {
    this.id = id;
    this.show();
    this.changed();
  }

  show() {
    card.querySelector("[data-empty]").hidden = this.id !== null;
    for (const each of card.querySelectorAll("[data-shown]")) each.hidden = this.id === null;
    if (this.id === null) return;
    const now = Date.now(); // another cut of the same picture has the same address
    for (const image of card.querySelectorAll("img")) image.src = `${addressOf(this.id, image.dataset.size)}?at=${now}`;
  }
}
