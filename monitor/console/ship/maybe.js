// Of one who is dark: how far she can have come, and which ports she can have reached.
import { view } from "../address.js";
import { boundOf } from "../bound.js";
import { html } from "../dom.js";
import { past, picture, portName } from "../picture.js";
import { figures, happened } from "../story.js";
import { length, stamp } from "../time.js";
import { W } from "../words.js";

const LONGEST_MS = 14 * 86400000; // ports that she needs longer for the watch does not reckon

// Those of the watched ports that she can have reached come as events, each when it was so.
function Ports({ told, span }) {
  const silence = figures(told).silent_since;
  const reached = new Map(happened("MayHaveReached")
    .filter((each) => figures(each).silent_since === silence).map((each) => [each.port, each]));
  const watched = new Set((picture.fences?.features ?? []).map((each) => each.properties.port));
  const all = [...new Set([...reached.keys(), ...(span < LONGEST_MS ? watched : [])])];
  const row = (port) => {
    const found = reached.get(port);
    const likely = found && figures(found).likely_at;
    return html`<li key=${port}><b>${portName(port)}</b>${": "}${found ? W.story.can(stamp(found.earliest, view.tz)) : W.story.notYet}
      ${likely ? W.story.likely(stamp(likely, view.tz)) : ""}</li>`;
  };
  return html`<ul class="calls">${all.map(row)}</ul><p class="quiet small">${W.story.notWent}</p>`;
}

export function Maybe({ ship, age }) {
  if (age !== "dark") return null;
  const of = boundOf(ship);
  const title = html`<h3>${past.at === null ? W.story.maybe : W.story.maybeThen}</h3>`;
  if (!of) return html`<section id="may-be">${title}<p class="quiet">${W.ship.reading}</p></section>`;
  const reckoned = of.told && of.told.state === "confirmed";
  return html`<section id="may-be">${title}
    <p><b>${W.story.atMost(Math.ceil(of.nm), length(of.span), of.kn.toFixed(1))}</b></p>
    ${reckoned ? html`<${Ports} told=${of.told} span=${of.span} />` : html`<p class="quiet small">${W.story.untold}</p>`}
    <p class="quiet small">${of.isKnown ? W.story.speedTold : W.story.speedHardly} ${of.isDrawn ? W.story.ring : W.story.noRing}</p></section>`;
}
