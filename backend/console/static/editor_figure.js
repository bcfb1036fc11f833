/* What wangEditor does not bring: a picture with its caption as one block, headings by name, our own picture button. */

const { Boot, DomEditor, SlateEditor, SlateTransforms } = window.wangEditor;

const ESCAPED = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text) => text.replace(/[&<>"]/g, (each) => ESCAPED[each]);

const PICTURE =
  '<svg viewBox="0 0 24 24"><path d="M4 5h16v14H4ZM4 16l5-5 4 4 3-3 4 4M15.5 9.5v.01"/></svg>';
const KINDS = { paragraph: "正文", header2: "大标题", header3: "中标题", header4: "小标题" };

/** A node of the page as wangEditor's renderer takes it. */
const node = (sel, data, children = []) => ({ sel, data, children, text: undefined, elm: undefined, key: undefined });
const words = (text) => ({ sel: undefined, data: undefined, children: undefined, text, elm: undefined, key: undefined });

const captionDialog = document.getElementById("caption");

function writeCaption(editor, figure) {
  const form = captionDialog.querySelector("form");
  form.caption.value = figure.caption;
  form.alt.value = figure.alt;
  captionDialog.returnValue = "";
  captionDialog.addEventListener(
    "close",
    () => {
      const at = DomEditor.findPath(editor, figure);
      if (captionDialog.returnValue === "remove") SlateTransforms.removeNodes(editor, { at });
      if (captionDialog.returnValue !== "keep") return;
      const said = { caption: form.caption.value.trim(), alt: form.alt.value.trim() };
      SlateTransforms.setNodes(editor, said, { at });
    },
    { once: true },
  );
  captionDialog.showModal();
  form.caption.focus();
}

function renderFigure(figure, _children, editor) {
  const selected = DomEditor.isNodeSelected(editor, figure);
  const open = (event) => {
    event.preventDefault();
    if (!editor.isDisabled()) writeCaption(editor, figure);
  };
  return node("figure", { props: { contentEditable: false, className: selected ? "chosen" : "" } }, [
    node("img", { props: { src: figure.src, alt: figure.alt }, on: { dblclick: open } }),
    node("figcaption", { props: { className: figure.caption ? "" : "missing" } }, [
      node("button", { props: { type: "button" }, on: { mousedown: (event) => event.preventDefault(), click: open } }, [
        words(figure.caption || "写图片说明"),
      ]),
    ]),
  ]);
}

function figureToHtml(figure) {
  const caption = figure.caption ? `<figcaption>${escaped(figure.caption)}</figcaption>` : "";
  return `<figure><img src="${escaped(figure.src)}" alt="${escaped(figure.alt)}">${caption}</figure>`;
}

export const aFigure = (src, alt = "", caption = "") => ({ type: "figure", src, alt, caption, children: [{ text: "" }] });

function parseFigure(element) {
  const image = element.querySelector("img");
  const caption = element.querySelector("figcaption")?.textContent.trim() ?? "";
  return aFigure(image?.getAttribute("src") ?? "", image?.getAttribute("alt") ?? "", caption);
}

function withFigure(editor) {
  const { isVoid, normalizeNode } = editor;
  editor.isVoid = (element) => element.type === "figure" || isVoid(element);
  editor.normalizeNode = ([each, path]) => {
    // After the last figure or table one must be able to write on.
    if (["figure", "table"].includes(each.type) && path.length === 1 && path[0] === editor.children.length - 1)
      return SlateTransforms.insertNodes(editor, DomEditor.genEmptyParagraph(), { at: [path[0] + 1] });
    return normalizeNode([each, path]);
  };
  return editor;
}

/** Go where the writing stood last, or to its end. */
export function stand(editor) {
  editor.restoreSelection();
  if (editor.selection === null) SlateTransforms.select(editor, SlateEditor.end(editor, []));
}

/** Put a block where the writing stands. */
export function insertBlock(editor, block) {
  stand(editor);
  const empty = DomEditor.isSelectedEmptyParagraph(editor);
  const place = editor.selection.focus.path[0];
  SlateTransforms.insertNodes(editor, block, { at: [place + 1] });
  if (empty) SlateTransforms.removeNodes(editor, { at: [place] });
  const next = Math.min(empty ? place + 1 : place + 2, editor.children.length - 1);
  SlateTransforms.select(editor, SlateEditor.start(editor, [next]));
}

/** 段落: what a paragraph is, by name. */
class KindMenu {
  constructor() {
    Object.assign(this, { title: "段落", tag: "select", width: 84, selectPanelWidth: 100 });
  }
  getValue(editor) {
    const [found] = SlateEditor.nodes(editor, { match: (each) => each.type in KINDS, universal: true });
    return found ? found[0].type : "paragraph";
  }
  getOptions(editor) {
    const now = this.getValue(editor);
    return Object.entries(KINDS).map(([value, text]) => ({ value, text, selected: value === now }));
  }
  isActive() {
    return false;
  }
  isDisabled(editor) {
    if (editor.selection === null) return true;
    const [found] = SlateEditor.nodes(editor, { match: (each) => each.type in KINDS, universal: true, mode: "highest" });
    return !found;
  }
  exec(editor, type) {
    SlateTransforms.setNodes(editor, { type: String(type) }, { match: (each) => each.type in KINDS, mode: "highest" });
  }
}

/** 图片: asks for files and hands them on. */
class PictureMenu {
  constructor() {
    Object.assign(this, { title: "图片", iconSvg: PICTURE, tag: "button" });
  }
  getValue() {
    return "";
  }
  isActive() {
    return false;
  }
  isDisabled(editor) {
    return editor.isDisabled();
  }
  exec() {
    document.getElementById("choose-pictures").click();
  }
}

Boot.registerModule({
  menus: [
    { key: "kind", factory: () => new KindMenu() },
    { key: "picture", factory: () => new PictureMenu() },
  ],
  renderElems: [{ type: "figure", renderElem: renderFigure }],
  elemsToHtml: [{ type: "figure", elemToHtml: figureToHtml }],
  parseElemsHtml: [{ selector: "figure", parseElemHtml: parseFigure }],
  editorPlugin: withFigure,
});
