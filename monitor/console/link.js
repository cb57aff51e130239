// Keeps the picture true: by the stream where there is one, else by asking; and begins again.
import { get, Problem, proof, whoAmI } from "./api.js";
import { dialog, openDialog } from "./dialogs.js";
import {
  byShip, heard, live, lost, picture, show, showNow, takeAlert, takeAlerts, takeEvent, takePositions, takeVessels,
} from "./picture.js";
import { listen, NoStream } from "./stream.js";
import { realNow, setServerTime } from "./time.js";
import { W } from "./words.js";

const LIVE = "/live?topics=events,alerts,positions,feeds";
const ALERTS_MS = 5000; // while there is no stream
const VESSELS_MS = 10000;
const SAYS_MS = 60000; // the stream tells where ships are, not what they say
const STATUS_MS = 10000;
const CALLS_MS = 60000;
const STREAM_AGAIN_MS = 60000; // where the server has no stream
const SETTLED_MS = 2000; // until the first picture is drawn
const FIRST_WAIT_MS = 1000;
const MOST_WAIT_MS = 30000;
const SINCE_DAYS = 30; // of port calls and voyages that are over, sightings and interference
const MOST_LATELY = 1000; // the map has no room for more

let lastId = "";
let streaming = false;
let callsAreOld = false;

const pause = (span) => new Promise((done) => setTimeout(done, span * (0.5 + Math.random())));
const since = () => new Date(realNow() - SINCE_DAYS * 86400000).toISOString();

async function status() {
  live.status = await get("/status");
  setServerTime(live.status.now, live.status.clock_speed);
}

async function calls() {
  callsAreOld = false;
  [live.calls, live.voyages] = await Promise.all([
    get("/port-calls", { since: since() }), get("/voyages", { since: since() }),
  ]);
}

async function alerts() {
  const asked = performance.now(); // what the stream tells meanwhile is newer
  takeAlerts(await get("/alerts"), asked);
}

const watched = async () => { live.watched = byShip(await get("/watched")); };
const vessels = async () => takeVessels(await get("/vessels"));

const areas = async () => { picture.areas = await get("/areas"); };
const lately = (what) => get(`/collections/${what}/items`,
  { datetime: `${since()}/..`, limit: String(MOST_LATELY) });
const sightings = async () => { picture.sightings = await lately("sightings"); };
const disturbed = async () => { picture.disturbed = await lately("interference"); };
const fences = async () => { picture.fences ??= await get("/geofences"); };
const gates = async () => { picture.gates ??= await get("/collections/gates/items"); };

// Each is shown when it is there: the queue does not wait for ten thousand ships.
export async function loadAll() {
  const first = !live.status;
  const parts = [alerts, status, fences, gates, areas, vessels, calls, watched, sightings, disturbed];
  await Promise.all(parts.map((each) =>
    each().then(() => (first ? showNow() : show()))));
}

// Ask for one thing again and again, while `when` holds; what fails is tried again later.
async function every(span, what, when) {
  for (;;) {
    await pause(span);
    if (!when() || document.visibilityState === "hidden" && span > ALERTS_MS) continue;
    try {
      await what();
      if (!streaming) heard("polling");
    } catch (problem) {
      if (!streaming && problem instanceof Problem && problem.status === 0) lost(problem.message);
    }
    show();
  }
}

function taken(event, text, id) {
  if (id) lastId = id;
  const data = JSON.parse(text);
  if (event === "alert") takeAlert(data);
  else if (event === "positions") strangers(takePositions(data));
  else if (event === "event") {
    callsAreOld = true;
    takeEvent(data);
  }
  else if (event === "feeds" && live.status) live.status.feeds = data.feeds ?? data;
  else if (event === "reset") loadAll().catch(() => {});
  show();
}

let asking = false;

// Who is new has a name that the stream does not tell: all are asked for, once in a while.
async function strangers(found) {
  if (!found.length || asking) return;
  asking = true;
  await pause(2000);
  await vessels().catch(() => {});
  asking = false;
}

// Reading may need a login as well: ask for it, and wait until somebody logged in.
function letIn(why) {
  return new Promise((then) => { openDialog("sign-in", { then, why }); waitOut(then); });
}

// Whoever shuts the dialog is asked again with the next try.
async function waitOut(then) {
  while (dialog.name) await pause(500);
  setTimeout(then, 5000);
}

export async function keepLink() {
  whoAmI().catch(() => {}); // who only reads need not wait for it
  for (;;) {
    try {
      await loadAll();
      heard("polling");
      break;
    } catch (problem) {
      lost(problem.message);
      if (problem.status === 401) await letIn(problem.message);
      else await pause(2000);
    }
  }
  const polling = () => !streaming;
  every(ALERTS_MS, alerts, polling);
  every(VESSELS_MS, vessels, polling);
  every(SAYS_MS, vessels, () => streaming);
  every(STATUS_MS, status, () => true);
  every(CALLS_MS, calls, () => true);
  every(CALLS_MS, areas, () => true);
  every(CALLS_MS, watched, () => true);
  every(CALLS_MS, sightings, () => true);
  every(CALLS_MS, disturbed, () => true);
  every(2000, calls, () => callsAreOld);
  let wait = FIRST_WAIT_MS;
  for (;;) {
    try {
      await listen(LIVE, lastId, taken, () => {
        if (!streaming) {
          streaming = true;
          wait = FIRST_WAIT_MS;
          // Whatever was missed: at once, but for the first time, when next to nothing can be.
          if (lastId || picture.link !== "polling") loadAll().catch(() => {});
          else setTimeout(() => loadAll().catch(() => {}), SETTLED_MS);
        }
        heard("live");
      }, proof());
      lost(W.page.ended);
    } catch (error) {
      if (error instanceof NoStream) wait = STREAM_AGAIN_MS;
      else if (streaming) lost(W.page.broke);
    }
    streaming = false;
    await pause(wait);
    wait = Math.min(MOST_WAIT_MS, wait * 2);
  }
}
