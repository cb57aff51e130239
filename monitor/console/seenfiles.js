// Files of all that is in view of the map, of as long as ships in the list may have been heard.
import { view } from "./address.js";
import { html } from "./dom.js";
import { Files } from "./files.js";
import { mapBox } from "./map.js";
import { HEARD } from "./ships.js";
import { now } from "./time.js";
import { W } from "./words.js";

const HOUR_MS = 3600000;
const MOST_HOURS = 168; // where the list asks for no time: a week, else a file is too large

export function SeenFiles() {
  const box = mapBox();
  if (!box) return null;
  const hours = Math.min(HEARD[view.heard], MOST_HOURS);
  const until = Math.ceil(now() / 60000) * 60000;
  return html`<section><h2>${W.files.title}</h2><${Files} title=${W.files.inMap(W.files.hours(hours))}
    words=${{ bbox: box.join(",") }} span=${[until - hours * HOUR_MS, until]} /></section>`;
}
