// Server-Sent Events by fetch: unlike EventSource it tells a status, and waits as we say.

const DEAF_MS = 45000; // the server sends a comment every 15 s

export class NoStream extends Error {}

// Calls `taken(event, data, id)` for each frame until the stream ends; `heard` with each piece.
export async function listen(path, lastId, taken, heard, proof = {}) {
  const aborted = new AbortController();
  let deaf = setTimeout(() => aborted.abort(), DEAF_MS);
  try {
    const headers = { Accept: "text/event-stream", ...proof, ...(lastId && { "Last-Event-ID": lastId }) };
    const answer = await fetch(path, { headers, cache: "no-store", signal: aborted.signal });
    const kind = answer.headers.get("Content-Type") ?? "";
    if (!answer.ok || !kind.startsWith("text/event-stream")) {
      throw new NoStream(`status ${answer.status}`);
    }
    heard();
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    const parse = parser(taken);
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      clearTimeout(deaf);
      deaf = setTimeout(() => aborted.abort(), DEAF_MS);
      heard();
      parse(value);
    }
  } finally {
    clearTimeout(deaf);
    aborted.abort();
  }
}

export function parser(taken) {
  let rest = "";
  let event = "message";
  let id = "";
  let data = [];
  const line = (text) => {
    if (text === "") {
      if (data.length) taken(event, data.join("\n"), id);
      event = "message";
      data = [];
      return;
    }
    const colon = text.indexOf(":");
    if (colon === 0) return;
    const name = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? "" : text.slice(colon + 1).replace(/^ /, "");
    if (name === "event") event = value;
    else if (name === "data") data.push(value);
    else if (name === "id") id = value;
  };
  return (piece) => {
    const lines = (rest + piece).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop();
    lines.forEach(line);
  };
}
