// The list of sightings, below the ports: none of them is a ship of a port.
import { go, view } from "./address.js";
import { html, plain } from "./dom.js";
import { showPlace } from "./map.js";
import { sightingsThen, titleOf, whenOf } from "./sightings.js";
import { ms } from "./time.js";
import { W } from "./words.js";

function choose({ geometry, properties }) {
  go({ seen: String(properties.id), alert: "", ship: "", at: "" });
  if (geometry?.type === "Point") showPlace(...geometry.coordinates);
}

export function Sightings() {
  const those = sightingsThen().toSorted((a, b) => ms(b.properties.since) - ms(a.properties.since));
  return html`<section id="sightings"><h2>${W.sighting.title}</h2><p class="quiet small">${W.sighting.apart}</p>
    ${those.length ? html`<ul class="calls">${those.map((each) => {
      const { id, seen_by, reliability, credibility } = each.properties;
      return html`<li key=${id}><button class="plain" onClick=${() => choose(each)}>${titleOf(each.properties)}</button>
        ${" "}<span class="quiet small">${W.sighting.row(W.sighting.by[seen_by] ?? plain(seen_by),
          whenOf(each.properties, view.tz), `${plain(reliability)}${plain(credibility)}`)}</span></li>`;
    })}</ul>` : html`<p>${W.sighting.none}</p>`}</section>`;
}
