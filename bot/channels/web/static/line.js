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
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function post(path, body, token) {
  const headers = { "Content-Type": "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  const response = await fetch(path, {
    method: "POST", headers, body: JSON.stringify(body), credentials: "omit", cache: "no-store",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (response.ok) return response.json();
  const told = await response.json().catch(() => ({}));
  throw new Refused(response.status, told.message || texts.broken);
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

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
