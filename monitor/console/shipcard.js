// A ship: who she says she is, where she was heard last, where she called, when she was silent.
import { go, view } from "./address.js";
import { html, plain, useEffect } from "./dom.js";
import { showPlace } from "./map.js";
import { picture, portName, queue } from "./picture.js";
import { Severity } from "./queue.js";
import { ageOf, darkOnes, DARK_MS, FADED_MS, nameOf, REACH_KN } from "./ships.js";
import { Slider } from "./slider.js";
import { ago, bounds, brief, length, ms, now, place, stamp, zoneName } from "./time.js";
import { track } from "./tracks.js";
import { W } from "./words.js";

const MOST_CALLS = 8;
const or = (value, words = "not said") => (value === null || value === undefined || value === "" ? words : plain(value));

function Identity({ ship }) {
  const rows = [
    ["MMSI", ship.mmsi], ["IMO", or(ship.imo)], ["Call sign", or(ship.callsign)],
    ["Flag of the MMSI", or(ship.flag_text)], ["Type", or(ship.ship_type_text)],
  ];
  return html`<dl class="figures">${rows.map(([name, value]) => html`<div key=${name}><dt>${name}</dt>
    <dd>${value}</dd></div>`)}</dl>`;
}

function LastFix({ ship, age }) {
  const gone = age === "dark";
  const speed = Number.isFinite(ship.sog_kn) ? `${ship.sog_kn.toFixed(1)} kn` : "speed not said";
  const course = Number.isFinite(ship.cog_deg) ? `course ${ship.cog_deg.toFixed(0)}°` : "course not said";
  const hours = (now() - ms(ship.at)) / 3600000;
  return html`<section class=${`last ${age}`}><h3>${gone ? "Dark: last heard" : "Last fix"}</h3>
    <p><b>${ago(ship.at)}</b> <span class="quiet">${stamp(ship.at, view.tz)}</span><br />
      <span id="last-place" data-lon=${ship.lon} data-lat=${ship.lat}>${place(ship.lat, ship.lon)}</span>
      ${" "}· ${speed} · ${course}${ship.status_text ? ` · says ${plain(ship.status_text)}` : ""}</p>
    ${gone && html`<p class="warn">${W.notThere} ${W.atSpeed(Math.round(hours * REACH_KN))}</p>`}
    <p><button onClick=${() => showPlace(ship.lon, ship.lat)}>Show on the map <kbd>G</kbd></button></p></section>`;
}

function Calls({ mmsi }) {
  const calls = picture.calls.filter((each) => each.mmsi === mmsi).reverse();
  return html`<section><h3>Port calls <span class="quiet small">of 30 days</span></h3>
    ${calls.length ? html`<ul class="calls">${calls.slice(0, MOST_CALLS).map((call) => html`<li key=${call.id}>
      <b>${portName(call.port)}</b>: ${call.state}${call.confidence ? html` <span class="quiet small">confidence
      ${" "}${W.confidence[call.confidence]}</span>` : ""}<br />
      arrived ${bounds(call.arrived, view.tz)}; ${call.departed ? `departed ${bounds(call.departed, view.tz)}`
        : "no departure seen"}</li>`)}</ul>` : html`<p>${W.nobody}</p>`}</section>`;
}

function Voyages({ mmsi }) {
  const found = picture.voyages.filter((each) => each.mmsi === mmsi).reverse();
  return html`<section><h3>Voyages</h3>${found.length ? html`<ul class="calls">${found.slice(0, MOST_CALLS)
    .map((each) => html`<li key=${each.id}><b>${portName(each.from)} → ${each.to ? portName(each.to) : "not seen to arrive"}</b><br />
      ${plain(each.why)}${each.destination ? html`<br />Says she goes to: ${plain(each.destination)}` : ""}
      ${each.contradiction && html`<br /><b>She said another destination than she called at.</b>`}</li>`)}</ul>`
    : html`<p>${W.nobody}</p>`}</section>`;
}

function Silences({ ship }) {
  const gaps = [...track.gaps()].reverse();
  const long = gaps.filter((gap) => gap.span > DARK_MS);
  const short = gaps.filter((gap) => gap.span <= DARK_MS);
  const row = (gap) => html`<li key=${gap.from.at}><b>${length(gap.span)}</b>:
    ${" "}${brief(gap.from.at, view.tz)} to ${brief(gap.to.at, view.tz)} ${zoneName(view.tz)}</li>`;
  const open = now() - ms(ship.at);
  const since = open > FADED_MS
    ? html`<li><b>${length(open)}</b> until now, since ${stamp(ship.at, view.tz)}</li>` : null;
  return html`<section><h3>Silences <span class="quiet small">over an hour, in this track</span></h3>
    ${gaps.length || since ? html`<ul class="calls">${since}${long.map(row)}</ul>` : html`<p>${W.nobody}</p>`}
    ${short.length > 0 && html`<details><summary>${short.length} shorter than 4 h</summary>
      <ul class="calls">${short.map(row)}</ul></details>`}</section>`;
}

export function ShipCard() {
  const ship = picture.vessels.get(Number(view.ship));
  useEffect(() => { if (ship) track.ask(ship, view.days); }, [ship?.at, view.ship, view.days]);
  if (!ship) return html`<p class="quiet">No ship is known by the number ${plain(view.ship)}.</p>`;
  const age = ageOf(ship, darkOnes(picture.calls));
  const alerts = queue().filter((each) => each.mmsi === ship.mmsi);
  return html`<article class="ship-card">
    <h2>${nameOf(ship)}</h2>
    ${alerts.map((each) => html`<p key=${each.id}><button class="plain" onClick=${() => go({ alert: each.id })}>
      <${Severity} of=${each.severity} /> ${plain(each.headline)}</button></p>`)}
    <${LastFix} ship=${ship} age=${age} />
    <${Identity} ship=${ship} />
    <section><h3>Track</h3><${Slider} /></section>
    <${Silences} ship=${ship} /><${Calls} mmsi=${ship.mmsi} /><${Voyages} mmsi=${ship.mmsi} />
  </article>`;
}
