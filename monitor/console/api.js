// The HTTP API: what goes wrong is a Problem whose message is the server's sentence.
import { officer } from "./prefs.js";

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
    return new Problem(answer.status, `The watch answered with status ${answer.status}.`);
  }
}

async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, { signal: AbortSignal.timeout(PATIENCE_MS), ...options });
    if (answer.ok) return await answer.json();
  } catch {
    throw new Problem(0, "The watch does not answer: the connection is lost, or it is stopped.");
  }
  throw await problemOf(answer);
}

export function get(path, words = {}) {
  const query = new URLSearchParams(words).toString();
  return ask(query ? `${path}?${query}` : path, { cache: "no-store" });
}

// What an officer does: his name goes into the body, his token into the header.
export function act(id, what, words) {
  return ask(`/alerts/${encodeURIComponent(id)}/${what}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${officer.token}` },
    body: JSON.stringify({ by: officer.by, ...words }),
  });
}
