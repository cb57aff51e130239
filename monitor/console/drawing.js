// Drawing an area: corners by clicks, or by keys at the middle of the map.
import { del, post } from "./api.js";
import { say } from "./acts.js";
import { openDialog } from "./dialogs.js";
import { html } from "./dom.js";
import { past, picture, showNow } from "./picture.js";
import { works } from "./prefs.js";
import { endTool, takeTool, tool } from "./tools.js";
import { W } from "./words.js";

export const drawing = { on: false, corners: [], changed: 0 };
const TOOL = "area";
const LEAST = 3;
const FOCUS_MS = 100;

function change(words) {
  Object.assign(drawing, words, { changed: drawing.changed + 1 });
  showNow();
}

// An area is in force from now on, so in the past none is drawn or removed.
function isPast() {
  if (past.at !== null) say(W.past.noActs, true);
  return past.at !== null;
}

export function beginDrawing() {
  if (isPast()) return null;
  if (!works()) return openDialog("sign-in", { then: beginDrawing });
  takeTool(TOOL, (lng, lat) => corner({ lng, lat }), () => change({ on: false, corners: [] }));
  change({ on: true, corners: [] });
  // A dialog that closes gives the focus back first.
  return setTimeout(() => document.getElementById("map")?.querySelector("canvas")?.focus(), FOCUS_MS);
}

export const endDrawing = () => tool.name === TOOL && endTool();

// A corner; one in the place of the last is a finger that trembled.
export function corner({ lng, lat }) {
  const at = [Number((((lng + 540) % 360) - 180).toFixed(6)), Number(lat.toFixed(6))];
  const last = drawing.corners.at(-1);
  if (!last || last[0] !== at[0] || last[1] !== at[1]) change({ corners: [...drawing.corners, at] });
}

export const undo = () => change({ corners: drawing.corners.slice(0, -1) });

export function finishDrawing() {
  if (isPast()) return null;
  if (drawing.corners.length < LEAST) return say(W.area.few, true);
  return openDialog("area");
}

// Longitudes go on beyond 180 rather than round the earth: the watch puts such an area right.
export function ring() {
  const first = drawing.corners[0][0];
  const found = drawing.corners.map(([lon, lat]) => [first + ((lon - first + 540) % 360) - 180, lat]);
  return [...found, found[0]];
}

export async function keepArea({ name, shared, tells }) {
  try {
    const made = await post("/areas", {
      name, shared, tells, geometry: { type: "Polygon", coordinates: [ring()] },
    });
    picture.areas = { ...picture.areas, features: [...(picture.areas?.features ?? []), made] };
    endDrawing();
    say(W.area.done(made.properties.name));
  } catch (problem) {
    say(`${W.area.title}: ${problem.message}`, true);
  }
}

export async function removeArea(area) {
  if (isPast()) return;
  try {
    await del(`/areas/${encodeURIComponent(area.id)}`);
    picture.areas = {
      ...picture.areas, features: picture.areas.features.filter((each) => each.id !== area.id),
    };
    say(W.area.removed(area.properties.name));
  } catch (problem) {
    say(problem.message, true);
  }
}

const KEYS = {
  Enter: (map) => corner(map.getCenter()), Backspace: undo, d: finishDrawing, D: finishDrawing,
  Escape: endDrawing,
};

// While something is drawn these keys are its own; arrows move the map, as it has the focus.
export function drawingKey(event, map) {
  const act = drawing.on && map && !event.target.closest?.("button, input, dialog") && KEYS[event.key];
  if (!act) return false;
  event.preventDefault();
  act(map);
  return true;
}

export const Cross = () => (drawing.on ? html`<span class="cross" aria-hidden="true">+</span>` : null);

export const AreasButton = () => html`<span class="drawing"><button onClick=${() => openDialog("areas")}>
  ${W.area.areas}</button></span>`;

export function Drawing() {
  if (!drawing.on) return null;
  return html`<div class="drawing on" role="group" aria-label=${W.area.title}>
    <p>${W.area.how} <b role="status">${W.area.corners(drawing.corners.length)}</b></p>
    <p class="buttons"><button class="main" onClick=${finishDrawing}>${W.area.finish}</button>
      <button disabled=${!drawing.corners.length} onClick=${undo}>${W.area.undo}</button>
      <button onClick=${endDrawing}>${W.area.cancel}</button></p></div>`;
}
