// Who reads what is written: a quiet line above the field, until the bot is back.
import { texts } from "./texts.js";
import { button, element } from "./writing.js";

const place = document.getElementById("holder");
const HOUR = new Intl.DateTimeFormat("fr-FR", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Paris" });
let shown = "";
let timer = 0;

// Whether the bot answers what is written, as far as the page knows.
export const botIsSilent = () => place.dataset.silent === "true";

const filled = (text, holder, until) =>
  text.replace("{desk}", () => holder.desk).replace("{number}", () => holder.number).replace("{until}", () => until);

// Show who holds the conversation; `ask` takes what the button sends and its label.
export function showHolder(holder, ask) {
  clearTimeout(timer);
  const left = holder?.aside_until ? new Date(holder.aside_until) - Date.now() : 0;
  const aside = left > 0;
  const now = JSON.stringify([holder, aside]);
  if (aside) timer = setTimeout(() => showHolder({ ...holder, aside_until: "" }, ask), left + 500);
  // Said once, or a screen reader would say it after each message.
  if (now === shown) return;
  shown = now;
  place.hidden = !holder;
  place.dataset.silent = String(Boolean(holder) && !aside);
  if (!holder) return place.replaceChildren();
  const text = aside ? texts.aside : holder.taken ? texts.held : texts.waits;
  const said = element("p", "", filled(text, holder, aside ? HOUR.format(new Date(holder.aside_until)) : ""));
  const offer = aside ? [] : [button("choice", texts.ask_aside, () => ask(holder.aside, texts.ask_aside))];
  place.replaceChildren(said, ...offer);
}
