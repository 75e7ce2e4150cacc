// What was said, as it stands in the log.
import { choices } from "./choices.js";
import { copyButton } from "./clipboard.js";
import { ways } from "./contact.js";
import { receiptCard } from "./receipt.js";
import { texts } from "./texts.js";
import { block, button, element } from "./writing.js";

export const log = document.getElementById("log");

// What was said in each, without buttons and times.
const words = new WeakMap();

function bubble(whose, author, text, ...children) {
  const said = element("div", `message ${whose}`, element("span", "unseen", `${author} : `), ...children);
  said.tabIndex = -1;
  words.set(said, { author, text });
  log.append(said);
  return said;
}

// --- When it was said, in the time of the desks.
const ZONE = { timeZone: "Europe/Paris" };
const HOUR = new Intl.DateTimeFormat("fr-FR", { hour: "2-digit", minute: "2-digit", ...ZONE });
const DAY = new Intl.DateTimeFormat("fr-FR", { day: "numeric", month: "long", ...ZONE });

function moment(at) {
  const when = at ? new Date(at) : new Date();
  const today = DAY.format(when) === DAY.format(new Date());
  const made = element("time", "", today ? HOUR.format(when) : `${DAY.format(when)}, ${HOUR.format(when)}`);
  made.dateTime = when.toISOString();
  return made;
}

// --- What the person says.
export function mine(text, at) {
  const said = bubble("mine", texts.you, text, element("p", "", text), element("div", "foot", moment(at)));
  said.scrollIntoView({ block: "end" });
  return said;
}

const foot = (said) => said.querySelector(".foot");

export function markSent(said) {
  said.classList.remove("unsent");
  foot(said).replaceChildren(moment());
}

// Says that it was not sent; `again` is what the button does, which is given back.
export function markUnsent(said, label, again) {
  said.classList.add("unsent");
  const made = button("again", label, again);
  foot(said).replaceChildren(element("span", "", `${texts.unsent} · `), made);
  said.scrollIntoView({ block: "end" });
  return made;
}

// Sent again, it stands where it is answered.
export function moveToEnd(said) {
  log.append(said);
  foot(said).replaceChildren(moment());
  said.classList.remove("unsent");
  said.scrollIntoView({ block: "end" });
}

// --- What the service says.
export function ours(reply, question, press) {
  const name = document.querySelector("h1").textContent;
  const parts = reply.paragraphs.flatMap((paragraph) => [...block(paragraph), ...reached(paragraph, reply, question)]);
  if (!parts.length && !reply.buttons.length) parts.push(element("p", "", texts.nothing));
  const said = bubble("ours", name, plain(reply) || texts.nothing, ...parts);
  if (reply.receipt) said.append(receiptCard(reply.receipt));
  if (reply.buttons.length) said.append(choices(reply.buttons, press));
  said.append(below(reply));
  reveal(said);
  return said;
}

// Below an address stands what can be done with it, in sight also where much is said after it.
function reached(paragraph, reply, question) {
  const named = (reply.contacts || []).filter((contact) => paragraph.text.includes(contact.email));
  return named.map((contact) => ways(contact, question));
}

const plain = (reply) => reply.paragraphs.map((paragraph) => paragraph.text).join("\n\n");

function below(reply) {
  const made = element("div", "foot", moment(reply.at));
  if (reply.paragraphs.some((paragraph) => paragraph.strong)) {
    made.append(copyButton("copy", texts.copy, () => plain(reply)));
  }
  return made;
}

// All that was said, in order: { author, text, moment, unsent }.
export function exchanged() {
  return [...log.children].filter((said) => words.has(said)).map((said) => ({
    ...words.get(said),
    moment: said.querySelector("time")?.textContent ?? "",
    unsent: said.classList.contains("unsent"),
  }));
}

// A long answer is read from its beginning, so its top stays in sight.
function reveal(said) {
  const around = getComputedStyle(log);
  const scrolls = around.overflowY !== "visible";
  const composer = document.getElementById("below");
  const room = scrolls ? log.clientHeight : window.innerHeight - composer.offsetHeight;
  const edges = (parseFloat(around.scrollPaddingTop) || 0) + (parseFloat(around.scrollPaddingBottom) || 0);
  said.scrollIntoView({ block: said.offsetHeight + edges > room ? "start" : "end" });
}

// --- Somebody is writing.
const late = element("span", "late");
const typing = element("div", "message typing", element("span", "dots", ...[1, 2, 3].map(() => element("i"))), late);
typing.setAttribute("aria-hidden", "true");

export function showTyping(on) {
  late.textContent = "";
  if (!on) return typing.remove();
  log.append(typing);
  return typing.scrollIntoView({ block: "end" });
}

export function showLate(text) {
  late.textContent = text;
  typing.scrollIntoView({ block: "end" });
}
