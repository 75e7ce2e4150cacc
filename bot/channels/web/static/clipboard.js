// Copying a text, also where the browser or the page around us refuses its clipboard.
import { texts } from "./texts.js";
import { button, element } from "./writing.js";

const SHOWN_MS = 2500;

// Whether the text is in the clipboard now.
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByHand(text);
  }
}

function copyByHand(text) {
  const held = document.activeElement;
  const area = element("textarea", "unseen", text);
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  held?.focus({ preventScroll: true });
  return done;
}

// A button that copies what `text` gives, and says so for a while.
export function copyButton(className, label, text) {
  const made = button(className, label, async () => {
    const said = (await copy(text())) ? texts.copied : texts.not_copied;
    document.getElementById("status").textContent = said;
    made.textContent = said;
    setTimeout(() => { made.textContent = label; }, SHOWN_MS);
  });
  return made;
}
