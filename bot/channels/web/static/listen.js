// Listens for what is said later, while the page is looked at and nothing is being sent.
import { following, pause, session } from "./line.js";

const SHORTEST_MS = 1000;
const PAUSE_MS = 5000;

// One line at a time: a browser has few of them for all the pages of a site.
export class Listener {
  // `hear` takes a message; `look` takes who reads what is written next.
  constructor(hear, look) {
    this.hear = hear;
    this.look = look;
    this.after = 0;
    this.line = null;
    document.addEventListener("visibilitychange", () => (document.hidden ? this.stop() : this.start()));
  }

  begin(after) {
    this.after = after;
    this.wanted = true;
    this.start();
  }

  hold() {
    this.wanted = false;
    this.stop();
  }

  resume() {
    this.wanted = true;
    this.start();
  }

  stop() {
    this.line?.abort();
    this.line = null;
  }

  start() {
    if (!this.wanted || this.line || document.hidden || !session.token) return;
    this.line = new AbortController();
    this.#listen(this.line);
  }

  async #listen(line) {
    while (line === this.line) {
      const began = performance.now();
      try {
        const { messages, holder } = await following(this.after, line.signal);
        if (line !== this.line) return;
        this.look(holder);
        for (const message of messages) {
          this.after = Math.max(this.after, message.number);
          this.hear(message);
        }
        // Where nobody lets us wait, we do not ask without end.
        if (!messages.length && performance.now() - began < SHORTEST_MS) await pause(PAUSE_MS);
      } catch (error) {
        if (line !== this.line) return;
        if (error.status === 401) return this.stop();
        await pause(Math.max(PAUSE_MS, (error.seconds || 0) * 1000));
      }
    }
  }
}
