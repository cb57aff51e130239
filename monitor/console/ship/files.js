// Files of her: fixes, tracks, events and port calls, of as long as her track is shown.
import { view } from "../address.js";
import { html } from "../dom.js";
import { Files } from "../files.js";
import { ms } from "../time.js";
import { W } from "../words.js";

const DAY_MS = 86400000;

export function HerFiles({ ship }) {
  const until = ms(ship.at) + 1000;
  const span = [until - Number(view.days) * DAY_MS, until];
  return html`<section><h3>${W.files.title}</h3>
    <${Files} title=${W.files.hers(W.days[view.days])} words=${{ mmsi: ship.mmsi }} span=${span} /></section>`;
}
