// Elements for what was said: nothing but text nodes is ever made of it.
import { texts } from "./texts.js";

export function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

const ADDRESS = /(https:\/\/[^\s<>"«»]+[^\s<>"«».,;:!?)\]'’])|([\w.+-]+@[\w-]+(?:\.[\w-]+)+)/g;

function linked(text) {
  const nodes = [];
  let end = 0;
  for (const found of text.matchAll(ADDRESS)) {
    nodes.push(text.slice(end, found.index));
    nodes.push(found[1] ? outward(found[0], found[0]) : link(`mailto:${found[0]}`, found[0]));
    end = found.index + found[0].length;
  }
  nodes.push(text.slice(end));
  return nodes;
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

const ITEM = /^(?:[-•]|(\d+)[.)])\s+/;

// A paragraph as elements: a heading, or lines and lists.
export function block(paragraph) {
  if (paragraph.strong) return [element("h2", "", ...linked(paragraph.text))];
  return paragraph.text.split(/\n{2,}/).flatMap(lines);
}

function lines(text) {
  const made = [];
  for (const line of text.split("\n")) {
    const last = made.at(-1);
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
