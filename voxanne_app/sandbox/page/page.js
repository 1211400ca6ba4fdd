"use strict";

const at = (id) => document.getElementById(id);
const KEPT_ROWS = 500;

async function ask(path, method = "GET", body) {
  const answer = await fetch(path, { method, body: body && JSON.stringify(body) });
  const json = await answer.json();
  if (!answer.ok) throw new Error(json.error || `The sandbox answered ${answer.status}`);
  return json;
}

/** Runs something a person asked for and says what went wrong, if anything. */
async function attempt(work, done = "") {
  try {
    await work();
    say(done);
  } catch (error) {
    say(error.message);
  }
}

let quiet;
function say(text) {
  at("said").textContent = text;
  clearTimeout(quiet);
  quiet = setTimeout(() => (at("said").textContent = ""), 6000);
}

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** The fields of a form that were filled in; numbers as numbers. */
function filled(form) {
  const fields = {};
  for (const input of form.elements) {
    if (input.name && input.value !== "") fields[input.name] = input.type === "number" ? Number(input.value) : input.value;
  }
  return fields;
}

// ---- calls ----

let live = null;

async function prepareCalls() {
  const { scripts, phone_numbers } = await ask("calls/scripts");
  at("numbers").replaceChildren(...phone_numbers.map((n) => element("option", { value: n.id, textContent: n.name ? `${n.name} · ${n.number}` : n.number })));
  at("scripts").replaceChildren(...scripts.map((s) => element("option", { value: s.name, textContent: s.about.replace(/\.$/, "") })));
  at("call").querySelector("button").disabled = !phone_numbers.length;
}

at("call").addEventListener("submit", (event) => {
  event.preventDefault();
  const { caller_name, speed, ...fields } = filled(event.target);
  const order = { ...fields, speed: Number(speed) };
  if (caller_name) order.caller = { name: caller_name, number: "+14155550133" };
  attempt(async () => {
    live = await ask("calls", "POST", order);
    live.steered = fields.script === "steered";
    showCall();
  });
});

at("steer").addEventListener("submit", (event) => {
  event.preventDefault();
  const said = at("say").value.trim();
  if (!said) return;
  at("say").value = "";
  attempt(() => ask(`calls/${live.id}/turns`, "POST", { caller: said }));
});
at("hang-up").addEventListener("click", () => attempt(() => ask(`calls/${live.id}/turns`, "POST", { hang_up: true })));

async function followCall() {
  if (!live || live.finished) return;
  live = { ...(await ask(`calls/${live.id}`)), steered: live.steered };
  showCall();
}

function showCall() {
  const isOn = live.status !== "ended";
  at("live").hidden = false;
  at("live-state").className = isOn ? "on" : "";
  at("live-state").textContent = isOn ? { "in-progress": "On the phone", ringing: "Ringing" }[live.status] || live.status : `Ended: ${live.ended_reason}`;
  at("live-who").textContent = `${live.caller.name}, ${live.caller.number}`;
  at("steer").hidden = !(live.steered && isOn);
  const list = at("turns");
  const lines = inOrder(live);
  if (list.childElementCount === lines.length) return;
  list.replaceChildren(...lines);
  list.scrollTop = list.scrollHeight;
}

/** What was said, with the tools where they were used. */
function inOrder({ turns, tool_answers }) {
  const lines = turns.map((turn) => element("li", { className: turn.role }, element("b", { textContent: turn.role === "bot" ? "Assistant" : "Caller" }), turn.message));
  tool_answers.forEach((answer, number) => {
    const spot = lines.findIndex((line) => line.textContent.endsWith(answer.result));
    const line = element("li", { className: "tool" }, element("b", { textContent: answer.tool }), answer.result);
    lines.splice(spot < 0 ? Math.min(lines.length, 2 + 3 * number) : spot, 0, line);
  });
  return lines;
}

// ---- bad days ----

async function preparePresets() {
  const { vendors, presets } = await ask("vendors");
  at("vendors").textContent = vendors.join(" and ");
  at("vendor").append(...vendors.map((name) => element("option", { value: name, textContent: name })));
  at("fault-vendors").append(...vendors.map((name) => element("option", { value: name, textContent: name })));
  at("presets").append(...presets.map(({ name, title }) => element("button", { type: "button", textContent: title, onclick: () => setFault({ preset: name }) })));
}

function setFault(fault) {
  attempt(async () => showFaults((await ask("faults", "POST", fault)).faults));
}

at("fault").addEventListener("submit", (event) => {
  event.preventDefault();
  setFault(filled(event.target));
});

/** True when this differs from the last time; lists that did not change keep their focus. */
const lastShown = {};
function isNews(name, value) {
  const text = JSON.stringify(value);
  const news = lastShown[name] !== text;
  lastShown[name] = text;
  return news;
}

function timeLeft(seconds) {
  return seconds > 90 ? `${Math.round(seconds / 60)} min left` : `${Math.ceil(seconds / 10) * 10} s left`;
}

function showFaults(faults) {
  faults = faults.map((fault) => ({ ...fault, seconds_left: fault.seconds_left && timeLeft(fault.seconds_left) }));
  if (!isNews("faults", faults)) return;
  const lines = faults.map((fault) => {
    const left = [fault.count && `${fault.count} more`, fault.seconds_left].filter(Boolean).join(", ");
    const clear = async () => showFaults((await ask(`faults/${fault.id}`, "DELETE")).faults);
    const text = `${fault.vendor === "*" ? "all" : fault.vendor}: ${fault.mode.replaceAll("_", " ")}${fault.path === "*" ? "" : ` on ${fault.path}`}${left ? ` (${left})` : ""}`;
    return element("li", {}, element("span", { textContent: text }), element("button", { type: "button", textContent: "Clear", onclick: () => attempt(clear) }));
  });
  at("faults").replaceChildren(...(lines.length ? lines : [element("li", { className: "empty", textContent: "A good day: everything works." })]));
}

// ---- mails ----

function showMails(mails) {
  if (!isNews("mails", mails)) return;
  const lines = mails.slice(0, 8).map((mail) => {
    const line = element("li", {}, element("span", {}, `${mail.subject} · ${mail.to} · `, element("code", { textContent: mail.code })));
    if (mail.link) line.append(element("a", { href: mail.link, target: "_blank", rel: "noopener", textContent: "Open" }));
    return line;
  });
  at("mails").replaceChildren(...(lines.length ? lines : [element("li", { className: "empty", textContent: "None." })]));
}

// ---- journal ----

let next = 0;
let entries = [];

async function followJournal() {
  const answer = await ask(`journal?direction=all&since=${next}&limit=1000`);
  const unfinished = new Set(entries.filter((entry) => entry.status === null).map((entry) => entry.number));
  if (unfinished.size) await refreshUnfinished(unfinished);
  next = answer.next;
  if (!answer.entries.length) return;
  entries = [...answer.entries.reverse(), ...entries].slice(0, KEPT_ROWS);
  showJournal();
}

/** Requests that had no answer yet when we first saw them. */
async function refreshUnfinished(numbers) {
  const since = Math.min(...numbers) - 1;
  const { entries: seen } = await ask(`journal?direction=all&since=${since}&limit=1000`);
  const newer = new Map(seen.map((entry) => [entry.number, entry]));
  const changed = entries.some((entry) => numbers.has(entry.number) && newer.get(entry.number)?.status !== null);
  entries = entries.map((entry) => newer.get(entry.number) || entry);
  if (changed) showJournal();
}

const opened = new Set();

function showJournal() {
  const words = at("filter").value.trim().toLowerCase();
  const wanted = entries.filter(
    (entry) =>
      (!at("vendor").value || entry.vendor === at("vendor").value) &&
      (at("direction").value === "all" || entry.direction === at("direction").value) &&
      (!words || JSON.stringify([entry.path, entry.status, entry.body, entry.answer, entry.fault]).toLowerCase().includes(words)),
  );
  at("nothing").hidden = wanted.length > 0;
  at("entries").replaceChildren(...wanted.flatMap(rowsOf));
}

function rowsOf(entry) {
  const isOpen = opened.has(entry.number);
  const toggle = () => {
    if (!opened.delete(entry.number)) opened.add(entry.number);
    showJournal();
  };
  const path = entry.direction === "sent" ? entry.path.replace(/^https?:\/\/[^/]+/, "") : entry.path.slice(entry.vendor.length + 1);
  const open = element("button", { type: "button", onclick: toggle, textContent: `${entry.direction === "sent" ? "⟶ " : ""}${entry.method} ${path}${entry.query ? "?" + entry.query : ""}` });
  open.setAttribute("aria-expanded", String(isOpen));
  const row = element("tr", {}, element("td", { textContent: entry.at.slice(11, 23) }), element("td", { textContent: entry.vendor }),
    element("td", { className: "request" }, open), element("td", { textContent: gist(entry) }),
    element("td", { className: `num ${colour(entry)}`, textContent: entry.status ?? entry.fault ?? "…" }),
    element("td", { className: "num", textContent: entry.took_ms === null ? "" : `${Math.round(entry.took_ms)} ms` }));
  return isOpen ? [row, bodiesOf(entry)] : [row];
}

/** In a few words what a message is about. */
function gist({ body, answer, fault }) {
  const message = body?.message;
  const tool = message?.toolCallList?.[0];
  const said = message?.type === "transcript" ? message.transcript : "";
  const about = message?.type ? `${message.type} ${message.status || tool?.function?.name || tool?.name || said || ""}` : body?.name || body?.email || answer?.msg || "";
  const text = typeof about === "string" ? about : "";
  return `${text.trim().slice(0, 90)}${fault ? ` [${fault}]` : ""}`;
}

function colour({ status }) {
  if (status === null) return "warn";
  return status < 400 ? "good" : "bad";
}

function bodiesOf(entry) {
  const cell = element("td", { colSpan: 6 });
  const pretty = (value) => (typeof value === "string" ? value : JSON.stringify(value, null, 2));
  const block = (title, value) => element("div", {}, element("b", { textContent: title }), element("pre", { textContent: value === null ? "(nothing)" : pretty(value) }));
  cell.append(element("div", { className: "pair" }, block("Request", entry.body), block("Answer", entry.answer)), block("Headers", entry.headers));
  return element("tr", { className: "bodies" }, cell);
}

for (const id of ["vendor", "direction"]) at(id).addEventListener("change", showJournal);
at("filter").addEventListener("input", showJournal);

let paused = false;
at("pause").addEventListener("click", () => {
  paused = !paused;
  at("pause").setAttribute("aria-pressed", String(paused));
  at("pause").textContent = paused ? "Go on" : "Pause";
});

at("reset").addEventListener("click", () => {
  if (!confirm("Forget all calls, people and faults, and go back to the seed?")) return;
  attempt(async () => {
    await ask("reset", "POST");
    [entries, live] = [[], null];
    at("live").hidden = true;
    showJournal();
    await prepareCalls();
  }, "Back to the seed.");
});

// ---- the page lives ----

async function breathe() {
  try {
    await Promise.all([paused ? null : followJournal(), followCall()]);
    const [faults, outbox, clock] = await Promise.all([ask("faults"), ask("outbox"), ask("clock")]);
    showFaults(faults.faults);
    showMails(outbox.mails);
    at("clock").textContent = `${clock.now.slice(11, 19)} UTC`;
    at("speed").textContent = clock.speed === 1 ? "" : `× ${clock.speed}`;
  } catch {
    say("The sandbox does not answer. It may be restarting.");
  }
  setTimeout(breathe, 700);
}

attempt(async () => {
  await Promise.all([prepareCalls(), preparePresets()]);
  breathe();
});
