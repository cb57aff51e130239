// Who she says she is, and what she says of her voyage, with when she said it.
import { view } from "../address.js";
import { html, plain } from "../dom.js";
import { ago, stamp } from "../time.js";
import { W } from "../words.js";

const HEADINGS = 360; // 511 is none
const or = (value) => (value === null || value === undefined || value === "" ? W.ship.notSaid : plain(value));

function figures(ship) {
  const { fields } = W.ship;
  const heading = Number.isFinite(ship.heading_deg) && ship.heading_deg < HEADINGS;
  return [
    [fields.mmsi, ship.mmsi], [fields.imo, or(ship.imo)], [fields.callsign, or(ship.callsign)],
    [fields.flag, or(ship.flag_text)], [fields.type, or(ship.ship_type_text)],
    [fields.size, ship.length_m ? W.ship.size(ship.length_m, ship.beam_m) : W.ship.notSaid],
    [fields.heading, heading ? `${ship.heading_deg}°` : W.ship.notSaid],
  ];
}

function Typed({ name, value, at }) {
  return html`<div><dt>${name}</dt><dd>${value}${at && value !== W.ship.notSaid && html`<br />
    <span class="quiet small" title=${stamp(at, view.tz)}>${W.ship.saysSo(ago(at))}</span>`}</dd></div>`;
}

export function Identity({ ship }) {
  const draught = ship.draught_m ? W.ship.draught(ship.draught_m) : W.ship.notSaid;
  return html`<section><dl class="figures">${figures(ship).map(([name, value]) => html`<div key=${name}>
      <dt>${name}</dt><dd>${value}</dd></div>`)}
</dl>
    <dl class="figures wide"><${Typed} name=${W.ship.fields.draught} value=${draught} at=${ship.draught_at} />
    <${Typed} name=${W.ship.fields.destination} value=${or(ship.destination)}
      at=${ship.destination_at} /></dl>
    <p class="quiet small">${W.ship.typed}</p></section>`;
}
