// How old a fix is decides how a ship is drawn: who is dark is not where she was last heard.
import { plain } from "./dom.js";
import { reached } from "./geo.js";
import { length, ms, now } from "./time.js";
import { W } from "./words.js";

export const FRESH_MS = 10 * 60000; // three reports of a ship at anchor (M.1371: one in 3 min)
export const FADED_MS = 60 * 60000;
export const DARK_MS = 4 * 3600000; // the watch itself says "went dark" after 4 h
const LEAST_OPACITY = 0.5;
const UNDER_WAY_KN = 0.5;

const MOST_NAMES = 300; // more of them, far off, are in each other's way, and cost frames

export const HEARD = { "1h": 1, "6h": 6, "24h": 24, "7d": 168, any: Infinity };

export const CLASSES = ["cargo", "tanker", "passenger", "fishing", "tug", "sailing", "other"];

export function classOf(vessel) {
  const words = (vessel.ship_type_text ?? "").toLowerCase();
  return CLASSES.find((each) => words.startsWith(each)) ?? "other";
}

export const nameOf = (vessel) => plain(vessel?.name) || `MMSI ${vessel?.mmsi ?? "unknown"}`;

// Numbers of ships whose port call says that they are dark.
export function darkOnes(calls) {
  return new Set(calls.filter((call) => call.state === "dark").map((call) => call.mmsi));
}

// When she was heard last, read once a record: ten thousand of them are asked for each second.
export const heardMs = (vessel) => (vessel.at_ms ??= ms(vessel.at));

// fresh, fading, old (last heard there), dark (not there any more, for all we know).
export function ageOf(vessel, dark) {
  const age = now() - heardMs(vessel);
  if (age > DARK_MS || dark.has(vessel.mmsi)) return "dark";
  if (age > FADED_MS) return "old";
  return age > FRESH_MS ? "fading" : "fresh";
}

export function opacityOf(vessel, age) {
  if (age === "fresh" || age === "dark") return 1;
  if (age === "old") return LEAST_OPACITY;
  const part = (now() - heardMs(vessel) - FRESH_MS) / (FADED_MS - FRESH_MS);
  return 1 - (1 - LEAST_OPACITY) * Math.min(1, Math.max(0, part));
}

// Where her bow points: her heading, else her course while she makes way; null: not known.
export function bowOf(vessel) {
  const heading = vessel.heading_deg;
  if (Number.isFinite(heading) && heading < 360) return heading;
  const makesWay = vessel.sog_kn > UNDER_WAY_KN && Number.isFinite(vessel.cog_deg);
  return makesWay ? vessel.cog_deg : null;
}

// Those that map and list show, for both the same.
export function shown(vessels, view) {
  const since = now() - HEARD[view.heard] * 3600000;
  const asked = view.q.trim().toLowerCase();
  return [...vessels.values()].filter((each) =>
    String(each.mmsi) === view.ship
    || ((asked || heardMs(each) >= since)
      && (!view.cls || classOf(each) === view.cls)
      && (!asked || matches(each, asked))));
}

function matches(vessel, asked) {
  return [vessel.name, vessel.mmsi, vessel.imo, vessel.callsign].some((word) =>
    String(word ?? "").toLowerCase().includes(asked));
}

export function features(vessels, view, dark, alerted, near = true) {
  const found = shown(vessels, view);
  const named = near || found.length <= MOST_NAMES;
  return found.map((vessel) => {
    const age = ageOf(vessel, dark);
    const bow = age === "dark" ? null : bowOf(vessel);
    const shape = age === "dark" ? "gone" : bow === null ? "round" : "arrow";
    const since = age === "fresh" ? "" : `\n${W.time.ago(length(now() - heardMs(vessel)))}`;
    return {
      type: "Feature",
      id: vessel.mmsi,
      geometry: { type: "Point", coordinates: [vessel.lon, vessel.lat] },
      properties: {
        mmsi: vessel.mmsi,
        glyph: age === "old" ? `${shape}-hollow` : shape,
        bow: bow ?? 0,
        age,
        opacity: opacityOf(vessel, age),
        late: Boolean(vessel.late),
        label: !named && !alerted.has(vessel.mmsi) && String(vessel.mmsi) !== view.ship ? ""
          : age === "dark" ? `${nameOf(vessel)}\n${W.panel.lastHeard(since.trim())}`
          : nameOf(vessel) + since + (vessel.late ? `\n${W.past.late}` : ""),
        weight: alerted.has(vessel.mmsi) ? 0 : age === "dark" ? 2 : 1,
        alerted: alerted.has(vessel.mmsi),
      },
    };
  });
}

const LEAST_VECTOR_KN = 0.5;

// Where each comes to in so many minutes if she goes on as she went; of one that was not heard for
// an hour that is not said.
export function vectors(vessels, view, dark) {
  const minutes = Number(view.vec);
  if (!minutes) return [];
  return shown(vessels, view).flatMap((vessel) => {
    const { lon, lat, sog_kn: speed, cog_deg: course } = vessel;
    const age = ageOf(vessel, dark);
    const goes = speed > LEAST_VECTOR_KN && Number.isFinite(course);
    if (!goes || age === "dark" || age === "old") return [];
    const end = reached([lon, lat], course, (speed * minutes) / 60);
    return [{
      type: "Feature", properties: { mmsi: vessel.mmsi },
      geometry: { type: "LineString", coordinates: [[lon, lat], end] },
    }];
  });
}
