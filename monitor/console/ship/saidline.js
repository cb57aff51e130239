// What she said of one of her fields, from when to when: as a line where it changed, and in words.
import { view } from "../address.js";
import { html, plain } from "../dom.js";
import { byThen, past } from "../picture.js";
import { moment, ms, now } from "../time.js";
import { W } from "../words.js";
import { Rows } from "./folded.js";

// Of what goes on behind the instant that is shown its end was not known.
const endOf = (one) => (byThen(one.until) ? one.until : new Date(past.at).toISOString());
const stands = (one) => one.stands || !byThen(one.until);

function Line({ rows, from }) {
  const whole = now() - from;
  const share = (at) => `${Math.min(100, Math.max(0, ((ms(at) - from) / whole) * 100))}%`;
  return html`<div class="spans" aria-hidden="true">${rows.map((each, i) => html`<span key=${i}
    class=${each.by_turns ? "turns" : stands(each) ? "now" : "then"}
    style=${{ left: share(each.since), right: `calc(100% - ${share(endOf(each))})` }}></span>`)}</div>`;
}

function Saying({ of }) {
  const [since, until] = [moment(of.since, view.tz), moment(endOf(of), view.tz)];
  return html`<li><b>${plain(of.words)}</b>${of.by_turns && html` <span class="mark">${W.story.turns}</span>`}
    <br /><span class="quiet small">${since === until ? since : W.story.until(since, until)}</span></li>`;
}

// Of what never changed a line is enough.
export function SaidLine({ field, rows, from }) {
  const [only, other] = rows;
  if (!other) {
    return html`<p class="said-line"><span class="quiet">${W.story.fields[field]}${": "}</span>${only ? html`<b>${plain(only.words)}</b>
      ${" "}<span class="quiet small">${W.story.stands(moment(only.since, view.tz))}</span>` : W.ship.notSaid}</p>`;
  }
  return html`<div class="said-line"><h4>${W.story.fields[field]}</h4><${Line} rows=${rows} from=${from} />
    <${Rows} most=${3} rows=${[...rows].reverse().map((each) => html`<${Saying} key=${each.since} of=${each} />`)} /></div>`;
}
