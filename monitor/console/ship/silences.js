// When nobody heard her.
import { view } from "../address.js";
import { html } from "../dom.js";
import { past } from "../picture.js";
import { DARK_MS, FADED_MS } from "../ships.js";
import { brief, length, ms, now, stamp, zoneName } from "../time.js";
import { track } from "../tracks.js";
import { W } from "../words.js";

export function Silences({ ship }) {
  const gaps = [...track.gaps()].reverse();
  const long = gaps.filter((gap) => gap.span > DARK_MS);
  const short = gaps.filter((gap) => gap.span <= DARK_MS);
  const row = (gap) => html`<li key=${gap.from.at}><b>${length(gap.span)}</b>${": "}
    ${W.ship.silence(brief(gap.from.at, view.tz), brief(gap.to.at, view.tz), zoneName(view.tz))}</li>`;
  const open = now() - ms(ship.at);
  const since = open > FADED_MS
    ? html`<li><b>${length(open)}</b> ${(past.at === null ? W.ship : W.past).untilNow(stamp(ship.at, view.tz))}</li>` : null;
  return html`<section><h3>${W.ship.silences} <span class="quiet small">${W.ship.silencesOf}</span></h3>
    ${gaps.length || since ? html`<ul class="calls">${since}${long.map(row)}</ul>` : html`<p>${W.nobody}</p>`}
    ${short.length > 0 && html`<details><summary>${W.ship.shorter(short.length)}</summary>
      <ul class="calls">${short.map(row)}</ul></details>`}</section>`;
}
