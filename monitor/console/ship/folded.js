// A list of a card, the newest first: what is older is folded.
import { html } from "../dom.js";
import { W } from "../words.js";

const MOST = 5;

export function Rows({ rows, most = MOST }) {
  if (!rows.length) return html`<p>${W.nobody}</p>`;
  return html`<ul class="calls">${rows.slice(0, most)}</ul>${rows.length > most && html`<details>
    <summary>${W.story.more(rows.length - most)}</summary><ul class="calls">${rows.slice(most)}</ul></details>`}`;
}

export function Folded({ id, title, rows }) {
  return html`<section id=${id}><h3>${title} <span class="quiet small">${W.story.days}</span></h3><${Rows} rows=${rows} /></section>`;
}
