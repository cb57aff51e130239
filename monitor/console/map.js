// The map: it is made once, and told what changed; it never knows why.
import {
  AttributionControl, GPUInitializationError, Map as GlMap, NavigationControl, prewarm, ScaleControl, setWorkerUrl,
} from "./vendor/maplibre-gl-6.17.0.mjs";
import { go, view } from "./address.js";
import { drawingKey } from "./drawing.js";
import { addGlyphs } from "./glyphs.js";
import { askAgain } from "./layers/coast.js";
import { box } from "./layers/fences.js";
import { giveWay } from "./layers/giveway.js";
import { LAYERS } from "./layers/list.js";
import { ships, signs } from "./layers/ships.js";
import { turnTrack } from "./mapkey.js";
import { PALETTES } from "./palettes.js";
import { past, picture } from "./picture.js";
import { tool } from "./tools.js";
import { W } from "./words.js";

setWorkerUrl(new URL("./vendor/maplibre-gl-worker-6.17.0.mjs", import.meta.url).href);
prewarm(); // the worker begins beside the page, not after it

const NEAR_PX = 8; // a finger or a trembling hand
const FONT = "system-ui, sans-serif";
const SHIP_ZOOM = 10;
let map = null;
let ready = false;
let painted = "";
let placed = false;

// Whether it can be drawn: a browser may give no WebGL.
export function tryMap(place) {
  try {
    makeMap(place);
  } catch (error) {
    if (!(error instanceof GPUInitializationError)) throw error;
  }
  return map !== null;
}

function makeMap(place) {
  const [lat, lon, zoom] = view.map ? view.map.split(",").map(Number) : [33.6, 30, 5];
  placed = Boolean(view.map);
  map = new GlMap({
    container: place,
    style: { version: 8, sources: {}, layers: [] }, // the sea is the page's own colour below it
    center: [lon, lat], zoom, maxZoom: 17, minZoom: 2, attributionControl: false,
    dragRotate: false, boxZoom: false, pitchWithRotate: false, touchPitch: false, localIdeographFontFamily: FONT,
    fadeDuration: 0,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ unit: "nautical", maxWidth: 140 }), "bottom-left");
  map.addControl(new AttributionControl({
    compact: false, customAttribution: `${W.page.attribution} ${W.map.limit}`,
  }), "bottom-right");
  map.on("style.load", () => { // before anything is drawn: ships wait for no coast
    if (map.getLayer("land")) map.addLayer(signs, "ship-names"); // the card was lost, and is back
    else addAll();
    withoutSky();
    ready = true;
    updateMap();
  });
  map.on("webglcontextlost", () => { // until it is back there is no style that could be told anything
    ready = false;
  });
  withoutSky();
  askAgain(map, () => ready);
  map.on("moveend", ({ originalEvent }) => {
    if (!placed && !originalEvent) return;
    const { lng, lat: y } = map.getCenter();
    go({ map: `${y.toFixed(4)},${lng.toFixed(4)},${map.getZoom().toFixed(2)}` }, true);
  });
  map.on("click", ({ point, lngLat, originalEvent }) => {
    if (tool.click) tool.click(lngLat.lng, lngLat.lat);
    else choose(point, originalEvent.shiftKey);
  });
  map.on("mousemove", ({ point }) => {
    map.getCanvas().style.cursor = tool.click ? "crosshair" : hit(point) ? "pointer" : "";
  });
  globalThis.monitorConsole = { map, past, picture, signs, view }; // for tests, and whoever looks closely
}

function addAll() {
  addGlyphs(map);
  for (const layer of LAYERS) layer.add(map, PALETTES[view.pal]);
  giveWay(map, () => ready);
  painted = view.pal;
}

// The library draws a sky over all of it with each frame, also where it looks straight down and none
// can be seen: a browser without a graphics card works longer on that than on all ships.
function withoutSky() {
  map.painter.drawFunctions.sky = () => {};
}

// What lies under a point: a ship, else whatever else may be chosen.
function hit(point) {
  if (!ready) return null;
  const [ship] = ships.near(point, NEAR_PX);
  if (ship) return ship;
  const layers = LAYERS.flatMap((layer) => layer.CLICK ?? []);
  const corners = [[point.x - NEAR_PX, point.y - NEAR_PX], [point.x + NEAR_PX, point.y + NEAR_PX]];
  return map.queryRenderedFeatures(corners, { layers })[0]?.properties ?? null;
}

function choose(point, beside) {
  const found = hit(point);
  if (beside && found?.mmsi) turnTrack(String(found.mmsi));
  else if (found?.mmsi) go({ ship: String(found.mmsi), alert: "", at: "" });
  else if (found?.alert) go({ alert: found.alert, ship: "", at: "" });
  else if (found?.sighting) go({ seen: found.sighting, alert: "", ship: "", at: "" });
}

export function updateMap() {
  if (!ready) return;
  if (painted !== view.pal) {
    painted = view.pal;
    for (const layer of LAYERS) layer.paint(map, PALETTES[view.pal]);
  }
  for (const layer of LAYERS) layer.update(map, view);
  if (!placed && picture.fences) showPorts(false);
}

// What is in view: west, south, east, north; null where no map is drawn.
export function mapBox() {
  return map && ready ? map.getBounds().toArray().flat().map((each) => Number(each.toFixed(4))) : null;
}

// How much of the map a card lies upon.
function covered() {
  const [card, whole] = [".card", ".map"].map((each) =>
    document.querySelector(each)?.getBoundingClientRect());
  return card && whole ? Math.max(0, whole.right - Math.max(card.left, whole.left)) : 0;
}

// All ports, and the sea between.
export function showPorts(animate = true) {
  if (!map || !picture.fences?.features.length) return;
  placed = true;
  map.resize();
  map.fitBounds(box(picture.fences.features), {
    padding: around(110), animate, maxZoom: 12,
  });
}

export function showPort(port) {
  const those = picture.fences?.features.filter((each) => each.properties.port === port) ?? [];
  if (map && those.length) map.fitBounds(box(those), { padding: around(40), maxZoom: 13 });
}

export function showPlace(lon, lat, zoom = SHIP_ZOOM) {
  if (!map || !Number.isFinite(lon) || !Number.isFinite(lat)) return;
  placed = true;
  map.resize(); // a card that was opened just now took some of it
  map.easeTo({
    center: [lon, lat], zoom: Math.max(map.getZoom(), zoom), offset: [-covered() / 2, 0],
  });
}

// Room at the sides; less where the map is small.
function around(side) {
  const { clientWidth, clientHeight } = map.getContainer();
  const free = clientWidth - covered();
  const x = Math.min(side, free / 6);
  return { top: Math.min(60, clientHeight / 6), bottom: Math.min(50, clientHeight / 6), left: x, right: x + covered() };
}

// Keys that draw; false: this is none of them.
export const onMapKey = (event) => drawingKey(event, map);

// When the page gave the map another size.
export function resizeMap() {
  map?.resize();
}
