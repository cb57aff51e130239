// Single keys. They do nothing while somebody writes, and nothing at all where that is chosen.
import { start } from "./acts.js";
import { go, view } from "./address.js";
import { turnPalette, turnZone } from "./bar.js";
import { dialog, openDialog } from "./dialogs.js";
import { beginDrawing } from "./drawing.js";
import { onMapKey, showPlace, showPorts } from "./map.js";
import { stepPast, turnPast, turnPlay } from "./past.js";
import { picture } from "./picture.js";
import { kept } from "./prefs.js";
import { step } from "./queue.js";

const TABS = ["alerts", "ships", "ports", "feeds"];

function toChosen() {
  const found = picture.alerts.get(view.alert) ?? picture.vessels.get(Number(view.ship));
  if (found) showPlace(found.lon, found.lat);
}

const KEYS = {
  j: () => step(1), k: () => step(-1),
  a: () => start("ack"), s: () => start("assign"), c: () => start("close"), m: () => start("mute"),
  d: beginDrawing, f: () => showPorts(), g: toChosen, n: turnPalette, u: turnZone, "?": () => openDialog("help"),
  h: turnPast, "[": () => stepPast(-600), "]": () => stepPast(600), "{": () => stepPast(-3600),
  "}": () => stepPast(3600), p: turnPlay,
  "/": () => document.getElementById("search").focus(),
  ...Object.fromEntries(TABS.map((tab, i) => [String(i + 1), () => go({ tab })])),
};
const ALWAYS = { Escape: () => go({ alert: "", ship: "", at: "" }) };
const IN_QUEUE = { ArrowDown: () => step(1), ArrowUp: () => step(-1) };

export function onKey(event) {
  const { target, key } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || dialog.name || onMapKey(event)) return;
  const writes = target.matches?.("input, textarea, select");
  if (writes && key !== "Escape") return;
  if (writes) return target.blur();
  const act = ALWAYS[key] ?? (target.closest?.(".rows") && IN_QUEUE[key])
    ?? (kept("keys", true) ? KEYS[key.toLowerCase()] : null);
  if (!act) return;
  event.preventDefault();
  act();
}
