// In a page of another site: its colour, and what that page and ours tell each other.
const framed = window.parent !== window;
const CLOSE = "aiguilleur:close";
const READY = "aiguilleur:ready";
const ASK = "aiguilleur:ask";
const MAX_ASKED = 2000;

const tell = (said) => window.parent.postMessage(said, "*");

// `ask` takes a question; only the page around us may send one, and who may be that is a setting.
export function joinFrame(ask, field) {
  if (!framed) return false;
  const close = document.getElementById("close");
  close.hidden = false;
  close.addEventListener("click", () => tell(CLOSE));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") tell(CLOSE); });
  window.addEventListener("focus", () => field.focus({ preventScroll: true }));
  window.addEventListener("message", (event) => {
    const { kind, text } = event.data || {};
    if (event.source === window.parent && kind === ASK && typeof text === "string") ask(text.slice(0, MAX_ASKED));
  });
  return true;
}

export const readyInFrame = () => framed && tell(READY);

// --- The colour, made dark or light enough to be read.
const ENOUGH = 4.6;

const channels = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));

function luminance(rgb) {
  const [red, green, blue] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

// The colour mixed with `ink`, as little as it takes to be read on each ground.
function readable(colour, grounds, ink) {
  for (let part = 0; part <= 20; part += 1) {
    const mixed = colour.map((value, at) => Math.round(value + ((ink[at] - value) * part) / 20));
    if (grounds.every((ground) => contrast(mixed, ground) >= ENOUGH)) return mixed;
  }
  return ink;
}

const WHITE = [255, 255, 255];
const written = (rgb) => `rgb(${rgb.join(", ")})`;

export function paint() {
  const [, given] = window.location.hash.match(/^#couleur=([0-9a-f]{6})$/i) || [];
  if (!given) return;
  const colour = channels(`#${given}`);
  const dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  const set = (name, rgb) => document.documentElement.style.setProperty(name, written(rgb));
  const grounds = dark ? [[26, 36, 45], [34, 49, 61]] : [WHITE, [230, 239, 246]];
  const accent = readable(colour, grounds, dark ? WHITE : [0, 0, 0]);
  set("--accent", accent);
  set("--accent-strong", readable(accent, grounds, dark ? WHITE : [0, 0, 0]));
  set("--on-accent", dark ? [11, 20, 28] : WHITE);
  set("--mine", readable(colour, [WHITE], [0, 0, 0]));
}
