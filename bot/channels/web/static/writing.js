// Elements for what was said: nothing but text nodes is ever made of it.
import { pieces } from "./links.js";
import { texts } from "./texts.js";

export function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

export function button(className, label, press) {
  const made = element("button", className, label);
  made.type = "button";
  made.addEventListener("click", press);
  return made;
}

export function link(href, label) {
  const made = element("a", "", label);
  made.href = href;
  return made;
}

export function outward(href, label) {
  const made = link(href, label);
  made.rel = "noopener noreferrer";
  made.target = "_blank";
  made.append(element("span", "unseen", ` ${texts.new_tab}`));
  return made;
}

// A command is sent by whoever holds the conversation.
function command(name) {
  const made = link(`#${name}`, name);
  made.dataset.command = name;
  return made;
}

function led({ text, kind, href }) {
  if (!kind) return text;
  if (kind === "command") return command(text);
  return kind === "url" || kind === "site" ? outward(href, text) : link(href, text);
}

const linked = (text) => pieces(text).map(led);

const ITEM = /^(?:[-•]|(\d+)[.)])\s+/;

// A paragraph as elements: a heading, or lines and lists.
export function block(paragraph) {
  if (paragraph.strong) return [element("h2", "", ...linked(paragraph.text))];
  return paragraph.text.split(/\n{2,}/).flatMap(lines);
}

function lines(text) {
  const made = [];
  for (const line of text.split("\n")) {
    const last = made[made.length - 1];
    const item = line.match(ITEM);
    if (item) {
      const kind = item[1] ? "ol" : "ul";
      const list = last?.localName === kind ? last : element(kind, "");
      if (list !== last) made.push(list);
      const point = element("li", "", ...linked(line.slice(item[0].length)));
      if (item[1]) point.value = Number(item[1]);
      list.append(point);
    } else if (last?.localName === "p") {
      last.append(element("br", ""), ...linked(line));
    } else {
      made.push(element("p", "", ...linked(line)));
    }
  }
  return made;
}

// Half of a character, such as cutting a text leaves behind, cannot be sent.
export const whole = (text) =>
  Array.from(text, (sign) => (/^[\ud800-\udfff]$/.test(sign) ? "\ufffd" : sign)).join("");
