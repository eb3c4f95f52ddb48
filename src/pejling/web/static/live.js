// New data on an open page: it fetches itself again, and what the reader was at stays as it was. See docs/decisions/0029.
"use strict";

(() => {
  const said = document.getElementById("news");
  const time = () => document.getElementById("data-time");
  if (!said || !time().dataset.version || !window.EventSource) return;

  const main = document.getElementById("main");
  const FIELDS = "input:not([type=hidden]), select, textarea";
  let stream = null;
  let touched = false; // something was written, chosen or added in the page since it came
  let asked = false; // the reader has been told that there are new data, and may ask for them

  // What is on the page, by what it is and its number among its like: so it is found again in another page like it.
  function named(root, selector) {
    const found = new Map();
    const seen = {};
    for (const one of root.querySelectorAll(selector)) {
      const words = one.getAttribute("href") || one.name || one.getAttribute("aria-label") || one.textContent.trim();
      const kind = one.id ? "#" + one.id : one.tagName + words;
      seen[kind] = (seen[kind] || 0) + 1;
      found.set(kind + seen[kind], one);
    }
    return found;
  }

  function nameOf(wanted, root, selector) {
    for (const [name, one] of named(root, selector)) if (one === wanted) return name;
    return null;
  }

  function isChanged(field) {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.options) {
      const chosen = [...field.options].findIndex((option) => option.defaultSelected);
      return field.selectedIndex !== Math.max(chosen, 0);
    }
    return field.value !== field.defaultValue;
  }

  function isBusy() {
    const selection = getSelection();
    return (
      touched ||
      main.dataset.live === "ask" || // to show people's courses again is another look at them, and the reader's choice
      (main.contains(document.activeElement) && document.activeElement.matches(FIELDS)) ||
      (!selection.isCollapsed && main.contains(selection.anchorNode)) ||
      [...main.querySelectorAll(FIELDS)].some(isChanged)
    );
  }

  // A form that is being written in is put, as it is, where the new page has it: also what it was opened with.
  function keepForms(fresh) {
    const theirs = named(fresh, "form");
    for (const [name, form] of named(main, "form")) {
      if (![...form.querySelectorAll(FIELDS)].some(isChanged)) continue;
      if (theirs.has(name)) theirs.get(name).replaceWith(form);
      else fresh.append(form);
    }
  }

  function swap(page) {
    const fresh = page.getElementById("main");
    const reached = "a, button, summary, [tabindex], " + FIELDS;
    const focus = main.contains(document.activeElement) && nameOf(document.activeElement, main, reached);
    const open = new Map();
    for (const [name, summary] of named(main, "details > summary")) open.set(name, summary.parentElement.open);
    const aside = [...main.querySelectorAll(".table--responsive-scroll")].map((one) => one.scrollLeft);
    const before = [...main.querySelectorAll(".value")].map((one) => one.textContent);
    const [x, y] = [scrollX, scrollY];

    keepForms(fresh);
    main.replaceChildren(...fresh.childNodes);
    if (fresh.dataset.live) main.dataset.live = fresh.dataset.live;
    for (const [name, summary] of named(main, "details > summary"))
      if (open.has(name)) summary.parentElement.open = open.get(name);
    main.querySelectorAll(".table--responsive-scroll").forEach((one, at) => (one.scrollLeft = aside[at] || 0));
    const values = [...main.querySelectorAll(".value")];
    if (values.length === before.length)
      values.forEach((one, at) => one.classList.toggle("changed", one.textContent !== before[at]));
    if (focus) {
      const again = named(main, reached).get(focus);
      if (again) again.focus({ preventScroll: true });
    }
    scrollTo(x, y);
    if (window.htmx) window.htmx.process(main);
    document.title = page.title;
    time().replaceWith(page.getElementById("data-time"));
    touched = [...main.querySelectorAll(FIELDS)].some(isChanged);
  }

  async function fetchAgain(wasAsked) {
    let page = null;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) return; // signed out, or the page is no more: the reader finds out, in time
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      return; // the network is gone; when it is back, the stream says again what is newest
    }
    if (!page.getElementById("main") || !page.getElementById("data-time")) return;
    if (!wasAsked && isBusy()) return offer(); // begun while it was fetched
    swap(page);
    asked = false;
    tell(said.dataset.shown + " " + time().textContent + ".");
    setTimeout(() => asked || tell(""), 12000);
  }

  function tell(words, button) {
    said.replaceChildren(words, ...(button ? [" ", button] : []));
  }

  function offer() {
    if (asked) return;
    asked = true;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = said.dataset.show;
    button.addEventListener("click", () => {
      main.focus({ preventScroll: true });
      fetchAgain(true);
    });
    tell(said.dataset.new, button);
  }

  function heard(event) {
    if (JSON.parse(event.data).version === time().dataset.version) return;
    if (isBusy()) offer();
    else setTimeout(() => fetchAgain(false), 500 * Math.random()); // not every open page in the same moment
  }

  // Only a page that is looked at listens: a browser has few connections to a host, and may have many pages.
  function listen() {
    if (document.visibilityState === "visible" && !stream) {
      stream = new EventSource("/live");
      stream.addEventListener("message", heard);
    } else if (document.visibilityState !== "visible") hush();
  }

  function hush() {
    if (stream) stream.close();
    stream = null;
  }

  for (const change of ["input", "htmx:afterSwap"])
    main.addEventListener(change, () => (touched = true));
  document.addEventListener("visibilitychange", listen);
  addEventListener("pagehide", hush);
  addEventListener("pageshow", listen);
})();
