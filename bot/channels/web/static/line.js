// The line to the service: a session for this tab, and messages that go again until they are heard.
import { texts } from "./texts.js";

const TRIES = 3;
const TIMEOUT_MS = 35000;
const PAUSE_MS = 600;

// In memory alone where storage is refused, as in frames of other sites.
export const session = {
  token: "",
  read() {
    try { this.token ||= sessionStorage.getItem("session") || ""; } catch { /* memory only */ }
    return this.token;
  },
  keep(token) {
    this.token = token;
    try {
      if (token) sessionStorage.setItem("session", token);
      else sessionStorage.removeItem("session");
    } catch { /* memory only */ }
  },
};

export class Refused extends Error {
  constructor(status, message, seconds) {
    super(message);
    this.status = status;
    this.seconds = seconds;
  }
}

async function call(path, token, options) {
  const headers = { ...options.headers };
  if (token) headers.Authorization = `Bearer ${token}`;
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), TIMEOUT_MS);
  try {
    const response = await fetch(path, {
      signal: limit.signal, ...options, headers, credentials: "omit", cache: "no-store",
    });
    if (response.ok) return await response.json();
    const told = await response.json().catch(() => ({}));
    const seconds = Number(response.headers.get("Retry-After")) || 0;
    throw new Refused(response.status, told.message || texts.broken, seconds);
  } finally {
    clearTimeout(timer);
  }
}

const post = (path, body, token) =>
  call(path, token, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function persist(send) {
  for (let count = 1; ; count += 1) {
    try {
      return await send();
    } catch (error) {
      if (error instanceof Refused || count === TRIES) throw error;
      await pause(PAUSE_MS * count);
    }
  }
}

async function token() {
  if (!session.read()) session.keep((await persist(() => post("api/sessions", {}))).session);
  return session.token;
}

// The reply to a message; its id stays the same at each try, so that it counts once.
export async function ask(message) {
  const send = async () => post("api/messages", message, await token());
  try {
    return await persist(send);
  } catch (error) {
    if (error.status !== 401) throw error;
    session.keep("");
    return persist(send);
  }
}

const NOTHING = { messages: [], holder: null };

// What was said in this session, and who reads what is written next; nothing when there is none yet, or it is not known any more.
export async function past() {
  if (!session.read()) return NOTHING;
  try {
    return await call("api/messages", session.token, {});
  } catch (error) {
    if (error.status === 401) session.keep("");
    return NOTHING;
  }
}

// What is said after a message: the service answers when there is something, or after a while.
export async function following(number, signal) {
  return call(`api/messages?after=${number}`, session.token, { signal });
}
