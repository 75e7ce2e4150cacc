// The few signs that buttons bear, drawn by ourselves: not every system has a glyph for them.
const SVG = "http://www.w3.org/2000/svg";
const THUMB = "M7 10.5v9.5H3.5v-9.5zM7 11l4-7.5c1.6 0 2.6 1.2 2.3 2.8L12.7 9.5h5.8c1.2 0 2.1 1.1 1.9 2.3"
  + "l-1.2 6.5c-.2 1-1 1.7-2 1.7H7";
const PERSON = "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.6-4 3.6-6 7.5-6s6.9 2 7.5 6";
const PATHS = { "👍": THUMB, "👎": THUMB, "👤": PERSON, "✉": "M3 6h18v12.5H3zM3.5 6.5 12 13l8.5-6.5" };

export function icon(sign) {
  const drawn = document.createElementNS(SVG, "svg");
  drawn.setAttribute("viewBox", "0 0 24 24");
  drawn.setAttribute("aria-hidden", "true");
  drawn.setAttribute("class", sign === "👎" ? "icon upside-down" : "icon");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[sign]);
  drawn.append(path);
  return drawn;
}

export const isDrawn = (sign) => sign in PATHS;
