// A ship: who she says she is, where she was heard last, where she called, when she was silent.
import { go, view } from "./address.js";
import { html, plain, useEffect } from "./dom.js";
import { past, picture, queue } from "./picture.js";
import { Severity } from "./queue.js";
import { SECTIONS } from "./ship/list.js";
import { ageOf, darkOnes, nameOf } from "./ships.js";
import { askStory } from "./story.js";
import { track } from "./tracks.js";
import { Watched } from "./watched.js";
import { W } from "./words.js";

export function ShipCard() {
  const ship = picture.vessels.get(Number(view.ship));
  // Again and again: what is wanted while another is read would be missed.
  useEffect(() => { if (ship) { track.ask(ship, view.days); askStory(ship); } });
  if (!ship) return html`<p class="quiet">${past.at === null ? W.ship.unknown(plain(view.ship))
    : W.past.unknownShip(plain(view.ship))}</p>`;
  const age = ageOf(ship, darkOnes(picture.calls));
  const alerts = queue().filter((each) => each.mmsi === ship.mmsi);
  return html`<article class="ship-card">
    <h2>${nameOf(ship)}</h2><${Watched} of=${ship.mmsi} />
    ${alerts.map((each) => html`<p key=${each.id}><button class="plain" onClick=${() => go({ alert: each.id })}>
      <${Severity} of=${each.severity} /> ${plain(each.headline)}</button></p>`)}
    ${SECTIONS.map((Section, i) => html`<${Section} key=${i} ship=${ship} age=${age} />`)}
  </article>`;
}
