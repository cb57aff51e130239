// The map: it is made once, and told what changed; it never knows why.
import {
  AttributionControl, Map as GlMap, NavigationControl, ScaleControl, setWorkerUrl,
} from "./vendor/maplibre-gl-6.17.0.mjs";
import { go, view } from "./address.js";
import { drawingKey } from "./drawing.js";
import { addGlyphs } from "./glyphs.js";
import { box } from "./layers/fences.js";
import { LAYERS } from "./layers/list.js";
import { turnTrack } from "./mapkey.js";
import { PALETTES } from "./palettes.js";
import { past, picture } from "./picture.js";
import { tool } from "./tools.js";
import { W } from "./words.js";

setWorkerUrl(new URL("./vendor/maplibre-gl-worker-6.17.0.mjs", import.meta.url).href);

const NEAR_PX = 8; // a finger or a trembling hand
const FONT = "system-ui, sans-serif";
const SHIP_ZOOM = 10;
let map = null;
let ready = false;
let painted = "";
let placed = false;

export function canDraw() {
  try {
    const context = document.createElement("canvas").getContext("webgl2");
    context?.getExtension("WEBGL_lose_context")?.loseContext();
    return context !== null;
  } catch {
    return false;
  }
}

export function makeMap(place) {
  const [lat, lon, zoom] = view.map ? view.map.split(",").map(Number) : [33.6, 30, 5];
  placed = Boolean(view.map);
  map = new GlMap({
    container: place,
    style: {
      version: 8, sources: {},
      layers: [{ id: "sea", type: "background", paint: { "background-color": PALETTES[view.pal].sea } }],
    },
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
  map.on("load", () => {
    addGlyphs(map);
    for (const layer of LAYERS) layer.add(map, PALETTES[view.pal]);
    painted = view.pal;
    ready = true;
    updateMap();
  });
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
  globalThis.monitorConsole = { map, past, picture, view }; // for tests, and whoever looks closely
  return map;
}

function hit({ x, y }) {
  if (!ready) return null;
  const layers = LAYERS.flatMap((layer) => layer.CLICK ?? []);
  const corners = [[x - NEAR_PX, y - NEAR_PX], [x + NEAR_PX, y + NEAR_PX]];
  const found = map.queryRenderedFeatures(corners, { layers });
  return found.find((each) => each.properties.mmsi) ?? found[0] ?? null;
}

function choose(point, beside) {
  const found = hit(point)?.properties;
  if (beside && found?.mmsi) turnTrack(String(found.mmsi));
  else if (found?.mmsi) go({ ship: String(found.mmsi), alert: "", at: "" });
  else if (found?.alert) go({ alert: found.alert, ship: "", at: "" });
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

export function showPlace(lon, lat) {
  if (!map || !Number.isFinite(lon) || !Number.isFinite(lat)) return;
  placed = true;
  map.resize(); // a card that was opened just now took some of it
  map.easeTo({
    center: [lon, lat], zoom: Math.max(map.getZoom(), SHIP_ZOOM), offset: [-covered() / 2, 0],
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
