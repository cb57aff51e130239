// Ships as a list: the same as on the map, also where no map can be drawn.
import { go, view } from "./address.js";
import { html, plain } from "./dom.js";
import { SeenFiles } from "./seenfiles.js";
import { showPlace } from "./map.js";
import { picture } from "./picture.js";
import { ageOf, darkOnes, heardMs, nameOf, shown } from "./ships.js";
import { ago } from "./time.js";
import { Watched } from "./watched.js";
import { W } from "./words.js";

const MOST = 300;
const AGES = { fresh: "●", fading: "◐", old: "○", dark: "✕" };

function Row({ ship, age }) {
  const chosen = String(ship.mmsi) === view.ship;
  return html`<li><button class=${`row ship ${age}`} aria-current=${chosen ? "true" : undefined}
      data-mmsi=${ship.mmsi}
      onClick=${() => { go({ ship: String(ship.mmsi), alert: "", at: "" }); showPlace(ship.lon, ship.lat); }}>
    <span class="line"><b>${picture.watched.has(ship.mmsi) && html`<${Watched} of=${ship.mmsi} short=${true} /> `}${nameOf(ship)}</b>
      <span>${Number.isFinite(ship.sog_kn) && age !== "dark" ? W.panel.speed(ship.sog_kn.toFixed(1)) : ""}</span></span>
    <span class="line"><span class="quiet">${[ship.flag_text, ship.ship_type_text].filter(Boolean).map(plain).join(" · ")}</span>
      <span class="age">${AGES[age]} ${age === "dark" ? W.panel.dark(ago(ship.at)) : ago(ship.at)}
        ${ship.late && html` <span class="mark late">${W.past.late}</span>`}</span></span>
  </button></li>`;
}

function Choice({ name, label, words }) {
  return html`<select aria-label=${label} value=${view[name]} onChange=${(e) => go({ [name]: e.target.value }, true)}>
    ${Object.entries(words).map(([value, text]) => html`<option key=${value} value=${value}>${text}</option>`)}</select>`;
}

export function ShipList() {
  const dark = darkOnes(picture.calls);
  const found = shown(picture.vessels, view).sort((a, b) => heardMs(b) - heardMs(a));
  return html`<div class="panel" id="panel-ships" role="tabpanel" aria-labelledby="tab-ships">
    <p class="filters"><${Choice} name="cls" label=${W.panel.class} words=${W.classes} />
      <${Choice} name="heard" label=${W.panel.heardWithin} words=${W.heard} />
      <span class="quiet">${W.panel.ofShips(found.length, picture.vessels.size)}</span></p>
    ${view.q && html`<p class="quiet small">${W.panel.searching(plain(view.q))}
      ${" "}<button class="plain" onClick=${() => go({ q: "" }, true)}>${W.panel.clear}</button></p>`}
    <ul class="rows">${found.slice(0, MOST).map((ship) =>
      html`<${Row} key=${ship.mmsi} ship=${ship} age=${ageOf(ship, dark)} />`)}</ul>
    ${found.length > MOST && html`<p class="quiet">${W.more(found.length - MOST)}</p>`}
    <${SeenFiles} /></div>`;
}
