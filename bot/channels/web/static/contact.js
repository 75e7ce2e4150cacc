// Ways to a desk: a mail that holds the question already, and what can be copied.
import { copyButton } from "./clipboard.js";
import { mailto } from "./links.js";
import { texts } from "./texts.js";
import { element, link } from "./writing.js";

// Longer addresses are refused by some mail programs.
const MAX_QUESTION = 1200;

const letter = (question) => texts.mail_body.replace("{question}", () => question);

function prefilled(address, question) {
  const cut = question.length > MAX_QUESTION ? `${question.slice(0, MAX_QUESTION)}…` : question;
  const fields = [["subject", texts.mail_subject], ["body", letter(cut)]];
  const query = fields.map(([name, value]) => `${name}=${encodeURIComponent(value.replace(/\n/g, "\r\n"))}`);
  return `${mailto(address)}?${query.join("&")}`;
}

// A group of ways to one desk; `question` is what the person asked last, perhaps nothing.
export function ways({ name, email, phone }, question) {
  const group = element("div", "ways");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", name);
  const write = link(prefilled(email, question), texts.write);
  write.className = "choice";
  group.append(write);
  if (phone) {
    const call = link(`tel:${phone.replace(/[^+\d]/g, "")}`, `${texts.call} ${phone}`);
    call.className = "choice";
    group.append(call);
  }
  group.append(copyButton("choice", texts.copy_address, () => email));
  if (question) group.append(copyButton("choice", texts.copy_message, () => letter(question)));
  return group;
}
