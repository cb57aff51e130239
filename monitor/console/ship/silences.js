// When nobody heard her: what the watch told of it, and what her track shows beside that.
import { view } from "../address.js";
import { html, plain } from "../dom.js";
import { past, portName } from "../picture.js";
import { DARK_MS, FADED_MS } from "../ships.js";
import { figures, isHers, silences } from "../story.js";
import { brief, length, ms, now, stamp, zoneName } from "../time.js";
import { track } from "../tracks.js";
import { W } from "../words.js";

const METRES_A_MILE = 1852;
const until = (from, to) => W.ship.silence(brief(from, view.tz), brief(to, view.tz), zoneName(view.tz));
const untilNow = (at) => (past.at === null ? W.ship : W.past).untilNow(stamp(at, view.tz));

// How it ended: where, which calls fit into it, and what the way does not explain.
function Back({ of }) {
  const { away_m: away, needed_kn: needed, feasible_calls: calls, unexplained_s: spare } = figures(of);
  return html`<div>${W.story.back(brief(of.at, view.tz), (away / METRES_A_MILE).toFixed(0), needed)}</div>
    ${calls?.length ? html`<div>${W.story.fits} <b>${calls.map((each) => W.story.fit(portName(each.port),
      brief(each.since, view.tz), brief(each.until, view.tz))).join("; ")}</b></div>` : html`<div>${W.story.none}</div>`}
    ${spare ? html`<div><b>${W.story.unexplained(length(spare * 1000))}</b></div>` : null}`;
}

function Told({ of }) {
  const { dark, back, since } = of;
  const besides = (dark && figures(dark).with) ?? [];
  const span = (back ? ms(back.at) : now()) - ms(since);
  return html`<li class="told"><b>${length(span)}</b>${": "}${back ? until(since, back.at) : untilNow(since)}
    ${dark && html` <span class="mark">${W.story.grades[figures(dark).grade] ?? plain(figures(dark).grade)}</span>`}
    ${besides.length > 0 && html`<div>${W.story.with(besides.map(plain).join(", "))}</div>`}
    ${back && html`<${Back} of=${back} />`}</li>`;
}

export function Silences({ ship }) {
  const told = isHers(ship) ? silences() : [];
  const begins = told.map((each) => ms(each.since));
  const isTold = (at) => begins.some((each) => Math.abs(each - ms(at)) < 1000);
  const gaps = track.gaps().filter((gap) => !isTold(gap.from.at)).reverse();
  const long = gaps.filter((gap) => gap.span > DARK_MS);
  const short = gaps.filter((gap) => gap.span <= DARK_MS);
  const row = (gap) => html`<li key=${gap.from.at}><b>${length(gap.span)}</b>${": "}${until(gap.from.at, gap.to.at)}</li>`;
  const open = now() - ms(ship.at);
  const since = open > FADED_MS && !isTold(ship.at) ? html`<li><b>${length(open)}</b>${": "}${untilNow(ship.at)}</li>` : null;
  return html`<section id="silences"><h3>${W.ship.silences} <span class="quiet small">${W.ship.silencesOf}</span></h3>
    ${told.length + gaps.length || since ? html`<ul class="calls">${since}
      ${told.map((each) => html`<${Told} key=${each.since} of=${each} />`)}${long.map(row)}</ul>` : html`<p>${W.nobody}</p>`}
    ${short.length > 0 && html`<details><summary>${W.ship.shorter(short.length)}</summary>
      <ul class="calls">${short.map(row)}</ul></details>`}</section>`;
}
