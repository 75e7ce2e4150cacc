// Puts a button on the page of another site; it opens the chat in a frame of that page.
(() => {
  "use strict";
  const script = document.currentScript;
  const texts = {{ texts|tojson }};
  const chat = new URL("./", script.src);

  const style = (element, rules) => Object.assign(element.style, rules);

  const build = () => {
    const box = document.createElement("div");
    style(box, { position: "fixed", right: ".75rem", bottom: ".75rem", zIndex: "2147483000",
      display: "flex", flexDirection: "column", alignItems: "flex-end", gap: ".75rem",
      maxWidth: "calc(100vw - 1.5rem)" });

    const button = document.createElement("button");
    button.type = "button";
    button.textContent = texts.button;
    button.setAttribute("aria-label", `${texts.button} ${texts.open}`);
    button.setAttribute("aria-expanded", "false");
    style(button, { minHeight: "48px", padding: "0 1.25rem", border: "2px solid #fff",
      borderRadius: "999px", background: "#17496b", color: "#fff", cursor: "pointer",
      font: "600 1rem/1.2 system-ui, sans-serif", boxShadow: "0 2px 10px rgba(0, 0, 0, .35)" });

    let frame = null;
    const show = (open) => {
      if (open && !frame) {
        frame = document.createElement("iframe");
        frame.src = chat.href;
        frame.title = texts.title;
        frame.referrerPolicy = "no-referrer";
        style(frame, { width: "min(26rem, calc(100vw - 1.5rem))", height: "min(40rem, calc(100vh - 5.5rem))",
          border: "1px solid #6b7a86", borderRadius: "12px", background: "#fff",
          boxShadow: "0 8px 30px rgba(0, 0, 0, .3)" });
        box.prepend(frame);
      }
      frame.style.display = open ? "block" : "none";
      button.textContent = open ? texts.button_close : texts.button;
      button.setAttribute("aria-label", open ? texts.close : `${texts.button} ${texts.open}`);
      button.setAttribute("aria-expanded", String(open));
      (open ? frame : button).focus();
    };
    const isOpen = () => button.getAttribute("aria-expanded") === "true";
    button.addEventListener("click", () => show(!isOpen()));
    box.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && isOpen()) show(false);
    });
    // The frame says when Escape was pressed inside it.
    window.addEventListener("message", (event) => {
      const ours = frame && event.source === frame.contentWindow && event.origin === chat.origin;
      if (ours && event.data === "aiguilleur:close" && isOpen()) show(false);
    });
    box.append(button);
    document.body.append(box);
  };

  if (document.body) build();
  else document.addEventListener("DOMContentLoaded", build);
})();
