// Whom she met at sea, and with whom she sailed in company: a click leads to the other.
import { go, view } from "../address.js";
import { html, plain } from "../dom.js";
import { picture } from "../picture.js";
import { nameOf } from "../ships.js";
import { company, figures, isHers, otherOf } from "../story.js";
import { brief, length, zoneName } from "../time.js";
import { W } from "../words.js";
import { Folded } from "./folded.js";

const METRES_A_MILE = 1852;
const GAP_MIN = 60; // as the watch says it in words
const miles = (metres) => (metres / METRES_A_MILE).toFixed(1);

export function OtherShip({ mmsi, name }) {
  const known = picture.vessels.get(mmsi);
  return html`<button class="plain" onClick=${() => go({ ship: String(mmsi), alert: "", at: "" })}>${plain(name) || nameOf(known ?? { mmsi })}</button>`;
}

function Together({ of, ship }) {
  const { event, ended, isConvoy } = of;
  const told = figures(event);
  const zone = zoneName(view.tz);
  const words = [
    ended ? W.story.from(brief(told.since, view.tz), brief(ended.at, view.tz), zone)
      : W.story.still(brief(told.since, view.tz), zone),
    isConvoy ? W.story.furthest(miles(told.furthest_m)) : W.story.nearest(told.nearest_m),
    isConvoy && told.sailed_m ? W.story.miles(miles(told.sailed_m)) : "",
    told.gap_min > GAP_MIN ? W.story.unheard(length(told.gap_min * 60000)) : "",
  ];
  return html`<li>${isConvoy ? W.story.convoy : W.story.met} <${OtherShip} ...${otherOf(event, ship)} />
    ${event.state === "provisional" && html` <span class="mark">${W.story.provisional}</span>`}
    <br />${words.filter(Boolean).join("; ")}<br /><span class="quiet small">${plain(event.why)}</span></li>`;
}

export function Company({ ship }) {
  const found = isHers(ship) ? company() : [];
  return html`<${Folded} id="company" title=${W.story.company} rows=${found.map((each) =>
    html`<${Together} key=${each.event.id} of=${each} ship=${ship} />`)} />`;
}
