// Gates that she passed, and where she waited off a port.
import { view } from "../address.js";
import { html, plain } from "../dom.js";
import { portName } from "../picture.js";
import { figures, isHers, passages } from "../story.js";
import { bounds } from "../time.js";
import { W } from "../words.js";
import { Folded } from "./folded.js";

const HOUR_S = 3600;

export function passageWords(event) {
  const told = figures(event);
  if (event.kind === "GateCrossed") return W.story.gate(plain(told.gate_name), W.story.ways[told.direction] ?? plain(told.direction));
  if (event.kind === "WaitBegun") return W.story.waits(portName(event.port));
  return W.story.wait(portName(event.port), (told.waited_s / HOUR_S).toFixed(1));
}

function Passage({ of }) {
  return html`<li><b>${passageWords(of)}</b>${" "}<span class="quiet">${bounds(of, view.tz)}</span>
    ${of.state === "provisional" && html` <span class="mark">${W.story.provisional}</span>`}
    <br /><span class="quiet small">${plain(of.why)}</span></li>`;
}

export function Passages({ ship }) {
  const found = isHers(ship) ? passages() : [];
  return html`<${Folded} id="passages" title=${W.story.passages} rows=${found.map((each) => html`<${Passage} key=${each.id} of=${each} />`)} />`;
}
