// By which a ticket is found again: shown once, with a button that copies it.
import { copyButton } from "./clipboard.js";
import { texts } from "./texts.js";
import { element, outward } from "./writing.js";

const fact = (name, value) => element("div", "", element("dt", "", name), element("dd", "", element("code", "", value)));

export function receiptCard({ number, code }) {
  const card = element("section", "receipt");
  card.setAttribute("aria-label", texts.receipt);
  card.append(
    element("dl", "", fact(texts.receipt_number, number), fact(texts.receipt_code, code)),
    copyButton("choice", texts.receipt_copy, () => `${number} ${code}`),
    outward("suivi", texts.receipt_page),
  );
  return card;
}
