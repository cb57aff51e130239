// Where she called, and the voyages between.
import { view } from "../address.js";
import { html, plain } from "../dom.js";
import { picture, portName } from "../picture.js";
import { bounds } from "../time.js";
import { W } from "../words.js";

const MOST = 8;

function Call({ call }) {
  const departed = call.departed ? W.ship.departed(bounds(call.departed, view.tz)) : W.ship.noDeparture;
  return html`<li>${call.late && html`<span class="mark late">${W.past.late}</span> `}<b>${portName(call.port)}</b>${": "}${W.ship.callStates[call.state] ?? plain(call.state)}
    ${call.confidence ? html` <span class="quiet small">${W.ship.confidence(W.confidence[call.confidence])}</span>` : ""}
    <br />${W.ship.arrived(bounds(call.arrived, view.tz))}${"; "}${departed}</li>`;
}

export function Calls({ ship }) {
  const calls = picture.calls.filter((each) => each.mmsi === ship.mmsi).reverse();
  return html`<section><h3>${W.ship.calls} <span class="quiet small">${W.ship.callsOf}</span></h3>
    ${calls.length ? html`<ul class="calls">${calls.slice(0, MOST).map((call) =>
      html`<${Call} key=${call.id} call=${call} />`)}</ul>` : html`<p>${W.nobody}</p>`}</section>`;
}

function Voyage({ of }) {
  const way = W.ship.way(portName(of.from), of.to ? portName(of.to) : W.ship.notArrived);
  return html`<li><b>${way}</b><br />${plain(of.why)}
    ${of.destination ? html`<br />${W.ship.goesTo(plain(of.destination))}` : ""}
    ${of.contradiction && html`<br /><b>${W.ship.contradiction}</b>`}</li>`;
}

export function Voyages({ ship }) {
  const found = picture.voyages.filter((each) => each.mmsi === ship.mmsi).reverse();
  return html`<section><h3>${W.ship.voyages}</h3>
    ${found.length ? html`<ul class="calls">${found.slice(0, MOST).map((each) =>
      html`<${Voyage} key=${each.id} of=${each} />`)}</ul>` : html`<p>${W.nobody}</p>`}</section>`;
}
