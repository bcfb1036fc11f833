/* The sum of the marks while they are typed; the page works without it. */
"use strict";

for (const form of document.querySelectorAll("form[data-total]")) {
  const total = form.querySelector(".mark-total");
  const marks = [...form.querySelectorAll("input[type=number]")];
  const tell = () => (total.querySelector("output").textContent = marks.reduce((sum, each) => sum + Number(each.value), 0));
  form.addEventListener("input", tell);
  total.hidden = false;
  tell();
}
