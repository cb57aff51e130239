// Where she declared to be bound for, and how deep she lay, over time; and what of it does not fit.
import { view } from "../address.js";
import { html, plain } from "../dom.js";
import { happened, isHers, saidOf } from "../story.js";
import { bounds, ms } from "../time.js";
import { W } from "../words.js";
import { Rows } from "./folded.js";
import { SaidLine } from "./saidline.js";

const KINDS = ["DestinationChanged", "DestinationVaried", "DestinationDoubted", "DeclaredElsewhere", "DraughtChanged"];
const FIELDS = ["destination", "draught_m"];

export function Declared({ ship }) {
  const ready = isHers(ship);
  const told = ready ? happened(...KINDS) : [];
  const from = Math.min(...saidOf(...FIELDS).map((each) => ms(each.since)));
  return html`<section id="declared"><h3>${W.story.declared}</h3><p class="quiet small">${W.story.typed}</p>
    ${told.length > 0 && html`<${Rows} rows=${told.map((each) => html`<li key=${each.id}><b>${W.kinds(each.kind)}</b>${": "}${plain(each.why)}
      <br /><span class="quiet small">${bounds(each, view.tz)}</span></li>`)} />`}
    ${ready ? FIELDS.map((field) => html`<${SaidLine} key=${field} field=${field} rows=${saidOf(field)} from=${from} />`)
      : html`<p class="quiet">${W.ship.reading}</p>`}</section>`;
}
