// One sighting: what was seen, what that is worth, and what AIS tells of it.
import { go, view } from "./address.js";
import { get } from "./api.js";
import { useAsked } from "./asked.js";
import { html, plain } from "./dom.js";
import { picture, portName } from "./picture.js";
import { nameOf } from "./ships.js";
import { whenWhole } from "./sightings.js";
import { place, stamp } from "./time.js";
import { W } from "./words.js";

// Whatever anybody wrote as an address is a link only if it leads to a page.
const leads = (address) => /^https?:\/\//i.test(address ?? "");

function Away({ to, children }) {
  return leads(to) ? html`<a href=${to} target="_blank" rel="noopener noreferrer">${children}</a>` : plain(to);
}

function Fields({ of }) {
  const at = of.lon !== null ? place(of.lat, of.lon) : of.area ? W.sighting.inArea : "";
  const told = {
    source: plain(of.source), reliability: W.sighting.reliability[of.reliability],
    credibility: W.sighting.credibility[of.credibility], place: at,
    within: of.within_m ? W.sighting.within(of.within_m) : "", port: of.port ? portName(of.port) : "",
    hull: plain(of.hull), note: plain(of.note),
    entered: W.sighting.entered(plain(of.added_by), stamp(of.recorded_at, view.tz)),
  };
  return html`<dl class="figures wide">${Object.entries(told).filter(([, words]) => words).map(([name, words]) =>
    html`<div key=${name}><dt>${W.sighting.fields[name]}</dt><dd>${words}</dd></div>`)}</dl>`;
}

function Ais({ of }) {
  return html`<section><h3>${W.sighting.ais}</h3><p>${plain(of.ais_words)}</p>
    ${of.ais_ships.length > 0 && html`<p class="quiet small">${W.sighting.could}</p>
      <ul class="calls">${of.ais_ships.map((mmsi) => html`<li key=${mmsi}><button class="plain"
        onClick=${() => go({ ship: String(mmsi), alert: "", at: "" })}>${nameOf(picture.vessels.get(mmsi) ?? { mmsi })}</button></li>`)}</ul>`}
  </section>`;
}

export function SightingCard() {
  const { key, value, trouble } = useAsked(view.seen, () => get(`/sightings/${view.seen}`));
  const of = key === view.seen && value?.id === Number(view.seen) ? value : null;
  if (!of) return html`<p class=${trouble ? "problem" : "quiet"}>${plain(trouble) || W.sighting.reading}</p>`;
  return html`<article class="sighting-card"><h2>${plain(of.title)}</h2>
    <p class="quiet">${whenWhole(of, view.tz)}</p>
    <p>${W.sighting.seenBy(W.sighting.by[of.seen_by] ?? plain(of.seen_by))}</p>
    ${of.removed_at && html`<p class="warn">${W.sighting.removed(plain(of.removed_by), stamp(of.removed_at, view.tz))}</p>`}
    <${Fields} of=${of} /><${Ais} of=${of} />
    <section class="files"><h3>${W.sighting.look}</h3><ul>
      ${of.link && html`<li><${Away} to=${of.link}>${W.sighting.link}</${Away}></li>`}
      ${of.look_radar && html`<li><${Away} to=${of.look_radar}>${W.sighting.radar}</${Away}></li>`}
      ${of.look_light && html`<li><${Away} to=${of.look_light}>${W.sighting.light}</${Away}></li>`}
    </ul></section></article>`;
}
