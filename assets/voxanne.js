// What the browser does by itself, before and beside the application. Loaded in <head>, ahead of every module.
"use strict";

// The chosen theme, before the first paint, on the sign-in page too. Reflex keeps the choice under this key.
{
  const chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.classList.add(chosen);
}

// When the page's socket is closed or refused, perhaps the session is over; then the server shows the way to sign in.
{
  const Native = window.WebSocket;
  let isLeaving = false;
  addEventListener("beforeunload", () => { isLeaving = true; });
  addEventListener("pageshow", () => { isLeaving = false; });

  async function leaveIfSignedOut(event) {
    if (isLeaving) return;
    // 4402: another clinic was opened in another tab, or the role has changed. What is shown here is not theirs.
    if (event.code === 4402) return location.reload();
    const answer = await fetch(location.href, { method: "HEAD", redirect: "manual", cache: "no-store" }).catch(() => null);
    if (answer?.type === "opaqueredirect") location.reload();
  }

  window.WebSocket = class extends Native {
    constructor(address, protocols) {
      super(address, protocols);
      this.addEventListener("close", leaveIfSignedOut);
    }
  };
}

// Dialogs are the browser's own: focus stays inside, Escape closes, the page behind is inert.
// data-opens="id" on a button opens one; data-dismisses inside one closes it. A dialog with data-modal is
// rendered only while it is open: it is shown when it appears, and Escape presses its data-dismisses button,
// so that the server knows.
{
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens)?.showModal();
    if (event.target.closest("[data-prints]")) window.print();
    const dismisser = event.target.closest("[data-dismisses]");
    if (dismisser) dismisser.closest("dialog:not([data-modal])")?.close();
  });

  document.addEventListener("cancel", (event) => {
    if (!event.target.matches?.("dialog[data-modal]")) return;
    event.preventDefault();
    event.target.querySelector("[data-dismisses]")?.click();
  }, true);

  new MutationObserver(() => {
    for (const dialog of document.querySelectorAll("dialog[data-modal]:not([open])")) dialog.showModal();
  }).observe(document, { childList: true, subtree: true });
}

// Keys. Ctrl or Cmd K opens the palette; "/" goes to the search field of the screen.
// Inside the palette arrows move between what it found.
{
  const typing = (element) => element.matches?.("input, textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      const palette = document.getElementById("palette");
      if (!palette) return;
      event.preventDefault();
      palette.open ? palette.close() : palette.showModal();
    } else if (event.key === "/" && !typing(event.target)) {
      const search = document.querySelector("[data-search]");
      if (!search) return;
      event.preventDefault();
      search.focus();
    } else if (event.key.startsWith("Arrow") && event.target.closest?.("#palette")) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      const stops = [...document.querySelectorAll("#palette input, #palette a")].filter((stop) => stop.offsetParent);
      event.preventDefault();
      stops[(stops.indexOf(document.activeElement) + step + stops.length) % stops.length].focus();
    }
  });

  document.addEventListener("input", (event) => {
    if (!event.target.matches("#palette input")) return;
    const wanted = event.target.value.trim().toLowerCase();
    for (const link of document.querySelectorAll("#palette a")) {
      link.hidden = !link.textContent.toLowerCase().includes(wanted);
    }
  });

  // Enter goes to the first thing found; having gone anywhere, the palette closes.
  document.addEventListener("submit", (event) => {
    if (!event.target.closest("#palette")) return;
    event.preventDefault();
    document.querySelector("#palette a:not([hidden])")?.click();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("#palette a")) document.getElementById("palette").close();
  });
}

// What goes on now is counted here, second by second: data-since is when it began, in epoch milliseconds.
setInterval(() => {
  for (const clock of document.querySelectorAll("[data-since]")) {
    const seconds = Math.max(0, Math.floor((Date.now() - Number(clock.dataset.since)) / 1000));
    const minutes = Math.floor(seconds / 60) % 60;
    const hours = Math.floor(seconds / 3600);
    const end = `${String(seconds % 60).padStart(2, "0")}`;
    clock.textContent = hours ? `${hours}:${String(minutes).padStart(2, "0")}:${end}` : `${minutes}:${end}`;
  }
  // And what ends is counted down: data-until is when, in epoch milliseconds.
  for (const clock of document.querySelectorAll("[data-until]")) {
    const seconds = Math.max(0, Math.ceil((Number(clock.dataset.until) - Date.now()) / 1000));
    clock.textContent = seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
  }
}, 1000);

// The zone of this machine, as a first guess for whoever sets up a clinic. They see it, and may choose another.
document.addEventListener("DOMContentLoaded", () => {
  const zone = document.querySelector("[data-guess-zone]");
  if (zone && !zone.value) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
});

// The mail's link may come back with tokens of the sign-in provider in the address. They are used for nothing
// here, and not to be kept in the browser's history.
if (location.hash.includes("access_token=")) history.replaceState(null, "", location.pathname + location.search);

// What was typed and not saved: data-unsaved holds the question that is asked before somebody leaves it behind.
// Links within the same screen leave nothing.
{
  const unsaved = () => document.querySelector("[data-unsaved]");

  addEventListener("beforeunload", (event) => { if (unsaved()) event.preventDefault(); });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || link.target === "_blank") return;
    const question = unsaved()?.dataset.unsaved;
    if (!question || new URL(link.href, location.href).pathname === location.pathname) return;
    if (!confirm(question)) { event.preventDefault(); event.stopPropagation(); }
  }, true);
}
