// Whoever chooses another language while a form is being filled in finds what was typed in it again. It is kept in this
// tab until the page comes, and nowhere else.
"use strict";

(() => {
  const KEPT = "typed";
  const FIELDS = "main form[method=post] :is(input, select, textarea)[id][name]:not([type=hidden], [type=password])";
  const ticked = (field) => field.type === "radio" || field.type === "checkbox";
  const value = (field) => (ticked(field) ? field.checked : field.value);

  function asItCame(field) {
    if (ticked(field)) return field.defaultChecked;
    if (field.tagName !== "SELECT") return field.defaultValue;
    return ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value;
  }

  const fields = [...document.querySelectorAll(FIELDS)];
  document.querySelector("form.language")?.addEventListener("submit", () => {
    const refused = "refused" in document.getElementById("main").dataset; // the page came with what was typed
    const typed = fields.filter((field) => refused || value(field) !== asItCame(field));
    if (typed.length) sessionStorage.setItem(KEPT, JSON.stringify(typed.map((field) => [field.id, value(field)])));
  });

  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
  sessionStorage.removeItem(KEPT);
  for (const [id, typed] of kept) {
    const field = fields.find((each) => each.id === id);
    if (!field || value(field) === typed) continue;
    if (ticked(field)) field.checked = typed;
    else field.value = typed;
    const folded = field.closest("details");
    if (folded) folded.open = true;
  }
})();
