// What was done with it, and by whom.
import { view } from "../address.js";
import { html, plain } from "../dom.js";
import { stamp } from "../time.js";
import { W } from "../words.js";

export function History({ alert }) {
  const steps = alert.history.filter((each) => each.what !== "amend");
  const amended = alert.history.length - steps.length;
  return html`<section><h3>${W.alert.history}</h3><ul>${steps.map((each, i) => html`<li key=${i}>
    ${W.alert.step(stamp(each.made_at, view.tz), W.alert.done[each.what] ?? plain(each.what),
      plain(each.actor ?? W.alert.watch))}${each.note && `: ${plain(each.note)}`}</li>`)}</ul>
    ${amended > 0 && html`<p class="quiet small">${W.alert.amended(amended)}</p>`}</section>`;
}
