// Puts a button on the page of another site; it opens the chat in a frame of that page.
(() => {
  "use strict";
  // Templates, tag managers and sites of one page insert scripts again.
  if (window.aiguilleur) {
    if (window.aiguilleur.show) window.aiguilleur.show();
    return;
  }
  const script = document.currentScript;
  const texts = {{ texts|tojson }};
  const chat = new URL("./", script.src);

  // --- What the site may set on the script's tag.
  const { color = "", label = "", position = "" } = script.dataset;
  const colour = /^#[0-9a-f]{6}$/i.test(color) ? color.toLowerCase() : "#17496b";
  const words = label.trim().slice(0, 40) || texts.button;
  const side = position === "left" ? "left" : "right";
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  // Black or white, whichever is read better on it: one of them always is well enough.
  const ink = 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000" : "#fff";

  const style = (element, rules) => Object.assign(element.style, rules);
  const small = window.matchMedia("(max-width: 640px), (max-height: 480px)");

  const box = document.createElement("div");
  style(box, { position: "fixed", [side]: ".75rem", bottom: ".75rem", zIndex: "2147483000",
    display: "flex", flexDirection: "column", alignItems: side === "left" ? "flex-start" : "flex-end",
    gap: ".75rem", maxWidth: "calc(100vw - 1.5rem)" });

  const button = document.createElement("button");
  button.type = "button";
  style(button, { minHeight: "48px", padding: "0 1.25rem", border: `2px solid ${ink}`,
    borderRadius: "999px", background: colour, color: ink, cursor: "pointer",
    font: "600 1rem/1.2 system-ui, sans-serif", boxShadow: "0 2px 10px rgba(0, 0, 0, .35)" });

  let frame = null;
  let isOpen = false;
  let isReady = false;
  let waiting = "";

  const CARD = { position: "static", inset: "auto", width: "min(26rem, calc(100vw - 1.5rem))",
    height: "min(40rem, calc(100vh - 5.5rem))", border: "1px solid #6b7a86", borderRadius: "12px" };
  const WHOLE = { position: "fixed", inset: "0", width: "100%", height: "100%", border: "0",
    borderRadius: "0" };

  const make = () => {
    frame = document.createElement("iframe");
    frame.src = `${chat.href}${color && colour === color.toLowerCase() ? `#couleur=${colour.slice(1)}` : ""}`;
    frame.title = texts.title;
    frame.referrerPolicy = "no-referrer";
    frame.allow = "clipboard-write";
    style(frame, { background: "#fff", boxShadow: "0 8px 30px rgba(0, 0, 0, .3)" });
    box.prepend(frame);
  };

  // On a phone the chat takes the screen, and closes by the button in its own head.
  const lay = () => {
    if (frame) style(frame, { ...(small.matches ? WHOLE : CARD), display: isOpen ? "block" : "none" });
    const covered = isOpen && small.matches;
    button.style.display = covered ? "none" : "";
    document.documentElement.style.overflow = covered ? "hidden" : "";
    button.textContent = isOpen ? texts.button_close : words;
    button.setAttribute("aria-label", isOpen ? texts.close : `${words} ${texts.open}`);
    button.setAttribute("aria-expanded", String(isOpen));
  };

  const ask = () => {
    if (!isReady || !waiting) return;
    frame.contentWindow.postMessage({ kind: "aiguilleur:ask", text: waiting }, chat.origin);
    waiting = "";
  };

  const show = () => {
    if (!box.isConnected) {
      // A frame that was taken out of a page begins anew.
      isReady = false;
      document.body.append(box);
    }
  };
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    lay();
    button.focus();
  };
  const open = (question) => {
    if (!document.body) return;
    show();
    if (!frame) make();
    isOpen = true;
    lay();
    frame.focus();
    if (typeof question === "string" && question.trim()) waiting = question.trim();
    ask();
  };

  button.addEventListener("click", () => (isOpen ? close() : open()));
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  small.addEventListener("change", lay);
  // The frame says when it is ready, and when Escape was pressed inside it.
  window.addEventListener("message", (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== chat.origin) return;
    if (event.data === "aiguilleur:close") close();
    if (event.data === "aiguilleur:ready") {
      isReady = true;
      ask();
    }
  });
  box.append(button);
  lay();
  window.aiguilleur = Object.freeze({ open, close, show });

  if (document.body) show();
  else document.addEventListener("DOMContentLoaded", show);
})();
