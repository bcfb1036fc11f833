/* Between the stored text and what wangEditor can hold. Stored: clean HTML with pictures as `file:ID`, lists inside
   their item, alignment as a class. wangEditor: lists directly in lists, one line of text in an item, a cell or a
   quotation, alignment as data. What one of the two cannot say is put into words of the other, never dropped. */

const FILE = /^file:([0-9a-f-]{36})$/;
const SHOWN = /^\/console\/articles\/files\/([0-9a-f-]{36})\/[a-z]+$/;
const ALIGNED = { centre: "center", right: "right" };
const BLOCKS = "p, h1, h2, h3, h4, h5, h6, ul, ol, table, figure, blockquote, hr, div";

export const addressOf = (id, size = "middle") => `/console/articles/files/${id}/${size}`;

/** Parsed apart from the page: nothing in it runs, loads or is styled. */
export const parsed = (html) => new DOMParser().parseFromString(html, "text/html");

function eachOf(root, selector, change) {
  for (const each of root.querySelectorAll(selector)) if (root.contains(each)) change(each);
}

function unwrap(element) {
  element.replaceWith(...element.childNodes);
}

function renamed(element, name) {
  const other = element.ownerDocument.createElement(name);
  other.append(...element.childNodes);
  element.replaceWith(other);
  return other;
}

/** Paragraphs of an item, a cell or a quotation become lines of it. */
function asLines(element) {
  for (const block of [...element.children].filter((each) => each.matches("p, div, h2, h3, h4"))) {
    if (block.previousSibling) block.before(element.ownerDocument.createElement("br"));
    const next = block.nextSibling;
    if (next && !(next.nodeType === 1 && next.matches(BLOCKS))) block.after(element.ownerDocument.createElement("br"));
    unwrap(block);
  }
}

/** A list in a cell: a line for each item, with its mark. */
function listAsLines(list) {
  const marks = [...list.children].map((item, place) => {
    const line = renamed(item, "p");
    line.prepend(list.matches("ol") ? `${place + 1}. ` : "· ");
    return line;
  });
  list.replaceWith(...marks);
}

/** A block that stands inside a paragraph or a quotation is put between its two halves. */
function splitAround(outer, block) {
  const before = outer.cloneNode(false);
  while (outer.firstChild && outer.firstChild !== block) {
    if (outer.firstChild.contains(block)) unwrap(outer.firstChild);
    else before.append(outer.firstChild);
  }
  if (before.textContent.trim() || before.querySelector("img")) outer.before(before);
  outer.before(block);
  if (!outer.textContent.trim() && !outer.querySelector("img")) outer.remove();
}

function pictureAsFigure(image) {
  if (image.closest("figure, td, th, li")) return;
  const figure = image.ownerDocument.createElement("figure");
  const outer = image.closest("p, h2, h3, h4, blockquote");
  const link = image.closest("a");
  if (link && link.textContent.trim() === "") link.replaceWith(image);
  image.replaceWith(figure);
  figure.append(image);
  if (outer) splitAround(outer, figure);
}

/** Stored or pasted HTML as wangEditor takes it. */
export function toEditor(html) {
  const { body } = parsed(html);
  eachOf(body, "img", (image) => {
    const file = FILE.exec(image.getAttribute("src") ?? "");
    if (file) image.setAttribute("src", addressOf(file[1]));
    pictureAsFigure(image);
  });
  eachOf(body, "figure", (figure) => {
    const [first, ...others] = figure.querySelectorAll("img");
    for (const image of others) figure.before(image.ownerDocument.createElement("figure")), figure.previousSibling.append(image);
    if (!first) unwrap(figure);
  });
  eachOf(body, ".centre, .right", (element) => {
    element.dataset.wETextAlign = ALIGNED[element.className];
    element.removeAttribute("class");
  });
  eachOf(body, "td ul, td ol, th ul, th ol", listAsLines);
  eachOf(body, "blockquote", (quote) => {
    for (const block of quote.querySelectorAll(":scope > :is(ul, ol, table, figure, blockquote, hr)"))
      splitAround(quote, block);
  });
  for (const list of [...body.querySelectorAll("li > ul, li > ol")].reverse()) list.parentElement.after(list);
  eachOf(body, "thead", (head) => head.replaceWith(...head.childNodes));
  eachOf(body, "li, td, th, blockquote", asLines);
  return body.innerHTML;
}

/** With a line to write on when there is nothing, or nothing after a table or a picture; it is not stored. */
export const roomAtEnd = (html) => (!html || /<\/(table|figure)>\s*$/.test(html) ? `${html}<p><br></p>` : html);

/** Lists right inside lists go into the item before them, as HTML has it. */
function nest(root) {
  eachOf(root, "ul > ul, ul > ol, ol > ul, ol > ol", (list) => {
    const before = list.previousElementSibling;
    if (before?.matches("li")) before.append(list);
    else if (before) before.append(...list.childNodes), list.remove();
    else unwrap(list);
  });
}

/** What the editor holds, as it is stored; the server cleans it once more. */
export function fromEditor(html) {
  const { body } = parsed(html);
  eachOf(body, "img", (image) => {
    const shown = SHOWN.exec(image.getAttribute("src") ?? "");
    if (shown) image.setAttribute("src", `file:${shown[1]}`);
  });
  eachOf(body, "[data-w-e-text-align]", (element) => {
    const aligned = { center: "centre", right: "right" }[element.dataset.wETextAlign];
    element.removeAttribute("class");
    element.removeAttribute("data-w-e-text-align");
    if (aligned) element.className = aligned;
  });
  nest(body);
  eachOf(body, "p", (paragraph) => paragraph.textContent.trim() || paragraph.querySelector("img") || paragraph.remove());
  return body.innerHTML;
}

/** How much text there is, without blanks. */
export const lengthOf = (text) => text.replace(/\s/g, "").length;
