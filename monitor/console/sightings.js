// Sightings: what people and satellites saw. They are beside AIS, and counted with no ship.
import { plain } from "./dom.js";
import { byThen, past, picture } from "./picture.js";
import { brief, stamp } from "./time.js";
import { W } from "./words.js";

// Those that had been entered, and of what had happened, by the instant that is shown.
export function sightingsThen() {
  const all = picture.sightings?.features ?? [];
  return past.at === null ? all
    : all.filter(({ properties }) => byThen(properties.recorded_at) && byThen(properties.since));
}

// What was seen, in words.
export function titleOf({ name, imo, mmsi, hull, length_m }) {
  const number = imo ? W.sighting.imo(imo) : mmsi ? W.sighting.mmsi(mmsi) : "";
  const named = [plain(name), number].filter(Boolean);
  const kind = plain(hull) || (named.length ? "" : W.sighting.ship);
  return [...named, kind, length_m ? W.sighting.long(length_m) : ""].filter(Boolean).join(", ");
}

// When, as briefly as a list needs it.
export function whenOf({ since, until }, zone) {
  return since === until ? brief(since, zone) : W.sighting.between(brief(since, zone), brief(until, zone));
}

export const whenWhole = ({ since, until }, zone) =>
  (since === until ? stamp(since, zone) : W.sighting.between(stamp(since, zone), stamp(until, zone)));
