// The HTTP API: what goes wrong is a Problem whose message is the server's sentence.
import { officer, signOut } from "./prefs.js";
import { W } from "./words.js";

const PATIENCE_MS = 30000;

export class Problem extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status; // 0: nobody answered
  }
}

async function problemOf(answer) {
  try {
    return new Problem(answer.status, (await answer.json()).detail);
  } catch {
    return new Problem(answer.status, W.page.status(answer.status));
  }
}

// What proves to the watch who asks: a token, or beside the session's cookie its word.
export function proof() {
  if (officer.token) return { Authorization: `Bearer ${officer.token}` };
  return officer.csrf ? { "X-CSRF-Token": officer.csrf } : {};
}

async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, { signal: AbortSignal.timeout(PATIENCE_MS), ...options });
    if (answer.ok) return await answer.json();
  } catch {
    throw new Problem(0, W.page.noAnswer);
  }
  throw await problemOf(answer);
}

export function get(path, words = {}) {
  const query = new URLSearchParams(words).toString();
  return ask(query ? `${path}?${query}` : path, { cache: "no-store", headers: proof() });
}

// What an officer does; who has no session says who he is.
export function act(id, what, words) {
  const by = officer.session ? {} : { by: officer.by };
  return post(`/alerts/${encodeURIComponent(id)}/${what}`, { ...by, ...words });
}

export function del(path) {
  return ask(path, { method: "DELETE", headers: proof() });
}

export function post(path, words) {
  return ask(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...proof() },
    body: JSON.stringify(words),
  });
}

// A session by name and password, instead of a token.
export async function logIn(name, password) {
  signOut();
  const { name: session, csrf } = await post("/login", { name, password });
  Object.assign(officer, { session, csrf, by: session });
}

export async function logOut() {
  if (officer.session) await post("/logout", {});
  signOut();
}

// Whether a session is there already, of another tab or of an hour ago.
export async function whoAmI() {
  if (officer.token) return;
  const me = await get("/me");
  if (me.kind === "user") Object.assign(officer, { session: me.name, csrf: me.csrf, by: me.name });
}
