// Each port: is it heard, who is in, who leaves, who is dark there, who may be on the way to it.
import { Activity } from "./activity.js";
import { go, view } from "./address.js";
import { html, plain } from "./dom.js";
import { showPort } from "./map.js";
import { picture, portName } from "./picture.js";
import { Sightings } from "./sightinglist.js";
import { ago, bounds, stamp } from "./time.js";
import { W } from "./words.js";

function Ship({ of, children }) {
  return html`<li><button class="plain" onClick=${() => go({ ship: String(of.mmsi), alert: "", at: "" })}>
    ${plain(of.name ?? `MMSI ${of.mmsi}`)}</button> <span class="quiet small">${children}</span></li>`;
}

function Group({ title, rows, words }) {
  return html`<h3>${title} <span class="quiet">${rows.length}</span></h3>
    ${rows.length ? html`<ul class="calls">${rows.map((row) =>
      html`<${Ship} key=${row.id} of=${row}>${words(row)}</${Ship}>`)}</ul>` : ""}`;
}

const DEAF = "not heard"; // as the watch says it
const heardAt = (row) => picture.vessels.get(row.mmsi)?.at;
const lastHeard = (row) => (heardAt(row) ? W.panel.lastHeard(ago(heardAt(row))) : W.panel.notHeard);
const late = (call, words) => (call.late ? W.past.came(words) : words);
const arrived = (call) => late(call, W.panel.arrived(bounds(call.arrived, view.tz), lastHeard(call)));
const darkWords = (call) => late(call,
  W.panel.darkWords(heardAt(call) ? stamp(heardAt(call), view.tz) : "", lastHeard(call)));
const comingWords = (each) => W.panel.comingWords(portName(each.from), ago(each.departed.at ?? each.departed.latest),
  lastHeard(each), plain(each.destination));

// What she says names this port, by its id or the first word of its name.
function isBound(voyage, port) {
  const says = (voyage.destination ?? "").toLowerCase();
  return [port, portName(port).split(/[ ,(]/)[0]].some((word) => word && says.includes(word.toLowerCase()));
}

function Port({ port }) {
  const calls = picture.calls.filter((each) => each.port === port.port);
  const inState = (...states) => calls.filter((each) => states.includes(each.state));
  const away = picture.voyages.filter((each) => each.to === null && each.from !== port.port);
  const bound = away.filter((each) => isBound(each, port.port));
  const others = away.filter((each) => !bound.includes(each));
  const heard = port.words === "heard";
  return html`<section class="port" data-port=${port.port}>
    <h2><button class="plain" onClick=${() => showPort(port.port)}>${portName(port.port)}</button></h2>
    <p class=${heard ? "" : "problem"}><b>${W.panel.portWords[port.words] ?? plain(port.words)}</b>
      ${W.panel.portHeard(port.heard_at && ago(port.heard_at), W.ships(port.vessels), port.usual)}</p>
    ${port.words === DEAF && html`<p class="warn">${W.panel.deaf}</p>`}
    <${Activity} port=${port.port} />
    <${Group} title=${W.panel.coming} rows=${bound} words=${comingWords} />
    <${Group} title=${W.panel.leaving} rows=${inState("leaving", "away")} words=${arrived} />
    <${Group} title=${W.panel.darkThere} rows=${inState("dark")} words=${darkWords} />
    <${Group} title=${W.panel.inPort} rows=${inState("in port", "entered", "found")} words=${arrived} />
    ${others.length > 0 && html`<${Group} title=${W.panel.perhaps} rows=${others} words=${comingWords} />`}
  </section>`;
}

export function Ports() {
  return html`<div class="panel" id="panel-ports" role="tabpanel" aria-labelledby="tab-ports" tabindex="0">
    ${(picture.status?.ports ?? []).map((port) =>
      html`<${Port} key=${port.port} port=${port} />`)}<${Sightings} /></div>`;
}
