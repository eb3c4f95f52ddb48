// A form that has been sent says so while its answer is on the way, and is not sent twice. A button that is known to
// take long has its own words for it.
"use strict";

(() => {
  const SOON = 400; // milliseconds: a quicker answer needs no sign
  const LONG = 30000; // then it may be sent again: the answer was lost, or was a file
  const said = document.getElementById("working");
  let sent = null;

  function rest() {
    if (!sent) return;
    clearTimeout(sent.sign);
    clearTimeout(sent.end);
    sent.button?.removeAttribute("aria-busy");
    said.textContent = "";
    sent = null;
  }

  addEventListener("submit", (event) => {
    if (event.target.method !== "post") return;
    if (sent?.form === event.target) {
      event.preventDefault();
      return;
    }
    rest();
    const button = event.submitter;
    const sign = setTimeout(() => {
      button?.setAttribute("aria-busy", "true");
      said.textContent = button?.dataset.working || said.dataset.said;
    }, SOON);
    sent = { form: event.target, button, sign, end: setTimeout(rest, LONG) };
  });
  addEventListener("pageshow", rest); // back to a page that was kept as it was left
})();
