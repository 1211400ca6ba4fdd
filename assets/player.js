// The recording of a call, beside what was said in it. The server draws; here it is played, and what is heard is
// marked. Its address is good for minutes, for this session only: it is asked for when somebody presses play, and
// again when the time is over. Attributes that are set here are set nowhere else.
"use strict";
{
  const SPEEDS = [1, 1.25, 1.5, 2, 0.75];
  const SILENCE_SECONDS = 1.5;
  const FETCH_BEFORE_SECONDS = 10;

  const player = () => document.querySelector(".player[data-call]");
  const audioOf = (root) => root?.querySelector("audio");
  const lines = () => [...document.querySelectorAll(".script .turn[data-begins]:not([data-begins=''])")];
  const begins = (line) => Number(line.dataset.begins);
  const isStill = matchMedia("(prefers-reduced-motion: reduce)");

  let expiresAt = 0;
  let isScrolledAt = 0;

  function clock(seconds) {
    const whole = Math.max(0, Math.floor(seconds));
    const end = String(whole % 60).padStart(2, "0");
    const minutes = Math.floor(whole / 60) % 60;
    const hours = Math.floor(whole / 3600);
    return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${end}` : `${minutes}:${end}`;
  }

  function say(root, sentence) {
    root.querySelector(".trouble").textContent = sentence;
  }

  // The address, new or renewed; the place in the recording stays.
  async function fetchAddress(root) {
    const audio = audioOf(root);
    const former = audio.getAttribute("src");
    const query = former ? `&${former.split("?")[1].replace(/(^|&)call=[^&]*/, "")}` : "";
    const answer = await fetch(`/recordings/plays?call=${root.dataset.call}${query}`, { method: "POST" }).catch(() => null);
    if (answer?.status === 401) return location.reload();
    // A former address that is too old to be renewed: press play anew.
    if (answer?.status === 403 && former) {
      audio.removeAttribute("src");
      return fetchAddress(root);
    }
    if (!answer?.ok) {
      say(root, answer ? await answer.text() : "The recording cannot be reached. Try again.");
      return false;
    }
    const given = await answer.json();
    const at = audio.currentTime;
    expiresAt = given.expires_at;
    audio.src = given.address;
    if (at) audio.currentTime = at;
    say(root, "");
    return true;
  }

  async function ready(root) {
    const audio = audioOf(root);
    const isFresh = audio.getAttribute("src") && Date.now() / 1000 < expiresAt - FETCH_BEFORE_SECONDS;
    if (isFresh) return true;
    root.dataset.waiting = "";
    const isReady = await fetchAddress(root);
    delete root.dataset.waiting;
    return isReady;
  }

  async function play(root) {
    if (!(await ready(root))) return;
    audioOf(root).play().catch((error) => {
      if (error.name !== "AbortError") say(root, "The browser could not play the recording.");
    });
  }

  async function seek(root, seconds, { isPlaying } = {}) {
    const audio = audioOf(root);
    const length = Number(root.dataset.seconds) || audio.duration || 0;
    const at = Math.min(Math.max(0, seconds), Math.max(0, length - 0.05));
    const goesOn = isPlaying ?? !audio.paused;
    if (!(await ready(root))) return;
    audio.currentTime = at;
    show(root);
    if (goesOn) await play(root);
  }

  // Where it is heard: number, waveform, line.
  function show(root) {
    const audio = audioOf(root);
    const length = Number(root.dataset.seconds) || audio.duration || 1;
    const at = audio.currentTime;
    const wave = root.querySelector(".wave");
    root.querySelector("[data-now]").textContent = clock(at);
    wave.style.setProperty("--heard", `${Math.min(100, (at / length) * 100)}%`);
    wave.setAttribute("aria-valuenow", String(Math.round(at)));
    wave.setAttribute("aria-valuetext", `${clock(at)} of ${clock(length)}`);
    mark(root, at);
  }

  function mark(root, at) {
    const all = lines();
    const heard = all.filter((line) => begins(line) <= at + 0.05).at(-1);
    for (const line of all) line.classList.toggle("on", line === heard && at > 0);
    if (!heard && all.length && at > 0) return bring(at);
    const isLast = heard === all.at(-1);
    if (isLast && document.querySelector("[data-further='later']") && at > Number(heard.dataset.ends || begins(heard)) + 1) bring(at);
    if (heard && !audioOf(root).paused && Date.now() - isScrolledAt > 4000) {
      heard.scrollIntoView({ block: "nearest", behavior: isStill.matches ? "auto" : "smooth" });
    }
  }

  // The lines around this second are not on the page: ask for them, once for each second.
  let brought = -1;
  function bring(at) {
    const field = document.querySelector("[data-show-at]");
    const second = Math.floor(at);
    if (!field || second === brought || !document.querySelector("[data-further]")) return;
    brought = second;
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, String(second));
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function skipSilence(root) {
    const audio = audioOf(root);
    if (root.querySelector("[data-skips-silence]")?.getAttribute("aria-pressed") !== "true") return;
    const next = lines().find((line) => begins(line) > audio.currentTime);
    const isSpeaking = lines().some((line) => begins(line) <= audio.currentTime && audio.currentTime < Number(line.dataset.ends || 0) + 0.3);
    if (next && !isSpeaking && begins(next) - audio.currentTime > SILENCE_SECONDS) audio.currentTime = begins(next) - 0.2;
  }

  function faster(root, step = 1) {
    const audio = audioOf(root);
    const at = (SPEEDS.indexOf(audio.playbackRate) + step + SPEEDS.length) % SPEEDS.length;
    audio.playbackRate = audio.defaultPlaybackRate = SPEEDS[at];
    root.querySelector("[data-faster]").textContent = `${SPEEDS[at]}×`;
  }

  function toggle(root) {
    const audio = audioOf(root);
    audio.paused ? play(root) : audio.pause();
  }

  document.addEventListener("click", (event) => {
    const root = player();
    if (!root) return;
    const on = (selector) => event.target.closest(selector);
    const silence = on("[data-skips-silence]");
    if (on("[data-plays]")) toggle(root);
    else if (on("[data-skips]")) seek(root, audioOf(root).currentTime + Number(on("[data-skips]").dataset.skips));
    else if (on("[data-faster]")) faster(root);
    else if (silence) silence.setAttribute("aria-pressed", String(silence.getAttribute("aria-pressed") !== "true"));
    else if (on("[data-seek]")) seek(root, Number(on("[data-seek]").dataset.seek), { isPlaying: true });
    else if (on(".wave")) {
      const box = root.querySelector(".wave").getBoundingClientRect();
      seek(root, ((event.clientX - box.left) / box.width) * Number(root.dataset.seconds));
    } else if (on(".script .turn") && !String(getSelection())) {
      const line = on(".script .turn");
      if (line.dataset.begins) seek(root, begins(line), { isPlaying: true });
    }
  });

  document.addEventListener("keydown", (event) => {
    const root = player();
    const isElsewhere = event.target.matches?.("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]");
    if (!root || isElsewhere || event.ctrlKey || event.metaKey || event.altKey) return;
    const presses = event.target.closest?.("button, a, summary");
    const isOnWave = event.target.matches?.(".wave");
    const audio = audioOf(root);
    const acts = {
      " ": () => !presses && toggle(root),
      k: () => toggle(root),
      j: () => seek(root, audio.currentTime - 10),
      l: () => seek(root, audio.currentTime + 10),
      ArrowLeft: () => (isOnWave || event.shiftKey) && seek(root, audio.currentTime - 5),
      ArrowRight: () => (isOnWave || event.shiftKey) && seek(root, audio.currentTime + 5),
      Home: () => isOnWave && seek(root, 0),
      End: () => isOnWave && seek(root, Number(root.dataset.seconds)),
      ">": () => faster(root),
      "<": () => faster(root, -1),
    };
    const act = acts[event.key];
    if (act && act() !== false) event.preventDefault();
  });

  // Events of media do not bubble, but they can be caught on their way down.
  const hear = (kind, react) => document.addEventListener(kind, (event) => {
    const root = event.target.closest?.(".player[data-call]");
    if (root) react(root);
  }, true);
  const sayPlaying = (root) => {
    const isPlaying = !audioOf(root).paused;
    isPlaying ? (root.dataset.playing = "") : delete root.dataset.playing;
    root.querySelector("[data-plays]").setAttribute("aria-label", isPlaying ? "Pause" : "Play");
  };
  hear("timeupdate", (root) => { show(root); skipSilence(root); });
  hear("seeked", show);
  for (const kind of ["play", "pause", "ended"]) hear(kind, sayPlaying);
  hear("error", async (root) => {
    const audio = audioOf(root);
    if (!audio.getAttribute("src")) return;
    const isOver = Date.now() / 1000 > expiresAt;
    if (isOver && (await fetchAddress(root))) return play(root);
    say(root, "The recording cannot be reached at the moment. It is not lost; try again in a minute.");
    sayPlaying(root);
  });

  // Other lines came: mark what is heard among them, and show the one that was looked for.
  let isShownSoon = false;
  let lastFound = null;
  new MutationObserver((changes) => {
    const root = player();
    if (isShownSoon || !root || !changes.some((change) => change.target.closest?.(".script"))) return;
    isShownSoon = true;
    requestAnimationFrame(() => {
      isShownSoon = false;
      if (root.isConnected && audioOf(root).currentTime) show(root);
    });
  }).observe(document, { childList: true, subtree: true });
  new MutationObserver(() => {
    const found = document.querySelector(".script [data-found='yes']");
    if (found && found !== lastFound) found.scrollIntoView({ block: "center" });
    lastFound = found;
  }).observe(document, { childList: true, subtree: true, attributeFilter: ["data-found"] });

  addEventListener("wheel", () => { isScrolledAt = Date.now(); }, { passive: true, capture: true });
  addEventListener("touchmove", () => { isScrolledAt = Date.now(); }, { passive: true, capture: true });
}
