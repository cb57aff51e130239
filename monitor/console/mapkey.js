// On the map: how long vectors are, the ruler, and whose tracks are kept, each with her colour.
import { go, view } from "./address.js";
import { html, useEffect } from "./dom.js";
import { AreasButton, drawing } from "./drawing.js";
import { begin, measures, total, turnMeasure, way } from "./measure.js";
import { PALETTES } from "./palettes.js";
import { picture } from "./picture.js";
import { nameOf } from "./ships.js";
import { keptNumbers, keptTracks, MOST_TRACKS } from "./tracks.js";
import { W } from "./words.js";

const chooseVectors = (vec) => go({ vec }, true);

export function turnVectors() {
  const all = Object.keys(W.map.minutes);
  chooseVectors(all[(all.indexOf(view.vec) + 1) % all.length]);
}

// Keep a ship's track on the map, or drop it; false: there are too many.
export function turnTrack(mmsi) {
  const those = keptNumbers(view);
  const others = those.filter((each) => each !== mmsi);
  if (others.length === those.length && those.length >= MOST_TRACKS) return false;
  go({ tracks: (others.length < those.length ? others : [...those, mmsi]).join(",") }, true);
  return true;
}

function Kept() {
  const found = keptTracks(view, picture.vessels);
  useEffect(() => { for (const { track, vessel } of found) if (vessel) track.ask(vessel, view.days); });
  if (!found.length) return null;
  const colours = PALETTES[view.pal].tracks;
  return html`<ul class="kept" aria-label=${W.map.tracks}>${found.map(({ mmsi, track, vessel }, place) => {
    const name = nameOf(vessel ?? { mmsi });
    return html`<li key=${mmsi}><svg width="22" height="10" aria-hidden="true"><line x1="0" y1="5" x2="22" y2="5"
      stroke=${colours[place]} stroke-width="4" /></svg> <b>${place + 1}</b>
      <button class="plain" onClick=${() => go({ ship: mmsi, alert: "", at: "" })}>${name}</button>
      <span class="quiet small">${track.trouble || (track.reading && !track.rows.length ? W.map.reading : W.map.days(view.days))}</span>
      <button class="drop" aria-label=${W.map.drop(name)} onClick=${() => turnTrack(mmsi)}>✕</button></li>`;
  })}</ul>`;
}

function Ruler() {
  if (!measures()) return null;
  return html`<p class="ruler" role="status"><b>${way.points.length > 1 ? W.map.total(total()) : W.map.measuring}</b>
    ${way.points.length > 0 && html` <button onClick=${begin}>${W.map.again}</button>`}
    ${" "}<button onClick=${turnMeasure}>${W.map.end}</button></p>`;
}

export function MapKey() {
  return html`<div class="mapkey">
    <p><label>${W.map.vectors} <select value=${view.vec} onChange=${(e) => chooseVectors(e.target.value)}>
      ${Object.entries(W.map.minutes).map(([each, text]) => html`<option key=${each} value=${each}>${text}</option>`)}
    </select></label> <button aria-pressed=${measures()} onClick=${turnMeasure}>${W.map.measure} <kbd>R</kbd></button>
    ${drawing.on ? null : html` <${AreasButton} />`}</p>
    <${Ruler} /><${Kept} /></div>`;
}
