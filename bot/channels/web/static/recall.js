// ↑ in an empty field brings back what was written before, as in a terminal.
export class Recall {
  constructor(field) {
    this.field = field;
    this.said = [];
    this.at = 0;
    field.addEventListener("keydown", (event) => this.#move(event));
  }

  get last() {
    return this.said[this.said.length - 1] || "";
  }

  add(text) {
    this.said.push(text);
    this.at = this.said.length;
  }

  // Who asks for somebody has asked nothing: the question is the one before.
  drop() {
    this.said.pop();
    this.at = this.said.length;
  }

  clear() {
    this.said = [];
    this.at = 0;
  }

  #move(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || event.shiftKey || event.isComposing) return;
    // What was changed is the person's own: the arrows move in it.
    const untouched = this.field.value === "" || this.field.value === this.said[this.at];
    const next = this.at + step;
    if (!untouched || next < 0 || next > this.said.length) return;
    event.preventDefault();
    this.at = next;
    this.field.value = this.said[next] || "";
    this.field.dispatchEvent(new Event("input"));
  }
}
