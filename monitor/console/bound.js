// Where a dark ship can be: no farther than she comes at the greatest speed that she can make.
import { ring } from "./geo.js";
import { happened, figures, isHers } from "./story.js";
import { ms, now } from "./time.js";
import { track } from "./tracks.js";

const HOUR_MS = 3600000;
// As the watch reckons it (feasible.py): with all her power, as a ship of trade at least, and as fast
// as frigates and ferries where she was heard under way in fewer hours than tell.
const [MARGIN_SHARE, TRADE_KN, FASTEST_KN, KNOWN_HOURS, UNDER_WAY_KN] = [1.6, 16, 30, 24, 3];
const SPHEROID = 1.006; // miles on the sphere are true to this: the bound must hold
const MOST_NM = 2000; // farther, a ring says nothing
const MOST_LAT = 80; // and no map has one about a pole

let known = { read: -1, kn: FASTEST_KN, hours: 0 };

function byTrack(ship) {
  if (track.ship !== String(ship.mmsi)) return { kn: FASTEST_KN, hours: 0 };
  if (known.read !== track.read) {
    const moving = track.rows.filter((row) => row.sog_kn >= UNDER_WAY_KN);
    const hours = new Set(moving.map((row) => Math.floor(ms(row.at) / HOUR_MS))).size;
    const own = moving.reduce((most, row) => Math.max(most, row.sog_kn * MARGIN_SHARE), TRADE_KN);
    known = { read: track.read, kn: hours >= KNOWN_HOURS ? own : Math.max(own, FASTEST_KN), hours };
  }
  return known;
}

// The event that tells of the silence she is in; null: there is none.
export const darkNow = (ship) => (isHers(ship)
  ? happened("WentDark").find((each) => Math.abs(ms(figures(each).silent_since) - ms(ship.at)) < 1000) ?? null : null);

// Null: what is told of her is not read yet, and a wider bound would be shown meanwhile.
export function boundOf(ship) {
  if (!isHers(ship)) return null;
  const told = darkNow(ship);
  const own = byTrack(ship);
  const kn = told ? figures(told).greatest_kn : own.kn;
  const span = Math.max(0, now() - ms(ship.at));
  const nm = (span / HOUR_MS) * kn * SPHEROID;
  return { told, kn, span, nm, isKnown: Boolean(told) || own.hours >= KNOWN_HOURS,
    isDrawn: nm <= MOST_NM && Math.abs(ship.lat) + nm / 60 < MOST_LAT };
}

export const boundRing = (ship, of) => ring(ship.lon, ship.lat, of.nm, 144);
