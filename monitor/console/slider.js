// The track and the slider on it: where she was at an instant, and when nobody knows.
import { go, view } from "./address.js";
import { html, useEffect, useRef } from "./dom.js";
import { showPlace } from "./map.js";
import { ago, brief, length, ms, place, stamp, zoneName } from "./time.js";
import { around, GAP_MS, track } from "./tracks.js";
import { W } from "./words.js";

const STEP_S = 60;
const PLAY_MS = 100;
const PLAY_STEPS = 300; // a whole track is played in half a minute

export function words(at) {
  const [row, next] = around(at * 1000);
  if (!row) return W.page.before;
  if (next && ms(next.at) - ms(row.at) > GAP_MS && at * 1000 - ms(row.at) > 60000) {
    return W.page.nowhere(brief(row.at, view.tz), brief(next.at, view.tz), zoneName(view.tz),
      length(ms(next.at) - ms(row.at)));
  }
  const speed = Number.isFinite(row.sog_kn) ? row.sog_kn.toFixed(1) : "";
  const course = Number.isFinite(row.cog_deg) ? row.cog_deg.toFixed(0) : "";
  return W.page.fix(place(row.lat, row.lon), speed, course);
}

export function Slider() {
  const playing = useRef(0);
  useEffect(() => () => clearInterval(playing.current), [track.ship]);
  const [first, last] = [track.rows[0], track.rows.at(-1)];
  const pickDays = html`<select aria-label=${W.page.howMuch} value=${view.days}
    onChange=${(e) => go({ days: e.target.value, at: "" })}>${Object.entries(W.days).map(([days, text]) =>
      html`<option key=${days} value=${days}>${text}</option>`)}</select>`;
  if (!first || first === last) {
    return html`<p>${pickDays} <span class="quiet">${track.reading ? W.page.reading : track.trouble || W.page.noTrack}</span></p>`;
  }
  const [from, to] = [Math.floor(ms(first.at) / 1000), Math.ceil(ms(last.at) / 1000)];
  const at = Math.min(to, Math.max(from, Number(view.at) || to));
  const set = (value) => go({ at: String(value) }, true);
  const play = () => {
    if (playing.current) {
      clearInterval(playing.current);
      playing.current = 0;
      return;
    }
    let stands = at >= to ? from : at;
    playing.current = setInterval(() => {
      stands = Math.min(to, stands + Math.max(STEP_S, (to - from) / PLAY_STEPS));
      set(Math.round(stands));
      if (stands >= to) play();
    }, PLAY_MS);
  };
  const share = (time) => `${((ms(time) / 1000 - from) / (to - from)) * 100}%`;
  return html`<div class="slider">
    <p>${pickDays} <button onClick=${play}>${W.page.play}</button>
      <button onClick=${() => { const [row] = around(at * 1000); if (row) showPlace(row.lon, row.lat); }}>${W.page.show}</button></p>
    <div class="rail">${track.gaps().map((gap, i) => html`<span key=${i} class="gap"
      style=${{ left: share(gap.from.at), right: `calc(100% - ${share(gap.to.at)})` }}></span>`)}</div>
    <input type="range" id="slider" min=${from} max=${to} step=${STEP_S} value=${at}
      aria-label=${W.page.instant} aria-valuetext=${stamp(at * 1000, view.tz)}
      onInput=${(e) => set(e.target.value)} />
    <p aria-live="off"><b>${stamp(at * 1000, view.tz)}</b> <span class="quiet">${ago(at * 1000)}</span><br />
      ${words(at)}</p></div>`;
}
