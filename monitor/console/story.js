// What is told of the ship that is chosen, and what she said of herself: asked for when she is, and
// again when there is something new.
import { get } from "./api.js";
import { byThen, live, picture, show } from "./picture.js";
import { ms } from "./time.js";

const DAY_MS = 86400000;
const DAYS = 30; // before her last fix
const AGAIN_MS = 60000; // where no stream says that there is something new
const FAILED_MS = 10000;

export const story = { ship: "", key: "", events: [], said: [], hulls: [], trouble: "", read: 0 };
let reading = false;
let failedMs = 0;

const keyOf = (ship) => [
  ship.mmsi, Math.floor(ms(ship.at) / DAY_MS), live.told.get(ship.mmsi) ?? 0, ship.name, ship.draught_m,
  ship.destination, picture.link === "live" ? "" : Math.floor(Date.now() / AGAIN_MS),
].join(" ");

export async function askStory(ship) {
  const key = keyOf(ship);
  if (reading || key === story.key || Date.now() - failedMs < FAILED_MS && story.ship === String(ship.mmsi)) return;
  reading = true;
  const mmsi = String(ship.mmsi);
  const since = new Date(ms(ship.at) - DAYS * DAY_MS).toISOString();
  try {
    const [events, said, hulls] = await Promise.all([
      get("/events", { mmsi, since }), get("/ask/identity", { mmsi }), get("/ask/hulls", { mmsi }),
    ]);
    Object.assign(story, { ship: mmsi, key, events, said, hulls, trouble: "" });
    failedMs = 0;
  } catch (problem) {
    const nothing = story.ship === mmsi ? {} : { events: [], said: [], hulls: [] };
    Object.assign(story, { ship: mmsi, key: "", ...nothing, trouble: problem.message });
    failedMs = Date.now();
  }
  reading = false;
  story.read += 1;
  show();
}

export function forgetStory() {
  if (!story.ship) return;
  Object.assign(story, { ship: "", key: "", events: [], said: [], hulls: [], trouble: "" });
  story.read += 1;
}

export const isHers = (ship) => story.ship === String(ship?.mmsi);
export const figures = (event) => event.evidence.figures;

// Of these kinds, as far as they were told by the instant that is shown; the newest first.
export const happened = (...kinds) => story.events.filter((each) =>
  kinds.includes(each.kind) && each.state !== "withdrawn" && byThen(each.decided_at)).reverse();

// Events that tell the begin and the end of one thing, by what is the same of both; the end is known better.
function joined(events, of) {
  const found = new Map();
  for (const each of [...events].reverse()) found.set(of(each), { ...found.get(of(each)), [each.kind]: each });
  return [...found.values()].reverse();
}

// Silences that the watch told of: how each began, and how it ended where it did.
export const silences = () => joined(happened("WentDark", "Reappeared"),
  (each) => `${each.track} ${figures(each).silent_since}`).map((each) => ({
  dark: each.WentDark, back: each.Reappeared, since: figures(each.WentDark ?? each.Reappeared).silent_since,
}));

const together = (begun, ended, isConvoy) => joined(happened(begun, ended),
  (each) => `${each.mmsi} ${each.track} ${each.other_mmsi} ${each.other_track} ${figures(each).since}`)
  .map((each) => ({ begun: each[begun], ended: each[ended], event: each[ended] ?? each[begun], isConvoy }));

const when = (event) => ms(event.at ?? event.latest ?? event.earliest);

// Whom she met, and with whom she sailed in company; the newest first.
export const company = () => [
  ...together("ShipsMet", "ShipsParted", false), ...together("ConvoyFormed", "ConvoyParted", true),
].sort((a, b) => when(b.event) - when(a.event));

// Gates that she passed, and ports off which she waited; the newest first.
export const passages = () => [
  ...happened("GateCrossed"),
  ...joined(happened("WaitBegun", "WaitEnded"), (each) => `${each.track} ${each.port} ${figures(each).wait}`)
    .map((each) => each.WaitEnded ?? each.WaitBegun),
].sort((a, b) => when(b) - when(a));

// The other of two ships: her number, and her name as she said it then.
export function otherOf(event, ship) {
  const isFirst = event.mmsi === ship.mmsi;
  return { mmsi: isFirst ? event.other_mmsi : event.mmsi, name: isFirst ? figures(event).other_name : event.name };
}

// What she said of one of her fields by the instant that is shown, the oldest first.
export const saidOf = (...fields) => story.said.filter((each) => fields.includes(each.field) && byThen(each.since));
