// A fleet: the ships of a watchlist, how each stands, since when, and how sure that is.
import { go, view } from "./address.js";
import { get } from "./api.js";
import { useAsked } from "./asked.js";
import { html, plain } from "./dom.js";
import { showPlace } from "./map.js";
import { past, portName } from "./picture.js";
import { ago, bounds, length, place, stamp } from "./time.js";
import { W } from "./words.js";

const AGAIN_MS = 30000;
const HERE_S = 4 * 3600; // heard so lately, a ship that is not known is one of several with a number
const AFAR_ZOOM = 5; // of who may be anywhere
const STANDINGS = Object.keys(W.fleet.standings);

const then = () => (past.at === null ? {} : { at: new Date(past.at).toISOString() });
const turn = () => past.at ?? `now ${Math.floor(Date.now() / AGAIN_MS)}`;

function where(of) {
  if (of.port) return portName(of.port);
  return place(of.lat, of.lon);
}

function words(of) {
  const heard = of.heard_at ? W.fleet.heard(ago(of.heard_at)) : "";
  const left = of.left ? W.fleet.left(portName(of.left), bounds(of.since, view.tz)) : "";
  return {
    "in port": [W.fleet.inPort(portName(of.port), bounds(of.since, view.tz), W.confidence[of.confidence]), heard],
    "off a port": [W.fleet.offPort(portName(of.port)), left, heard],
    "at sea": [left, heard],
    "not known": of.unheard_s <= HERE_S ? [W.fleet.mixed, heard]
      : [W.fleet.dark(stamp(of.heard_at, view.tz), length(of.unheard_s * 1000)), W.fleet.near(where(of))],
    "not heard": [],
  }[of.standing] ?? [];
}

function Ship({ of }) {
  const name = plain(of.name || of.listed);
  const choose = () => { go({ ship: String(of.mmsi), alert: "", at: "" }); showPlace(of.lon, of.lat, of.standing === "not known" ? AFAR_ZOOM : undefined); };
  return html`<li>${of.heard_at ? html`<button class="plain" data-ship=${of.mmsi} aria-current=${String(of.mmsi) === view.ship ? "true" : undefined}
      onClick=${choose}>${name}</button>` : html`<b>${name}</b>`}
    ${of.flag_text && html` <span class="quiet small">${plain(of.flag_text)}</span>`}
    <div class="small">${words(of).filter(Boolean).join("; ")}</div>
    ${of.standing === "not known" && html`<div class="small"><b>${of.may_be.length
      ? W.fleet.mayBe(of.may_be.map(portName).join(", ")) : W.fleet.mayNot}</b></div>`}
    <div class="quiet small">${W.fleet.reason(plain(of.reason))}</div></li>`;
}

function Group({ standing, rows }) {
  return html`<section class="fleet-part" data-standing=${standing}><h2>${W.fleet.standings[standing] ?? standing} <span class="quiet">${rows.length}</span></h2>
    <ul class="calls">${rows.map((each) => html`<${Ship} key=${`${each.mmsi} ${each.track} ${each.entry}`} of=${each} />`)}</ul></section>`;
}

function Fleet({ name }) {
  const { key, value, trouble } = useAsked(`${name} ${turn()}`, () => get("/ask/fleet", { name, ...then() }));
  if (!value || !key.startsWith(`${name} `)) return html`<p class=${trouble ? "problem" : "quiet"}>${plain(trouble) || W.panel.reading}</p>`;
  const sure = value.filter((each) => each.match === "sure");
  const perhaps = value.filter((each) => each.match !== "sure");
  const parts = STANDINGS.map((each) => [each, sure.filter((one) => one.standing === each)]).filter(([, rows]) => rows.length);
  return html`${trouble && html`<p class="problem">${plain(trouble)}</p>`}
    <p><b>${W.fleet.count(W.ships(sure.length), parts.map(([each, rows]) => W.fleet.part(rows.length, W.fleet.short[each])).join(", "))}</b>
      ${value.length > 0 && html` <span class="quiet small">${W.fleet.asOf(stamp(value[0].as_of, view.tz))}</span>`}</p>
    ${past.at !== null && html`<p class="quiet small">${W.fleet.past}</p>`}
    ${parts.map(([each, rows]) => html`<${Group} key=${each} standing=${each} rows=${rows} />`)}
    ${perhaps.length > 0 && html`<h2>${W.fleet.perhaps}</h2>${STANDINGS.map((each) => [each, perhaps.filter((one) => one.standing === each)])
      .filter(([, rows]) => rows.length).map(([each, rows]) => html`<${Group} key=${each} standing=${each} rows=${rows} />`)}`}`;
}

export function Fleets() {
  const { value, trouble } = useAsked(`lists ${turn()}`, () => get("/ask/fleets", then()));
  const names = (value ?? []).map((each) => each.fleet);
  const chosen = names.includes(view.fleet) ? view.fleet : names[0];
  return html`<div class="panel" id="panel-fleets" role="tabpanel" aria-labelledby="tab-fleets" tabindex="0">
    ${trouble && html`<p class="problem">${plain(trouble)}</p>`}
    ${!value ? html`<p class="quiet">${trouble ? "" : W.panel.reading}</p>` : !names.length ? html`<p>${W.fleet.none}</p>` : html`
      <p class="filters"><label>${W.fleet.which} <select id="fleet" value=${chosen} onChange=${(e) => go({ fleet: e.target.value }, true)}>
        ${names.map((each) => html`<option key=${each} value=${each}>${plain(each)}</option>`)}</select></label></p>
      <${Fleet} key=${chosen} name=${chosen} />`}</div>`;
}
