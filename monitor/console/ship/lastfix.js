// Where she was heard last; of one who is dark it is said that she is not there.
import { view } from "../address.js";
import { html, plain } from "../dom.js";
import { showPlace } from "../map.js";
import { ago, place, stamp } from "../time.js";
import { W } from "../words.js";

export function LastFix({ ship, age }) {
  const gone = age === "dark";
  const words = [
    Number.isFinite(ship.sog_kn) ? W.ship.speed(ship.sog_kn.toFixed(1)) : W.ship.noSpeed,
    Number.isFinite(ship.cog_deg) ? W.ship.course(ship.cog_deg.toFixed(0)) : W.ship.noCourse,
    ship.status_text && W.ship.says(plain(ship.status_text)),
  ];
  return html`<section class=${`last ${age}`}><h3>${gone ? W.ship.lastHeard : W.ship.lastFix}</h3>
    <p><b>${ago(ship.at)}</b> <span class="quiet">${stamp(ship.at, view.tz)}</span><br />
      <span id="last-place" data-lon=${ship.lon} data-lat=${ship.lat}>${place(ship.lat, ship.lon)}</span>
      ${" · "}${words.filter(Boolean).join(" · ")}</p>
    ${ship.late && html`<p class="warn"><b>${W.past.late}</b> ${W.past.lateFix(stamp(ship.received_at, view.tz))}</p>`}
    ${gone && html`<p class="warn">${W.notThere}</p>`}
    <p><button onClick=${() => showPlace(ship.lon, ship.lat)}>${W.ship.show} <kbd>G</kbd></button></p></section>`;
}
