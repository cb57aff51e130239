// Each port: is it heard, who is in, who is dark there, who may be on the way to it.
import { go, view } from "./address.js";
import { html, plain } from "./dom.js";
import { showPort } from "./map.js";
import { picture, portName } from "./picture.js";
import { ago, bounds } from "./time.js";
import { W } from "./words.js";

function Ship({ of, children }) {
  return html`<li><button class="plain" onClick=${() => go({ ship: String(of.mmsi), alert: "", at: "" })}>
    ${plain(of.name ?? `MMSI ${of.mmsi}`)}</button> <span class="quiet small">${children}</span></li>`;
}

function Group({ title, rows, words }) {
  return html`<h3>${title} <span class="quiet">${rows.length}</span></h3>
    ${rows.length ? html`<ul class="calls">${rows.map((row) =>
      html`<${Ship} key=${row.id} of=${row}>${words(row)}</${Ship}>`)}</ul>` : html`<p class="quiet">${W.nobody}</p>`}`;
}

const lastHeard = (row) => {
  const ship = picture.vessels.get(row.mmsi);
  return ship ? `last heard ${ago(ship.at)}` : "not heard";
};

function Port({ port }) {
  const calls = picture.calls.filter((each) => each.port === port.port);
  const inPort = calls.filter((each) => each.state === "in port" || each.state === "entered");
  const leaving = calls.filter((each) => each.state === "leaving" || each.state === "away");
  const dark = calls.filter((each) => each.state === "dark");
  const coming = picture.voyages.filter((each) => each.to === null && each.from !== port.port);
  const arrived = (call) => `arrived ${bounds(call.arrived, view.tz)}; ${lastHeard(call)}`;
  return html`<section class="port" data-port=${port.port}>
    <h2><button class="plain" onClick=${() => showPort(port.port)}>${portName(port.port)}</button></h2>
    <p class=${port.words === "heard" ? "" : "problem"}><b>${plain(port.words)}</b>
      ${port.heard_at ? `, last ${ago(port.heard_at)}` : ""}: ${W.ships(port.vessels)}
      ${port.usual === null ? "" : `, usually ${port.usual}`}</p>
    ${port.words !== "heard" && html`<p class="warn">Nothing is heard near it: that says nothing of who is there.</p>`}
    <${Group} title="In port now" rows=${inPort} words=${arrived} />
    ${leaving.length > 0 && html`<${Group} title="Leaving" rows=${leaving} words=${arrived} />`}
    <${Group} title="Dark since" rows=${dark} words=${(call) => `${lastHeard(call)}; still there or gone: not known`} />
    <${Group} title="Perhaps on their way: left another port, not seen to arrive" rows=${coming}
      words=${(each) => `left ${portName(each.from)} ${ago(each.departed.at ?? each.departed.latest)}; ${lastHeard(each)}${
        each.destination ? `; says ${plain(each.destination)}` : ""}`} />
  </section>`;
}

export function Ports() {
  return html`<div class="panel" id="panel-ports" role="tabpanel" aria-labelledby="tab-ports">
    ${(picture.status?.ports ?? []).map((port) =>
      html`<${Port} key=${port.port} port=${port} />`)}</div>`;
}
