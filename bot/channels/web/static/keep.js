// A copy of the conversation for whoever had it: printed, or sent from their own mail program. The
// service keeps nothing for it.
import { exchanged } from "./bubbles.js";
import { copy } from "./clipboard.js";
import { texts } from "./texts.js";
import { whole } from "./writing.js";

// Browsers of Windows give no longer address to a mail program, and say nothing of it.
const MAX_LINK = 2000;

const DAY = new Intl.DateTimeFormat("fr-FR", {
  day: "numeric", month: "long", year: "numeric", timeZone: "Europe/Paris",
});

const holder = document.getElementById("keep");
const mail = document.getElementById("mail");

const written = ({ author, moment, text, unsent }) =>
  `${author} (${unsent ? texts.unsent.toLowerCase() : moment}) :\n${text}\n`;

function mailLink(body) {
  const subject = texts.kept_subject.replace("{date}", () => DAY.format(new Date()));
  const encoded = [subject, whole(body).replace(/\n/g, "\r\n")].map(encodeURIComponent);
  return `mailto:?subject=${encoded[0]}&body=${encoded[1]}`;
}

// The newest messages that an address has room for, at least the end of the last one.
function newest(said) {
  let kept = "";
  for (const each of [...said].reverse()) {
    if (mailLink(texts.kept_cut + "\n\n" + each + "\n" + kept).length > MAX_LINK) break;
    kept = `${each}\n${kept}`;
  }
  for (let text = said[said.length - 1]; !kept; text = text.slice(Math.ceil(text.length / 8))) {
    if (mailLink(`${texts.kept_cut}\n\n${text}`).length <= MAX_LINK) kept = text;
  }
  return `${texts.kept_cut}\n\n${kept}`;
}

async function send(event) {
  const said = exchanged().map(written);
  const all = said.join("\n");
  mail.href = mailLink(all);
  close();
  if (mail.href.length <= MAX_LINK) return;
  event.preventDefault();
  const copied = await copy(all);
  mail.href = mailLink(copied ? texts.kept_paste : newest(said));
  if (copied) document.getElementById("status").textContent = texts.kept_paste;
  window.location.href = mail.href;
}

function close() {
  holder.open = false;
}

export function offerCopies() {
  mail.addEventListener("click", send);
  document.getElementById("print").addEventListener("click", () => {
    close();
    window.print();
  });
  window.addEventListener("beforeprint", () => {
    document.getElementById("printed").textContent = texts.printed.replace("{date}", () => DAY.format(new Date()));
  });
  document.addEventListener("click", (event) => {
    if (!holder.contains(event.target)) close();
  });
  holder.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !holder.open) return;
    close();
    holder.querySelector("summary").focus();
  });
}
