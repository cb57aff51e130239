// The address holds the whole view: whoever opens it sees the same.
import { kept } from "./prefs.js";

const FIRST = () => ({
  tab: "alerts", // alerts, ships, ports, feeds, fleets
  alert: "", // id of the alert whose card is open
  ship: "", // MMSI of the ship that is chosen
  fleet: "", // name of the watchlist whose ships are shown; "": the first
  seen: "", // number of the sighting that is chosen
  map: "", // lat,lon,zoom
  pal: kept("pal", "day"), // day, dusk, night
  tz: kept("tz", "utc"), // utc, local
  q: "", // what is searched for
  cls: "", // class of ships that are shown; "": all
  heard: "7d", // how long ago ships may have been heard last
  days: "3", // how much of a track is shown
  at: "", // where on the track the slider stands, seconds since 1970
  vec: "15", // minutes of speed vectors; 0: none
  tracks: "", // MMSIs of ships whose tracks are kept on the map
  t: "", // the instant in the past that is shown, seconds since 1970; "": now
});
const ALLOWED = {
  fleet: /^[a-z0-9-]{0,40}$/, tab: /^(alerts|ships|ports|feeds|fleets)$/, alert: /^[0-9a-f]{0,32}$/, ship: /^\d{0,9}$/, seen: /^\d{0,15}$/,
  map: /^-?\d+(\.\d+)?,-?\d+(\.\d+)?,\d+(\.\d+)?$|^$/, pal: /^(day|dusk|night)$/,
  tz: /^(utc|local)$/, q: /^.{0,60}$/, cls: /^[a-z-]{0,20}$/, heard: /^(1h|6h|24h|7d|any)$/,
  days: /^(1|3|7|30)$/, at: /^\d{0,12}$/, t: /^\d{0,10}$/,
  vec: /^(0|6|15|30|60)$/, tracks: /^(\d{1,9}(,\d{1,9}){0,5})?$/,
};

export const view = FIRST();
const listeners = new Set();

export function onView(listener) {
  listeners.add(listener);
}

function read() {
  const next = FIRST();
  for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
    if (ALLOWED[name]?.test(value)) next[name] = value;
  }
  Object.assign(view, next);
  for (const listener of listeners) listener(view);
}

export function address(of = view) {
  const first = FIRST();
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(of)) {
    if (value !== first[name] || name === "pal" || name === "tz") words.set(name, value);
  }
  return `#${words.toString().replaceAll("%2C", ",")}`;
}

// Change the view; `quiet`: no step of its own in the browser's history. There is one card: that of a
// sighting gives way to whatever else is chosen.
export function go(change, quiet = false) {
  const other = "ship" in change || "alert" in change;
  Object.assign(view, other ? { seen: "" } : {}, change);
  if (address() !== location.hash) {
    history[quiet ? "replaceState" : "pushState"](null, "", address());
  }
  for (const listener of listeners) listener(view);
}

addEventListener("hashchange", read);
addEventListener("popstate", read);
read();
