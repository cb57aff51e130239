// What is known, and how old it is. Changes come as fast as they like; they are shown once a second.
import { plain } from "./dom.js";
import { ms } from "./time.js";

// What is so now; it goes on behind what is shown of the past.
export const live = {
  vessels: new Map(), // mmsi → record of /vessels, with heading_deg where the stream told it
  alerts: new Map(), // id → record of /alerts, those that stand
  calls: [],
  voyages: [],
  status: null,
  watched: new Map(), // mmsi → records of /watched
  told: new Map(), // mmsi → how many events came of her
};

// How it was at an instant, as past.js asked for it; `at` null: what is so now is shown.
export const past = {
  at: null, // ms
  vessels: new Map(), alerts: new Map(), calls: [], voyages: [], ports: [], watched: new Map(),
};

const shown = () => (past.at === null ? live : past);

// Of what is asked for as it is known now: whether it was there at the instant that is shown.
export const byThen = (at) => past.at === null || ms(at) <= past.at;

// What is shown.
export const picture = {
  get vessels() { return shown().vessels; },
  get alerts() { return shown().alerts; },
  get calls() { return shown().calls; },
  get voyages() { return shown().voyages; },
  get watched() { return shown().watched; },
  get status() {
    return past.at === null || !live.status ? live.status : { ...live.status, ports: past.ports };
  },
  fences: null,
  gates: null,
  areas: null, // GeoJSON of /areas: what whoever looks on may see
  disturbed: null, // GeoJSON of areas of interference lately
  sightings: null, // GeoJSON of what people and satellites saw lately: beside AIS, in no count
  link: "loading", // loading, live, polling, lost
  why: "", // words about a lost link
  heardMs: 0, // when the watch was last heard, by this machine's clock
  lostMs: 0,
  moved: 0, // counts changes of positions
  raised: [], // alerts that are new since they were last asked for
};

const SHOW_MS = 1000;
const SOON_MS = 50; // of alerts: what one officer does another sees at once
const listeners = new Set();
let timer = 0;

export function onPicture(listener) {
  listeners.add(listener);
}

export function showNow() {
  clearTimeout(timer);
  timer = 0;
  for (const listener of listeners) listener();
}

export function show(span = SHOW_MS) {
  if (timer && span >= SHOW_MS) return;
  clearTimeout(timer);
  timer = setTimeout(showNow, span);
}

// Matches by ship.
export function byShip(records) {
  const found = new Map();
  for (const each of records) found.set(each.mmsi, [...(found.get(each.mmsi) ?? []), each]);
  return found;
}

export function takeVessels(records) {
  const before = live.vessels;
  live.vessels = new Map(records.map((each) => {
    const known = before.get(each.mmsi);
    if (known && ms(known.at) > ms(each.at)) {
      const { at, lon, lat, sog_kn, cog_deg, heading_deg, status, status_text } = known;
      return [each.mmsi, { ...each, at, at_ms: ms(at), lon, lat, sog_kn, cog_deg, heading_deg, status, status_text }];
    }
    const same = known && known.at === each.at;
    return [each.mmsi, same ? { ...each, heading_deg: each.heading_deg ?? known.heading_deg } : each];
  }));
  picture.moved += 1;
  show();
}

// [[mmsi, at, lon, lat, sog_kn, cog_deg, heading_deg, status], …]; an older one changes nothing.
// Returns those of whom nothing else is known.
export function takePositions(rows) {
  const strangers = [];
  for (const [mmsi, time, lon, lat, sog_kn, cog_deg, heading_deg, status] of rows) {
    const at = typeof time === "number" ? new Date(time / 1000).toISOString() : time;
    const known = live.vessels.get(mmsi);
    if (!known) strangers.push(mmsi);
    if (known && ms(known.at) > ms(at)) continue;
    const status_text = known && known.status === status ? known.status_text : null;
    live.vessels.set(mmsi, {
      mmsi, name: null, ...known, at, at_ms: ms(at), lon, lat, sog_kn, cog_deg, heading_deg, status, status_text,
    });
  }
  picture.moved += 1;
  show();
  return strangers;
}

// Something happened, of one ship or of two.
export function takeEvent({ mmsi, other_mmsi: other }) {
  for (const each of [mmsi, other]) if (each) live.told.set(each, (live.told.get(each) ?? 0) + 1);
  show();
}

const stands = (alert) => alert.state === "open" || alert.state === "acknowledged";

const told = new Map(); // id → what the stream told of it last, and when; until a list knows it
let askedLast = -1;

// All that stood when it was asked for, by performance.now(); the first time nothing is new.
export function takeAlerts(records, asked) {
  if (asked < askedLast) return; // a newer list came first
  askedLast = asked;
  const before = live.alerts;
  const list = new Map(records.map((each) => [each.id, each]));
  for (const [id, { record, at }] of told) {
    if (at < asked) told.delete(id);
    else if (!(list.get(id)?.revision > record.revision)) list.set(id, record);
  }
  const now = [...list.values()];
  live.alerts = new Map(now.filter(stands).map((each) => [each.id, each]));
  if (picture.knowsAlerts) now.forEach((each) => noteNew(before.get(each.id), each));
  picture.knowsAlerts = true;
  show();
}

export function takeAlert(record) {
  const before = told.get(record.id)?.record ?? live.alerts.get(record.id);
  if (before && before.revision > record.revision) return;
  told.set(record.id, { record, at: performance.now() });
  const shown = live.alerts.get(record.id);
  if (stands(record)) live.alerts.set(record.id, record);
  else live.alerts.delete(record.id);
  noteNew(shown, record);
  show(SOON_MS);
}

// New: not there before, or open again.
function noteNew(before, record) {
  const reopened = before && before.state !== "open" && record.state === "open";
  if (record.state === "open" && !record.muted && (!before || reopened)) picture.raised.push(record);
}

export function heard(link) {
  picture.heardMs = Date.now();
  picture.link = link;
  picture.why = "";
  show();
}

export function lost(why) {
  if (picture.link !== "lost") picture.lostMs = Date.now();
  picture.link = "lost";
  picture.why = why;
  show();
}

// A port by its name, as the geofences have it.
export function portName(id) {
  const found = picture.fences?.features.find(({ properties }) => properties.port === id);
  return plain(found?.properties.port_name ?? id ?? "");
}

const WEIGHT = { critical: 3, warning: 2, info: 1 };

// Those that nobody has acknowledged first; of these the gravest; of these the newest.
export function queue() {
  return [...picture.alerts.values()].sort((a, b) =>
    (a.state === "open" ? 0 : 1) - (b.state === "open" ? 0 : 1)
    || Number(a.muted) - Number(b.muted)
    || WEIGHT[b.severity] - WEIGHT[a.severity]
    || ms(b.changed_at) - ms(a.changed_at));
}
