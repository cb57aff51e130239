// History: the whole page as it stood at an instant, read from the lists under /past, and played.
import { go, onView, view } from "./address.js";
import { get } from "./api.js";
import { byShip, live, past, picture, show, showNow } from "./picture.js";
import { ms, realNow, showAt } from "./time.js";

const TICK_MS = 1000;
const AFRESH_S = 6 * 3600; // beyond that all ships are asked for, not only those heard since

export const history = {
  wanted: null, // ms: what is asked for; null: now
  trouble: "",
  playing: false,
  speed: 60,
  known: null, // alerts that stood when the past was entered
};

let reading = false;
let timer = 0;

export const inPast = () => past.at !== null;

function leave() {
  stop();
  Object.assign(past, { at: null, vessels: new Map(), alerts: new Map(), calls: [], voyages: [] });
  Object.assign(history, { wanted: null, trouble: "" });
  showAt(null);
  showNow();
}

// Only what was heard since is asked for while time goes on.
async function vesselsAt(at, iso) {
  const on = past.at !== null && at > past.at && at - past.at <= AFRESH_S * 1000;
  const since = on ? { since: new Date(past.at).toISOString() } : {};
  const records = await get("/past/vessels", { at: iso, ...since });
  const found = on ? new Map(past.vessels) : new Map();
  for (const each of records) found.set(each.mmsi, each);
  return found;
}

async function readAt(at) {
  const iso = new Date(at).toISOString();
  const [vessels, alerts, calls, voyages, ports, watched] = await Promise.all([
    vesselsAt(at, iso),
    ...["alerts", "port-calls", "voyages", "ports"].map((name) => get(`/past/${name}`, { at: iso })),
    get("/watched", { at: iso }),
  ]);
  if (history.wanted === null) return;
  const came = ({ arrived }) => ms(arrived.at ?? arrived.latest ?? arrived.earliest) || 0;
  calls.sort((a, b) => came(a) - came(b) || a.mmsi - b.mmsi); // oldest first, as the list of now
  Object.assign(past, {
    at, vessels, calls, voyages, ports, watched: byShip(watched), alerts: new Map(alerts.map((each) => [each.id, each])),
  });
  showAt(at);
}

// One at a time; whatever is wanted when it is there is read next.
async function read() {
  if (reading) return;
  reading = true;
  while (history.wanted !== null && history.wanted !== past.at) {
    const at = history.wanted;
    try {
      await readAt(at);
      history.trouble = "";
    } catch (problem) {
      history.trouble = problem.message;
      stop();
      if (history.wanted === at) break;
    }
    showNow();
  }
  reading = false;
  show();
}

function follow() {
  const wanted = view.t ? Number(view.t) * 1000 : null;
  if (wanted === history.wanted) return;
  if (wanted === null) return leave();
  if (history.wanted === null) history.known = null;
  history.wanted = wanted;
  history.trouble = "";
  read();
}

// Go to an instant, seconds since 1970; to one that has not come yet: back to now.
export function goPast(at) {
  const end = Math.floor(realNow() / 1000);
  if (at >= end) stop();
  go({ t: at >= end ? "" : String(Math.max(0, Math.round(at))) }, Boolean(view.t));
}

export const stepPast = (by) => goPast((view.t ? Number(view.t) : realNow() / 1000) + by);
export const turnPast = () => (view.t ? go({ t: "" }) : stepPast(-600));

function stop() {
  clearInterval(timer);
  timer = 0;
  history.playing = false;
}

export function turnPlay() {
  if (timer) {
    stop();
    return show();
  }
  if (!view.t) stepPast(-3600);
  history.playing = true;
  timer = setInterval(() => {
    if (!reading) goPast(Number(view.t) + (history.speed * TICK_MS) / 1000);
  }, TICK_MS);
  return show();
}

// Alerts that were raised now, while somebody looks at the past.
export function newNow() {
  if (!picture.knowsAlerts) return 0;
  history.known ??= new Set(live.alerts.keys());
  return [...live.alerts.values()].filter((each) =>
    each.state === "open" && !each.muted && !history.known.has(each.id)).length;
}

onView(follow);
follow();
