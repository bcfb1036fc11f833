/* What is pasted or dropped: the server tidies it before it comes near the text; pictures go into our own media. */

import { ask, asFile, Refused, tell, telling, tellWorking, upload } from "./editor_asking.js";
import { aFigure, insertBlock, stand } from "./editor_figure.js";
import { addressOf, parsed, toEditor } from "./editor_html.js";

const FRAGMENT = "application/x-slate-fragment";
const LARGEST = 4 * 1024 * 1024; // characters of a paste; a whole Word document has about half of it

const isPicture = (file) => file.type.startsWith("image/") || /\.(heic|heif)$/i.test(file.name);

let copiedHere = ""; // the last piece that was copied or cut in this very text

/** Upload pictures one after the other, each as a block where the writing stands. */
export async function takePictures(editor, files) {
  for (const [place, file] of files.entries()) {
    const which = files.length > 1 ? `（第 ${place + 1} 张，共 ${files.length} 张）` : "";
    const progress = (share) => tellWorking(share < 1 ? `正在上传图片${which}` : `正在处理图片${which}`, share);
    progress(0);
    const again = () => takePictures(editor, files.slice(place));
    const taken = await telling(() => upload("/files", file, progress), again);
    if (taken === null) break;
    insertBlock(editor, aFigure(addressOf(taken.id)));
  }
  tellWorking("");
}

function insertPlain(editor, text) {
  stand(editor);
  const lines = text.split(/\r?\n|\r/).filter((line) => line.trim());
  if (lines.length < 2) return editor.insertText(lines.join(""));
  return editor.insertFragment(lines.map((line) => ({ type: "paragraph", children: [{ text: line }] })));
}

function insertTidied(editor, html) {
  stand(editor);
  const blocks = [...parsed(html).body.children];
  // One paragraph goes on in the line where the writing stands.
  if (blocks.length === 1 && blocks[0].matches("p:not([class])") && !blocks[0].querySelector("img"))
    return editor.dangerouslyInsertHtml(blocks[0].innerHTML);
  return editor.dangerouslyInsertHtml(toEditor(html));
}

async function takeHtml(editor, html, plain) {
  if (html.length > LARGEST) return tell(["粘贴的内容太长，请分几次粘贴。"]);
  tellWorking("正在整理粘贴的内容");
  try {
    const tidied = await ask("/paste", { body: asFile(html) });
    insertTidied(editor, tidied.html);
    if (tidied.left_out.length) tell(["已粘贴，格式整理过了。", ...tidied.left_out], "warn");
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    insertPlain(editor, plain || parsed(html).body.textContent);
    tell([error.message, "已先粘贴文字，没有带格式和图片。"]);
  } finally {
    tellWorking("");
  }
}

/** What a clipboard or a drop holds; true when it was taken care of here. */
function take(editor, data) {
  const fragment = data.getData(FRAGMENT);
  if (fragment && fragment === copiedHere) return false; // wangEditor's own way keeps everything
  const html = data.getData("text/html");
  const plain = data.getData("text/plain");
  const files = [...data.files];
  const pictures = files.filter(isPicture);
  // A copied picture comes as a file with a line of HTML that only points to where it was.
  if (pictures.length && !plain.trim()) takePictures(editor, pictures);
  else if (files.length && !html && !plain) tell(["正文里只能放图片。视频、音频和 PDF 请在右边的“附件”里上传。"]);
  else if (html) takeHtml(editor, html, plain);
  else return false;
  return true;
}

/** Take over pasting and dropping in this editor. */
export function watchPasting(editor) {
  const keep = (event) => queueMicrotask(() => (copiedHere = event.clipboardData?.getData(FRAGMENT) ?? ""));
  document.addEventListener("copy", keep);
  document.addEventListener("cut", keep);
  const { insertData } = editor;
  editor.insertData = (data) => take(editor, data) || insertData(data); // a drop ends here
  editor.getConfig().customPaste = (_editor, event) => {
    if (!event.clipboardData || !take(editor, event.clipboardData)) return true;
    event.preventDefault();
    return false;
  };
  const choose = document.getElementById("choose-pictures");
  choose.addEventListener("change", async () => {
    await takePictures(editor, [...choose.files]);
    choose.value = "";
  });
}
