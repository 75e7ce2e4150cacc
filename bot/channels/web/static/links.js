// What in a text leads somewhere: addresses, sites, telephones, commands. The server's pages find
// the same by linked_text.py.
import { texts } from "./texts.js";

const END = "[^\\s<>\"«».,;:!?)\\]'’]";
const LETTER = "[\\p{L}\\p{N}\\p{M}_]";
const HOST = "[\\p{L}\\p{N}-]+";
const SPACE = "[ .\\u00a0-]?";

const KINDS = {
  url: `https://[^\\s<>"«»]+${END}`,
  mail: `[\\p{L}\\p{N}_][\\p{L}\\p{N}\\p{M}_.+&'-]*@${HOST}(?:\\.${HOST})+`,
  site: `(?:[a-z0-9-]+\\.)+(?:fr|com|org|net|eu)(?:/(?:[^\\s<>"«»]*${END})?)?`,
  phone: `(?:(?:\\+33|0033)${SPACE}[1-9]|0[1-9])(?:${SPACE}\\d\\d){4}`
    + `|0${SPACE}8\\d\\d(?:${SPACE}\\d\\d){3}|0${SPACE}8\\d\\d(?:${SPACE}\\d{3}){2}`,
  short: "(?:3\\d{3}|11[2459]|15(?= \\(SAMU\\)| ou le 1))",
  command: `/(?:${texts.commands.join("|")})`,
};

const PATTERN = new RegExp(
  Object.entries(KINDS).map(([kind, form]) => `(?<${kind}>${form})`).join("|"), "gu");

const OPENS = new RegExp(`${LETTER}$`, "u");
const CLOSES = new RegExp(`^${LETTER}`, "u");
// Half an address is another one's: after "d'" nobody knows where it begins.
const ELISION = /^(?:[cdjlmnst]|qu)'/i;
const ELIDED = /(?:^|[^\p{L}])(?:[cdjlmnst]|qu)’$/iu;

const FITS = {
  url: () => true,
  mail: (found, before, after) =>
    !ELISION.test(found) && !CLOSES.test(after) && !after.startsWith("@")
    && (before.endsWith("’") ? ELIDED.test(before) : !/[@/.&'+-]$/.test(before) && !OPENS.test(before)),
  site: (found, before, after) =>
    !OPENS.test(before) && !/[@/.-]$/.test(before) && !CLOSES.test(after) && !/^(?:[@-]|\.[\p{L}\p{N}])/u.test(after),
  phone: (found, before, after) =>
    !OPENS.test(before) && !/(?:[.+/-]|\d[ \u00a0])$/.test(before) && !/^(?:[\p{L}\p{N}]|[ \u00a0.-]\d)/u.test(after),
  short: (found, before, after) => /(?:^|[\s(])(?:le|au)[ \u00a0]$/i.test(before) && !/^(?:[\p{L}\p{N}]|[ \u00a0.,/-]\d)/u.test(after),
  command: (found, before, after) => /(?:^|[\s(«])$/.test(before) && !CLOSES.test(after) && !after.startsWith("/"),
};

const ADDRESS = {
  url: (found) => found,
  mail: (found) => mailto(found),
  site: (found) => `https://${found}`,
  phone: (found) => `tel:${found.replace(/[^+\d]/g, "")}`,
  short: (found) => `tel:${found}`,
  command: (found) => found,
};

export const mailto = (address) =>
  `mailto:${encodeURIComponent(address).replace("%40", "@").replace(/%2B/g, "+").replace(/'/g, "%27")}`;

// The text in pieces, in order: { text, kind, href }; kind and href are missing where nothing leads on.
export function pieces(text) {
  const made = [];
  let end = 0;
  for (const found of text.matchAll(PATTERN)) {
    const kind = Object.keys(KINDS).find((name) => found.groups[name] !== undefined);
    const close = found.index + found[0].length;
    if (!FITS[kind](found[0], text.slice(0, found.index), text.slice(close))) continue;
    made.push({ text: text.slice(end, found.index) });
    made.push({ text: found[0], kind, href: ADDRESS[kind](found[0]) });
    end = close;
  }
  made.push({ text: text.slice(end) });
  return made.filter((piece) => piece.text);
}
