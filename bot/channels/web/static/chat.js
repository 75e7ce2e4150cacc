// The conversation in a page: no library, no cookie.
import { ask, past, Refused, session } from "./line.js";
import { Listener } from "./listen.js";
import { texts } from "./texts.js";
import { block, element, link, outward } from "./writing.js";

const byId = (id) => document.getElementById(id);
const log = byId("log");
const question = byId("question");

function show(whose, author, ...children) {
  const said = element("div", `message ${whose}`, element("span", "unseen", `${author} : `), ...children);
  said.tabIndex = -1;
  log.append(said);
  return said;
}

const showMine = (text) => show("mine", texts.you, element("p", "", text)).scrollIntoView({ block: "end" });

// The numbers of the replies that stand on the page: each may come by two ways, and is shown once.
const shown = new Set();

function showReply(reply) {
  if (shown.has(reply.number)) return null;
  if (reply.number) shown.add(reply.number);
  const name = document.querySelector("h1").textContent;
  const parts = reply.paragraphs.flatMap(block);
  if (!parts.length && !reply.buttons.length) parts.push(element("p", "", texts.nothing));
  const said = show("ours", name, ...parts);
  if (reply.buttons.length) said.append(choices(reply.buttons));
  reveal(said);
  return said;
}

// A long answer is read from its beginning, so its top stays in sight.
function reveal(said) {
  const tall = said.offsetHeight > log.clientHeight;
  said.scrollIntoView({ block: tall ? "start" : "end" });
}

function choices(buttons) {
  const group = element("div", "choices");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", texts.choices);
  group.append(...buttons.map((button) => choice(button, group)).filter(Boolean));
  return group;
}

// What stands on the page to be pressed, by what it sends: the newest button of each kind.
const offered = new Map();

// A sign before a label adds nothing to it, and not every system has a glyph for it.
const SIGN = /^\p{Extended_Pictographic}\uFE0F?\s+/u;

function choice({ label: full, data, url }, group) {
  const label = full.replace(SIGN, "");
  if (url) {
    if (!url.startsWith("https://")) return null;
    const made = outward(url, label);
    made.className = "choice";
    return made;
  }
  const made = element("button", "choice", label);
  made.type = "button";
  offered.set(data, { group, pressed: made });
  made.addEventListener("click", () => {
    if (made.getAttribute("aria-disabled") === "true") return;
    speak({ choice: data }, label, { group, pressed: made });
  });
  return made;
}

// --- The exchange: one at a time; what failed is kept and can be sent again as it was.
let busy = false;
let hurried = false;
let conversation = 0;

const listener = new Listener((message) => {
  // What the person says is shown as it is sent.
  if (message.author === "service") showReply(message);
});

function mark(group, state) {
  for (const button of group?.querySelectorAll("button") ?? []) {
    if (state === "waiting") button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
    // Only now, or the focus would fall off the page before the answer can take it.
    if (state === "used") button.disabled = true;
  }
}

function wait(on) {
  busy = on;
  if (on) listener.hold();
  else listener.resume();
  log.setAttribute("aria-busy", String(on));
  for (const id of ["send", "human", "privacy"]) byId(id).setAttribute("aria-disabled", String(on));
  byId("status").textContent = on ? texts.sending : "";
  if (on) byId("problem").replaceChildren();
}

function speak(said, label, pressed = {}) {
  if (busy) return false;
  if (label) showMine(label);
  pressed.pressed?.classList.add("pressed");
  deliver({ id: crypto.randomUUID ? crypto.randomUUID() : randomId(), ...said }, pressed);
  return true;
}

// Pages over plain http on another machine lack randomUUID.
const randomId = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

async function deliver(message, pressed) {
  const mine = conversation;
  wait(true);
  mark(pressed.group, "waiting");
  try {
    const reply = await ask(message);
    if (mine !== conversation) return;
    wait(false);
    mark(pressed.group, "used");
    const said = showReply(reply);
    if (pressed.pressed) said?.focus({ preventScroll: true });
    // Sent while an answer was awaited, it goes now.
    if (hurried) submit();
  } catch (error) {
    if (mine === conversation) fail(error, message, pressed);
  }
}

// What can never be taken goes back to be changed; anything else can be sent again as it is.
const HOPELESS = [413, 422];

function fail(error, message, pressed) {
  wait(false);
  hurried = false;
  mark(pressed.group, "free");
  const told = element("p", "", error instanceof Refused ? error.message : texts.offline);
  if (HOPELESS.includes(error.status)) {
    byId("problem").replaceChildren(told);
    question.value ||= message.text ?? "";
    question.focus();
    return;
  }
  const retry = byId("retry").content.firstElementChild.cloneNode(true);
  retry.addEventListener("click", () => {
    question.focus();
    deliver(message, pressed);
  });
  byId("problem").replaceChildren(told, retry, link("guichets", texts.elsewhere));
  retry.focus();
}

// --- The composer.
function grow() {
  question.style.height = "auto";
  question.style.height = `${question.scrollHeight + 2}px`;
}

function submit(event) {
  event?.preventDefault();
  const text = question.value.trim();
  hurried = busy;
  if (!text || !speak({ text }, text)) return;
  question.value = "";
  grow();
  question.focus();
}

question.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
});
question.addEventListener("input", grow);
byId("composer").addEventListener("submit", submit);
byId("human").addEventListener("click", () => speak({ text: "/contacts" }, texts.human));
byId("privacy").addEventListener("click", () => speak({ text: "/confidentialite" }, texts.privacy));
byId("again").addEventListener("click", () => {
  session.keep("");
  start();
  question.focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && window.parent !== window) window.parent.postMessage("aiguilleur:close", "*");
});

function start() {
  conversation += 1;
  hurried = false;
  wait(false);
  byId("problem").replaceChildren();
  log.replaceChildren();
  shown.clear();
  offered.clear();
  listener.begin(0);
  speak({ text: "/start" }, "");
}

// --- A page that is loaded again shows what was said in its session.
const COMMANDS = { "/start": "", "/contacts": texts.human, "/confidentialite": texts.privacy };

function showAgain(message) {
  if (message.author === "service") return showReply(message);
  if (!message.choice) {
    const text = COMMANDS[message.text] ?? message.text;
    return text && showMine(text);
  }
  const { group, pressed } = offered.get(message.choice) ?? {};
  if (pressed) showMine(pressed.textContent);
  pressed?.classList.add("pressed");
  return mark(group, "used");
}

async function resume() {
  wait(true);
  const messages = await past();
  if (!messages.length) return start();
  messages.forEach(showAgain);
  listener.begin(messages.at(-1).number);
  wait(false);
  if (hurried) submit();
}

// Until here the page told how to do without this script, whatever kept it from running.
byId("fallback").remove();
for (const id of ["actions", "log", "below"]) byId(id).hidden = false;
resume();
