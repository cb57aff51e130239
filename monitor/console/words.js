// What the page says, in one place: another language is another table like this, and those below it.
import { ALERT, EVIDENCE } from "./words/alert.js";
import { FORM, SOUND } from "./words/forms.js";
import { MAP, WATCHED } from "./words/map.js";
import { PAGE, TIME } from "./words/page.js";
import { PANEL } from "./words/panels.js";
import { PAST } from "./words/past.js";
import { FILES, SHIP } from "./words/ship.js";
import { SIGHTING } from "./words/sighting.js";
import { FLEET, STORY } from "./words/story.js";

export const W = {
  alert: ALERT,
  evidence: EVIDENCE,
  ship: SHIP,
  files: FILES,
  sighting: SIGHTING,
  story: STORY,
  fleet: FLEET,
  form: FORM,
  sounds: SOUND,
  panel: PANEL,
  past: PAST,
  map: MAP,
  watched: WATCHED,
  page: PAGE,
  time: TIME,
  name: "Maritime Movement Monitor",
  tabs: { alerts: "Alerts", ships: "Ships", ports: "Ports", feeds: "Feeds", fleets: "Fleets" },
  link: {
    loading: "Loading", live: "Live", polling: "Asking every 5 s", lost: "NOT CONNECTED",
  },
  age: (span) => `${span} old`,
  lost: (span) => `Not connected for ${span}: what is shown is as it was then. Trying again.`,
  palettes: { day: "Day", dusk: "Dusk", night: "Night" },
  severity: { critical: "critical", warning: "warning", info: "info" },
  search: "Name, MMSI, IMO, call sign",
  searchLabel: "Search ships",
  ports: "All ports",
  help: "Keys",
  sound: "Sound",
  signIn: "Sign in",
  signedIn: (by) => `${by}`,
  noAlerts: "Nothing stands. Every alert is closed.",
  queueWords: "Unacknowledged first, then by severity, then the newest.",
  acts: { ack: "Acknowledge", assign: "Assign", close: "Close", mute: "Mute" },
  done: {
    ack: "Acknowledged.", assign: "Assigned.", close: "Closed.", mute: "Muted: what happens from now on is told to nobody.",
  },
  unchanged: "It stood so already.",
  verdicts: { true: "True: it was so", false: "False: it was not so", "not-relevant": "Not relevant" },
  muteUntil: { "": "until the episode ends", 1: "for 1 hour", 4: "for 4 hours", 24: "for 24 hours" },
  states: { open: "open", acknowledged: "acknowledged", closed: "closed", withdrawn: "withdrawn" },
  kinds: (kind) => kind.replace(/(?<!^)([A-Z])/g, " $1").toLowerCase().replace(/^./, (c) => c.toUpperCase()),
  confidence: {
    4: "4: best known", 3: "3: good", 2: "2: wide", 1: "1: not bounded",
  },
  noMap: "The map cannot be drawn: this browser gives no WebGL. The queue, the ships and all cards"
    + " work; ask for hardware acceleration or another browser.",
  notThere: "She is not drawn as a ship: this is where she was last heard, not where she is.",
  nobody: "none",
  ships: (n) => (n === 1 ? "1 ship" : `${n} ships`),
  more: (n) => `${n} more: search, or choose a class.`,
  classes: {
    "": "all classes", cargo: "cargo", tanker: "tanker", passenger: "passenger",
    fishing: "fishing", tug: "tug", sailing: "sailing", other: "other",
  },
  heard: {
    "1h": "heard within 1 h", "6h": "heard within 6 h", "24h": "heard within 24 h",
    "7d": "heard within 7 d", any: "whenever heard",
  },
  area: {
    areas: "Areas", title: "A new area", draw: "Draw an area", finish: "Finish (D)", undo: "Undo (⌫)",
    cancel: "Cancel", shut: "Done", remove: "Remove", keep: "Keep it", none: "Nobody drew an area that you see.",
    how: "Click its corners one after the other; or move the map by its arrows, and Enter puts one at the cross.",
    corners: (n) => (n === 1 ? "1 corner." : `${n} corners.`), few: "An area has three corners at least.",
    name: "Its name", seen: "Who sees it", me: "its owner", all: "all", tells: "Tell me when a ship enters it",
    since: "It is in force from now on. Of an area that its owner alone sees no channel tells.",
    done: (name) => `${name} is in force.`, removed: (name) => `${name} is removed: what was told of it stays.`,
  },
  days: { 1: "1 day", 3: "3 days", 7: "7 days", 30: "30 days" },
  keys: [
    ["J  or  ↓", "next alert"], ["K  or  ↑", "alert before"], ["A", "acknowledge"],
    ["S", "assign"], ["C", "close with a verdict"], ["M", "mute"], ["1 2 3 4 5", "alerts, ships, ports, feeds, fleets"],
    ["/", "search ships"], ["D", "draw an area, and finish it"],
    ["Enter  ⌫", "while drawing: a corner at the cross, and back"], ["F", "all ports on the map"], ["G", "go to what is chosen"],
    ["H", "history, and back to now"], ["[  ]", "10 minutes back, on"], ["{  }", "an hour back, on"],
    ["P", "play, stop"], ["R", "measure"], ["T", "keep or drop the ship's track"], ["V", "speed vectors"],
    ["Shift + click", "a ship's track beside others"], ["N", "day, dusk, night"], ["U", "UTC or local time"], ["Esc", "end what is drawn or measured; close the card"],
    ["?", "this list"],
  ],
};
