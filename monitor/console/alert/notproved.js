// What does not follow from it.
import { html, plain } from "../dom.js";
import { W } from "../words.js";

export function NotProved({ alert }) {
  return html`<section class="not-proved"><h3>${W.alert.notProved}</h3>
    <ul>${alert.not_proved.map((words) => html`<li key=${words}>${plain(words)}</li>`)}</ul></section>`;
}
