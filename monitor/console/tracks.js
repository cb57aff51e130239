// The positions of one ship, asked for when she is chosen, and what stands between them.
import { get } from "./api.js";
import { past, show } from "./picture.js";
import { bowOf } from "./ships.js";
import { ms } from "./time.js";

export const GAP_MS = 3600000; // of an hour without a fix nothing is said to have been heard
const DAY_MS = 86400000;

export class Track {
  ship = "";
  days = "";
  until = "";
  read = 0; // counts what was read
  rows = [];
  trouble = "";
  reading = false;

  // Her fixes of the last days before her last fix; read again when there are newer ones. In the
  // past hers are those up to that instant: of one that is gone back to, all is read anew.
  async ask(vessel, days) {
    const ship = String(vessel.mmsi);
    if (this.reading || (this.ship === ship && this.days === days && this.until === vessel.at)) return;
    this.reading = true;
    const same = this.ship === ship && this.days === days && ms(this.until) <= ms(vessel.at);
    const since = same && this.rows.length
      ? new Date(ms(this.rows.at(-1).at) + 1)
      : new Date(ms(vessel.at) - Number(days) * DAY_MS);
    const until = past.at === null ? {} : { until: new Date(ms(vessel.at) + 1).toISOString() };
    try {
      const rows = await get(`/vessels/${ship}/history`, { since: since.toISOString(), ...until });
      this.rows = same ? [...this.rows, ...rows] : rows;
      Object.assign(this, { ship, days, until: vessel.at, trouble: "" });
    } catch (problem) {
      Object.assign(this, { ship, days, until: vessel.at, rows: [], trouble: problem.message });
    }
    this.reading = false;
    this.read += 1;
    show();
  }

  forget() {
    if (!this.ship) return;
    Object.assign(this, { ship: "", days: "", until: "", rows: [], trouble: "" });
    this.read += 1;
  }

  gaps() {
    const found = [];
    for (let i = 1; i < this.rows.length; i += 1) {
      const span = ms(this.rows[i].at) - ms(this.rows[i - 1].at);
      if (span > GAP_MS) found.push({ from: this.rows[i - 1], to: this.rows[i], span });
    }
    return found;
  }

  drawing() {
    if (this.rows.length < 2) return [];
    const features = [];
    let piece = [point(this.rows[0])];
    for (let i = 1; i < this.rows.length; i += 1) {
      const [before, row] = [this.rows[i - 1], this.rows[i]];
      const unheard = ms(row.at) - ms(before.at) > GAP_MS;
      if (unheard || row.track !== before.track) {
        features.push(line(piece, true));
        if (unheard) features.push(line([point(before), point(row)], false));
        piece = [];
      }
      piece.push(point(row));
    }
    features.push(line(piece, true));
    return features.filter(Boolean);
  }
}

// That of the ship that is chosen.
export const track = new Track();

export const MOST_TRACKS = 6;
const kept = new Map(); // those that are kept on the map, by MMSI

export const keptNumbers = (view) => view.tracks.split(",").filter(Boolean);

// What the address wants kept, in its order: each with the vessel, where she is known.
export function keptTracks(view, vessels) {
  const wanted = keptNumbers(view);
  for (const each of [...kept.keys()]) if (!wanted.includes(each)) kept.delete(each);
  return wanted.map((each) => {
    if (!kept.has(each)) kept.set(each, new Track());
    return { mmsi: each, track: kept.get(each), vessel: vessels.get(Number(each)) };
  });
}

const point = (row) => [row.lon, row.lat];

function line(points, heard) {
  if (points.length < 2) return null;
  return {
    type: "Feature", properties: { heard },
    geometry: { type: "LineString", coordinates: points },
  };
}

// The fix at or before an instant, and the one behind it.
export function around(at) {
  let [low, high] = [0, track.rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ms(track.rows[middle].at) <= at) low = middle + 1;
    else high = middle;
  }
  return [track.rows[low - 1] ?? null, track.rows[low] ?? null];
}

// Where the slider stands: at a fix; in a silence nowhere.
export function at(view) {
  if (!view.at || track.ship !== view.ship) return [];
  const [row, next] = around(Number(view.at) * 1000);
  if (!row) return [];
  if (next && ms(next.at) - ms(row.at) > GAP_MS && Number(view.at) * 1000 - ms(row.at) > 60000) {
    return [];
  }
  const bow = bowOf(row);
  return [{
    type: "Feature",
    geometry: { type: "Point", coordinates: point(row) },
    properties: { glyph: bow === null ? "round" : "arrow", bow: bow ?? 0 },
  }];
}
