/* Out of the editor into the clipboard. */

import { tell } from "./editor_asking.js";
import { addressOf, parsed, toEditor } from "./editor_html.js";

/** Rich text for the clipboard, in the one way that works without a secure address, too. */
export function copy(html, plain) {
  document.addEventListener(
    "copy",
    (event) => {
      event.stopImmediatePropagation();
      event.preventDefault();
      event.clipboardData.setData("text/html", html);
      event.clipboardData.setData("text/plain", plain);
    },
    { once: true, capture: true },
  );
  return document.execCommand("copy");
}

/** What she wrote, to be pasted back here or into a document. */
export function copyBody(html) {
  const shown = toEditor(html);
  const plain = [...parsed(shown).body.children].map((each) => each.textContent).join("\n");
  const site = new URL(addressOf(""), location.href).origin;
  copy(shown.replaceAll('src="/', `src="${site}/`), plain);
  tell(["已复制您写的正文，可以粘贴回来，也可以粘贴到 Word。"], "good");
}
