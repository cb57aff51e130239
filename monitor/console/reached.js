// The sea that a dark ship can have come to, as the watch reckons it: asked while she is looked at. It
// is asked as of a little later, so that it never is too small, and anew when that has come.
import { get } from "./api.js";
import { past, show } from "./picture.js";
import { ms, now } from "./time.js";

const AHEAD_MS = 600000;
const found = { key: "", shape: null };
let asking = "";

// Its shape, GeoJSON; null: not known, or not yet. Of the past it tells what is known by now: not shown.
export function seaReached(ship) {
  if (past.at !== null) return null;
  const until = Math.ceil(now() / AHEAD_MS) * AHEAD_MS;
  const key = [ship.mmsi, ship.at, until].join(" ");
  if (key !== found.key && key !== asking) ask(ship, until, key);
  return key === found.key ? found.shape : null;
}

async function ask(ship, until, key) {
  asking = key;
  let shape = null;
  try {
    const rows = await get("/ask/reach", { mmsi: ship.mmsi, at: new Date(until).toISOString() });
    shape = rows.find((row) => Math.abs(ms(row.heard_at) - ms(ship.at)) < 1000)?.shape ?? null;
  } catch {
    // the ring stays, which is a bound as well
  }
  if (asking !== key) return;
  Object.assign(found, { key, shape });
  asking = "";
  show();
}
