// The buttons below a reply.
import { icon, isDrawn } from "./icons.js";
import { texts } from "./texts.js";
import { button, element, outward } from "./writing.js";

// What stands on the page to be pressed, by what it sends: the newest button of each kind.
export const offered = new Map();
const groups = new Set();

// A sign before a label adds nothing to it: it is drawn, or left out.
const SIGNED = /^(\d+\. )?(\p{Extended_Pictographic})\uFE0F?\s+(.*)$/u;

// The buttons as a group; `press` takes what a button sends, its label, and { group, pressed }.
export function choices(buttons, press) {
  const group = element("div", "choices");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", texts.choices);
  let row = null;
  for (const each of buttons) {
    const made = choice(each, group, press);
    if (!made) continue;
    // Whether an answer helped is one question: both replies stand in one row.
    if (each.data.startsWith("y:")) group.append((row = element("div", "judge")));
    (row || group).append(made);
    if (!each.data.startsWith("y:")) row = null;
  }
  groups.add(group);
  return group;
}

function choice({ label: full, data, url }, group, press) {
  const [, number = "", sign = "", rest = full] = full.match(SIGNED) || [];
  const label = number + rest;
  if (url) {
    if (!url.startsWith("https://")) return null;
    const made = outward(url, label);
    made.className = "choice";
    return made;
  }
  const made = button("choice", label, () => {
    if (made.getAttribute("aria-disabled") !== "true") press(data, label, { group, pressed: made });
  });
  if (isDrawn(sign)) made.prepend(icon(sign));
  offered.set(data, { group, pressed: made });
  return made;
}

export function mark(group, state) {
  for (const each of group?.querySelectorAll("button") ?? []) {
    if (state === "waiting") each.setAttribute("aria-disabled", "true");
    else each.removeAttribute("aria-disabled");
    // Only now, or the focus would fall off the page before the answer can take it.
    if (state === "used") each.disabled = true;
  }
}

// After a new question, what was offered before it is over.
export function retire() {
  for (const group of groups) mark(group, "used");
  groups.clear();
}

export function forgetAll() {
  groups.clear();
  offered.clear();
}
