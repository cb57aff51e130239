// Single keys. They do nothing while somebody writes, and nothing at all where that is chosen.
import { say, start } from "./acts.js";
import { go, view } from "./address.js";
import { turnPalette, turnZone } from "./bar.js";
import { dialog, openDialog } from "./dialogs.js";
import { beginDrawing } from "./drawing.js";
import { onMapKey, showPlace, showPorts } from "./map.js";
import { turnTrack, turnVectors } from "./mapkey.js";
import { turnMeasure } from "./measure.js";
import { stepPast, turnPast, turnPlay } from "./past.js";
import { picture, showNow } from "./picture.js";
import { kept } from "./prefs.js";
import { step } from "./queue.js";
import { endTool, tool } from "./tools.js";
import { MOST_TRACKS } from "./tracks.js";
import { W } from "./words.js";

const TABS = ["alerts", "ships", "ports", "feeds", "fleets"];

function toChosen() {
  const found = picture.alerts.get(view.alert) ?? picture.vessels.get(Number(view.ship));
  if (found) showPlace(found.lon, found.lat);
}

function keepTrack() {
  const mmsi = view.ship || String(picture.alerts.get(view.alert)?.mmsi ?? "");
  if (mmsi && !turnTrack(mmsi)) say(W.map.mostTracks(MOST_TRACKS), true);
}

const KEYS = {
  j: () => step(1), k: () => step(-1),
  a: () => start("ack"), s: () => start("assign"), c: () => start("close"), m: () => start("mute"),
  d: beginDrawing, f: () => showPorts(), g: toChosen, n: turnPalette, u: turnZone, "?": () => openDialog("help"),
  h: turnPast, "[": () => stepPast(-600), "]": () => stepPast(600), "{": () => stepPast(-3600),
  "}": () => stepPast(3600), p: turnPlay, r: turnMeasure, v: turnVectors, t: keepTrack,
  "/": () => document.getElementById("search").focus(),
  ...Object.fromEntries(TABS.map((tab, i) => [String(i + 1), () => go({ tab })])),
};
const ALWAYS = {
  Escape: () => (tool.click ? (endTool(), showNow()) : go({ alert: "", ship: "", at: "" })),
};
const IN_QUEUE = { ArrowDown: () => step(1), ArrowUp: () => step(-1) };

export function onKey(event) {
  const { target, key } = event;
  // AltGr, by which many keyboards write brackets, may say that it is Ctrl and Alt.
  const held = (event.ctrlKey || event.altKey) && !event.getModifierState("AltGraph");
  if (held || event.metaKey || dialog.name || onMapKey(event)) return;
  const writes = target.matches?.("input, textarea, select");
  if (writes && key !== "Escape") return;
  if (writes) return target.blur();
  const act = ALWAYS[key] ?? (target.closest?.(".rows") && IN_QUEUE[key])
    ?? (kept("keys", true) ? KEYS[key.toLowerCase()] : null);
  if (!act) return;
  event.preventDefault();
  act();
}
