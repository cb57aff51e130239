// The evidence of an event: figures, fixes and the sentences as they came.
import { view } from "./address.js";
import { html, plain } from "./dom.js";
import { bounds, place, stamp } from "./time.js";
import { W } from "./words.js";

const MOST_FIXES = 12;

// figures are name_unit: distance_m → "distance 120 m"
function Figures({ of }) {
  const rows = Object.entries(of ?? {});
  if (!rows.length) return null;
  return html`<dl class="figures">${rows.map(([name, value]) => html`<div key=${name}>
    <dt>${plain(name.replaceAll("_", " "))}</dt>
    <dd>${plain(typeof value === "object" ? JSON.stringify(value) : value)}</dd></div>`)}</dl>`;
}

function Fix({ fix }) {
  const speed = Number.isFinite(fix.sog_kn) ? ` · ${fix.sog_kn.toFixed(1)} kn` : "";
  return html`<li>
    <div>${stamp(fix.at, view.tz)} · ${place(fix.lat, fix.lon)}${speed}
      ${fix.status_text && ` · ${plain(fix.status_text)}`}</div>
    <div class="quiet small">${plain(fix.source)}, line ${fix.line}</div>
    ${fix.sentence ? html`<code class="sentence">${plain(fix.sentence)}</code>`
      : html`<span class="quiet small">no sentence was kept</span>`}</li>`;
}

export function Evidence({ event }) {
  const fixes = event.evidence.fixes;
  return html`<details class="evidence" open=${fixes.length <= 2}>
    <summary>Evidence: ${fixes.length} ${fixes.length === 1 ? "fix" : "fixes"}, figures, sentences</summary>
    <p class="small">When: ${bounds(event, view.tz)}. Confidence ${W.confidence[event.confidence]}.
      ${event.revision && ` ${plain(event.revision)}`}</p>
    <${Figures} of=${event.evidence.figures} />
    <ol class="fixes">${fixes.slice(0, MOST_FIXES).map((fix, i) => html`<${Fix} key=${i} fix=${fix} />`)}</ol>
    ${fixes.length > MOST_FIXES && html`<p class="quiet small">${fixes.length - MOST_FIXES} more fixes
      are in the event.</p>`}
    ${event.evidence.geofence_hash && html`<p class="quiet small">Geofences of file
      ${event.evidence.geofence_hash.slice(0, 12)}</p>`}
  </details>`;
}
