// The conversation in a page: no library, no cookie.
import { log, markSent, markUnsent, mine, moveToEnd, ours, showLate, showTyping } from "./bubbles.js";
import { forgetAll, mark, offered, retire } from "./choices.js";
import { botIsSilent, showHolder } from "./holder.js";
import { joinFrame, paint, readyInFrame } from "./frame.js";
import { offerCopies } from "./keep.js";
import { ask, past, Refused, session } from "./line.js";
import { Listener } from "./listen.js";
import { Recall } from "./recall.js";
import { texts } from "./texts.js";
import { button, element, link, whole } from "./writing.js";

const byId = (id) => document.getElementById(id);
const question = byId("question");
const recall = new Recall(question);

// The numbers of the replies that stand on the page: each may come by two ways, and is shown once.
const shown = new Set();

const isCommand = (text) => text.startsWith("/");

const isEmpty = (reply) => !reply.paragraphs.length && !reply.buttons.length;

function showReply(reply, asked = false) {
  if (shown.has(reply.number)) return null;
  if (botIsSilent() && isEmpty(reply)) return null;
  if (reply.number) shown.add(reply.number);
  const named = (each) => each.data.startsWith(texts.desk_data);
  if (asked && reply.buttons.length && reply.buttons.every(named)) recall.drop();
  return ours(reply, recall.last, (choice, label, pressed) => speak({ choice }, label, pressed));
}

// --- The exchange: one at a time; what failed is kept and can be sent again as it was.
const SLOW_MS = 6000;
let busy = false;
let hurried = false;
let conversation = 0;
let slow = 0;

const listener = new Listener((message) => {
  // What the person says is shown as it is sent.
  if (message.author === "service") showReply(message);
}, look);

function look(holder) {
  showHolder(holder, (choice, label) => speak({ choice }, label));
}

function wait(on) {
  busy = on;
  if (on) listener.hold();
  else listener.resume();
  log.setAttribute("aria-busy", String(on));
  for (const id of ["send", "human", "privacy"]) byId(id).setAttribute("aria-disabled", String(on));
  byId("status").textContent = on ? texts.sending : "";
  showTyping(on);
  clearTimeout(slow);
  if (!on) return;
  byId("problem").replaceChildren();
  slow = setTimeout(() => {
    byId("status").textContent = texts.slow;
    showLate(texts.slow);
  }, SLOW_MS);
}

function speak(said, label, pressed = {}) {
  if (busy) return false;
  const bubble = label ? mine(label) : null;
  pressed.pressed?.classList.add("pressed");
  const id = crypto.randomUUID ? crypto.randomUUID() : randomId();
  deliver({ id, ...said }, pressed, bubble);
  return true;
}

// Pages over plain http on another machine lack randomUUID.
const randomId = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

async function deliver(message, pressed, bubble) {
  const held = conversation;
  wait(true);
  mark(pressed.group, "waiting");
  try {
    const reply = await ask(message);
    if (held !== conversation) return;
    wait(false);
    const asked = Boolean(message.text) && !isCommand(message.text);
    if (asked) retire();
    else mark(pressed.group, "used");
    if (bubble) markSent(bubble);
    look(reply.holder);
    const said = showReply(reply, asked);
    if (pressed.pressed) said?.focus({ preventScroll: true });
    // Sent while an answer was awaited, it goes now.
    if (hurried) submit();
  } catch (error) {
    if (held === conversation) fail(error, message, pressed, bubble);
  }
}

// What can never be taken goes back to be changed; anything else can be sent again as it is.
const HOPELESS = [400, 413, 415, 422];
const TOO_MANY = 429;

function fail(error, message, pressed, bubble) {
  wait(false);
  hurried = false;
  mark(pressed.group, "free");
  const told = element("p", "", error instanceof Refused ? error.message : texts.offline);
  byId("problem").replaceChildren(told);
  if (HOPELESS.includes(error.status) && message.text) return giveBack(message.text, bubble);
  // Who is only too fast need not look elsewhere.
  if (error.status !== TOO_MANY) byId("problem").append(link("guichets", texts.elsewhere));
  const again = () => {
    if (busy) return;
    question.focus();
    if (bubble) moveToEnd(bubble);
    deliver(message, pressed, bubble);
  };
  const retry = bubble ? markUnsent(bubble, texts.retry, again) : button("", texts.retry, again);
  if (!bubble) told.after(retry);
  return retry.focus({ preventScroll: true });
}

function giveBack(text, bubble) {
  const change = () => {
    bubble?.remove();
    write(text);
  };
  if (!question.value) return change();
  return bubble && markUnsent(bubble, texts.change, change);
}

// --- The composer.
function grow() {
  question.style.height = "auto";
  question.style.height = `${question.scrollHeight + 2}px`;
}

function write(text) {
  question.value = text;
  grow();
  question.focus();
}

function submit(event) {
  event?.preventDefault();
  const text = whole(question.value.trim());
  hurried = busy;
  if (!text || !speak({ text }, text)) return;
  if (!isCommand(text)) recall.add(text);
  write("");
}

question.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
});
question.addEventListener("input", grow);
byId("composer").addEventListener("submit", submit);
byId("human").addEventListener("click", () => speak({ text: "/humain" }, texts.human));
byId("privacy").addEventListener("click", () => speak({ text: "/confidentialite" }, texts.privacy));
byId("again").addEventListener("click", () => {
  session.keep("");
  start();
  question.focus();
});
log.addEventListener("click", (event) => {
  const { command } = event.target.closest("a[data-command]")?.dataset ?? {};
  if (!command) return;
  event.preventDefault();
  speak({ text: command }, command);
});

function start() {
  conversation += 1;
  hurried = false;
  wait(false);
  byId("problem").replaceChildren();
  log.replaceChildren();
  shown.clear();
  forgetAll();
  recall.clear();
  listener.begin(0);
  look(null);
  speak({ text: "/start" }, "");
}

// --- A page that is loaded again shows what was said in its session.
const COMMANDS = { "/start": "", "/humain": texts.human, "/confidentialite": texts.privacy };
let asked = false;

function showAgain(message) {
  if (message.author === "service") return isEmpty(message) ? null : showReply(message, asked);
  asked = Boolean(message.text) && !isCommand(message.text);
  if (asked) {
    retire();
    recall.add(message.text);
  }
  if (!message.choice) {
    const text = COMMANDS[message.text] ?? message.text;
    return text && mine(text, message.at);
  }
  const { group, pressed } = offered.get(message.choice) ?? {};
  if (pressed) mine(pressed.textContent, message.at);
  pressed?.classList.add("pressed");
  return mark(group, "used");
}

async function resume() {
  wait(true);
  const { messages, holder } = await past();
  if (!messages.length) return start();
  messages.forEach(showAgain);
  look(holder);
  listener.begin(messages[messages.length - 1].number);
  wait(false);
  return hurried && submit();
}

// Until here the page told how to do without this script, whatever kept it from running.
byId("fallback").remove();
for (const id of ["actions", "log", "below"]) byId(id).hidden = false;
paint();
offerCopies();
const framed = joinFrame((text) => {
  if (busy) {
    // What somebody is writing stays theirs.
    question.value = question.value || text;
    hurried = true;
    return;
  }
  speak({ text: whole(text) }, whole(text));
  recall.add(whole(text));
}, question);
// On a phone, a keyboard that opens by itself hides what there is to read.
if (!framed && window.matchMedia("(hover: hover)").matches) question.focus({ preventScroll: true });
resume().then(readyInFrame);
