// Links to files of what is seen. A browser sends a session's cookie with a link, but no token: for
// whoever works by one the file is asked for here.
import { say } from "./acts.js";
import { proof } from "./api.js";
import { html } from "./dom.js";
import { officer } from "./prefs.js";
import { W } from "./words.js";

async function fetched(event, href, name) {
  if (!officer.token) return;
  event.preventDefault();
  try {
    const answer = await fetch(href, { headers: proof(), cache: "no-store" });
    if (!answer.ok) throw new Error(W.page.status(answer.status));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await answer.blob());
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  } catch (problem) {
    say(W.files.failed(problem.message), true);
  }
}

function Row({ collection, words, datetime }) {
  const what = W.files.collections[collection];
  return html`<li>${what}${": "}${Object.entries(W.files.forms).map(([form, text]) => {
    const href = `/collections/${collection}/download?${new URLSearchParams({ form, ...words, datetime })}`;
    const name = `${collection}.${form}`;
    return html`<a key=${form} href=${href} download=${name} aria-label=${W.files.as(what, text)}
      onClick=${(event) => fetched(event, href, name)}>${text}</a> `;
  })}</li>`;
}

// `words`: what is asked for, as the API has it; `span`: from and until, ms.
export function Files({ title, words, span }) {
  const datetime = span.map((each) => new Date(each).toISOString()).join("/");
  return html`<details class="files"><summary>${title}</summary><ul>${Object.keys(W.files.collections).map((each) =>
    html`<${Row} key=${each} collection=${each} words=${words} datetime=${datetime} />`)}</ul></details>`;
}
