// The bar of history mode: that this is not now, which instant it is, and how to go on from there.
import { go, view } from "./address.js";
import { html, plain, useRef } from "./dom.js";
import { goPast, history, inPast, newNow, stepPast, turnPlay } from "./past.js";
import { past, show } from "./picture.js";
import { day, clock, realNow, stamp } from "./time.js";
import { W } from "./words.js";

const DAY_S = 86400;

// What the slider holds: up to now where that fits, else about the instant.
function windowAbout(at, span, before) {
  if (before && before.span === span && at >= before.from && at <= before.to) return before;
  const end = Math.floor(realNow() / 1000);
  const to = at >= end - span ? end : Math.round(at + span / 2);
  return { span, from: to - span, to };
}

// As the field for an instant has it, in the zone that is shown; and back.
const field = (at) => `${day(at * 1000, view.tz)}T${clock(at * 1000, view.tz)}`;
const instant = (text) => Date.parse(view.tz === "utc" ? `${text}Z` : text) / 1000;

function Choice({ label, value, words, choose }) {
  return html`<select aria-label=${label} value=${value} onChange=${(e) => choose(Number(e.target.value))}>
    ${Object.entries(words).map(([each, text]) => html`<option key=${each} value=${each}>${text}</option>`)}</select>`;
}

function Says() {
  const when = stamp(inPast() && !history.trouble ? past.at : Number(view.t) * 1000, view.tz);
  if (history.trouble) return html`<b id="past-says">${W.past.failed(when)}: ${plain(history.trouble)}</b>`;
  return html`<b id="past-says" data-ready=${inPast()}>${inPast() ? W.past.banner(when) : W.past.reading(when)}</b>`;
}

export function TimeBar() {
  const days = useRef(1);
  const held = useRef(null);
  if (!view.t) {
    held.current = null;
    return null;
  }
  const at = Number(view.t);
  held.current = windowAbout(at, days.current * DAY_S, held.current);
  const { from, to } = held.current;
  const fresh = newNow();
  const step = (by) => html`<button key=${by} onClick=${() => stepPast(Number(by))}>${W.past.steps[by]}</button>`;
  return html`<section class="past" aria-label=${W.past.name}>
    <div class="past-words" role="status"><${Says} />
      ${" "}<button id="past-back" onClick=${() => go({ t: "" })}>${W.past.back} <kbd>H</kbd></button>
      ${fresh > 0 && html` <button class="fresh" onClick=${() => go({ t: "", tab: "alerts" })}>${W.past.newNow(fresh)}</button>`}</div>
    <div class="past-tools">
      ${step("-3600")}${step("-600")}
      <button class="main" aria-pressed=${history.playing} onClick=${turnPlay}>${history.playing ? `■ ${W.past.stop}` : `▶ ${W.past.play}`} <kbd>P</kbd></button>
      ${step("600")}${step("3600")}
      <${Choice} label=${W.past.speed} value=${history.speed} words=${W.past.speeds}
        choose=${(speed) => { history.speed = speed; show(); }} />
      <input type="range" id="past-slider" min=${from} max=${to} step="60" value=${at}
        aria-label=${W.past.slider} aria-valuetext=${stamp(at * 1000, view.tz)} onInput=${(e) => goPast(Number(e.target.value))} />
      <${Choice} label=${W.past.span} value=${days.current} words=${W.past.spans}
        choose=${(span) => { days.current = span; show(); }} />
      <input type="datetime-local" id="past-field" aria-label=${W.past.go} value=${field(at)}
        onChange=${(e) => { const wanted = instant(e.target.value); if (Number.isFinite(wanted)) goPast(wanted); }} />
    </div></section>`;
}
