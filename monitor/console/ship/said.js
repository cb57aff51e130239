// What she said of herself, over time: names, numbers, draught, where to.
import { view } from "../address.js";
import { get } from "../api.js";
import { useAsked } from "../asked.js";
import { html, plain } from "../dom.js";
import { byThen } from "../picture.js";
import { stamp } from "../time.js";
import { W } from "../words.js";

const SAID = "Said"; // of a line of /ask/story; the others are events
const MOST = 5;

export function Said({ ship }) {
  const key = `${ship.mmsi} ${ship.name} ${ship.draught_m} ${ship.destination}`;
  const { key: of, value, trouble } = useAsked(key, () => get("/ask/story", { mmsi: ship.mmsi }));
  const hers = of.startsWith(`${ship.mmsi} `);
  const lines = hers && value ? value.filter((each) => each.what === SAID && byThen(each.at)).reverse() : null;
  const row = (each, i) => html`<li key=${i}><span class="quiet">${stamp(each.at, view.tz)}</span><br />
    ${plain(each.words)}</li>`;
  return html`<section id="said-over-time"><h3>${W.ship.said} <span class="quiet small">${W.ship.saidOf}</span></h3>
    ${trouble && hers ? html`<p class="problem">${plain(trouble)}</p>` : null}
    ${lines === null ? html`<p class="quiet">${trouble ? "" : W.ship.reading}</p>`
      : lines.length ? html`<ul class="calls">${lines.slice(0, MOST).map(row)}</ul>` : html`<p>${W.nobody}</p>`}
    ${lines?.length > MOST && html`<details><summary>${W.ship.earlier(lines.length - MOST)}</summary>
      <ul class="calls">${lines.slice(MOST).map(row)}</ul></details>`}</section>`;
}
