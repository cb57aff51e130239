// The evidence of an event: figures, fixes and the sentences as they came.
import { view } from "./address.js";
import { html, plain } from "./dom.js";
import { byThen } from "./picture.js";
import { bounds, place, stamp } from "./time.js";
import { W } from "./words.js";

const MOST_FIXES = 12;
const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)$/;
const DIGITS = 3; // of a figure: more says nothing to people; a place keeps its six

function words(name, value) {
  if (typeof value === "boolean") return value ? W.evidence.yes : W.evidence.no;
  if (value === null || value === undefined) return W.evidence.unknown;
  if (typeof value === "number") return String(/(lon|lat)$/.test(name) ? value : Number(value.toFixed(DIGITS)));
  if (typeof value === "object") return plain(JSON.stringify(value));
  return INSTANT.test(value) ? stamp(value, view.tz) : plain(value);
}

// figures are name_unit: distance_m → "distance m 120"
function Figures({ of }) {
  const rows = Object.entries(of ?? {});
  if (!rows.length) return null;
  return html`<dl class="figures wide">${rows.map(([name, value]) => html`<div key=${name}>
    <dt>${plain(name.replaceAll("_", " "))}</dt><dd>${words(name, value)}</dd></div>`)}</dl>`;
}

function Fix({ fix }) {
  const parts = [stamp(fix.at, view.tz), place(fix.lat, fix.lon),
    Number.isFinite(fix.sog_kn) && W.ship.speed(fix.sog_kn.toFixed(1)), fix.status_text && plain(fix.status_text)];
  return html`<li>
    <div>${parts.filter(Boolean).join(" · ")}${!byThen(fix.received_at) && html` <span class="mark late">${W.past.late}</span>`}</div>
    <div class="quiet small">${W.evidence.line(plain(fix.source), fix.line)}</div>
    ${fix.sentence ? html`<code class="sentence">${plain(fix.sentence)}</code>`
      : html`<span class="quiet small">${W.evidence.noSentence}</span>`}</li>`;
}

export function Evidence({ event }) {
  const fixes = event.evidence.fixes;
  return html`<details class="evidence" open=${fixes.length <= 2}>
    <summary>${W.evidence.summary(fixes.length)}</summary>
    <p class="small">${W.evidence.when(bounds(event, view.tz), W.confidence[event.confidence])}
      ${event.revision && ` ${byThen(event.revised_at) ? plain(event.revision) : W.past.came(plain(event.revision))}`}</p>
    <ol class="fixes">${fixes.slice(0, MOST_FIXES).map((fix, i) => html`<${Fix} key=${i} fix=${fix} />`)}</ol>
    ${fixes.length > MOST_FIXES && html`<p class="quiet small">${W.evidence.more(fixes.length - MOST_FIXES)}</p>`}
    <${Figures} of=${event.evidence.figures} />
    ${event.evidence.geofence_hash && html`<p class="quiet small">
      ${W.evidence.fences(plain(event.evidence.geofence_hash.slice(0, 12)))}</p>`}
  </details>`;
}
