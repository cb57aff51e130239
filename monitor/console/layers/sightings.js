// What people and satellites saw: an eye, never the sign of a ship, where it was or may have been.
import { ring } from "../geo.js";
import { sightingsThen, titleOf, whenOf } from "../sightings.js";
import { W } from "../words.js";
import { EMPTY, give } from "./give.js";

const NAMES_ZOOM = 7;
const METRES_A_MILE = 1852;
let drawn = "";

// The middle of an area, as the eye stands in it.
function middle(geometry) {
  if (geometry.type === "Point") return geometry.coordinates;
  const [corners] = geometry.coordinates;
  const mean = (axis) => corners.slice(1).reduce((sum, at) => sum + at[axis], 0) / (corners.length - 1);
  return [mean(0), mean(1)];
}

// How far about its place it may have been; nothing where that is not said.
function about({ geometry, properties }) {
  if (geometry.type !== "Point") return geometry;
  if (!properties.within_m) return null;
  const round = ring(...geometry.coordinates, properties.within_m / METRES_A_MILE);
  return { type: "Polygon", coordinates: [round] };
}

function drawing(seen, view) {
  const { id, reliability, credibility, seen_by } = seen.properties;
  const words = { sighting: String(id), chosen: String(id) === view.seen };
  const label = W.sighting.label(titleOf(seen.properties), W.sighting.by[seen_by] ?? seen_by,
    whenOf(seen.properties, view.tz), `${reliability}${credibility}`);
  const where = about(seen);
  const eye = { type: "Point", coordinates: middle(seen.geometry) };
  return [
    ...(where ? [{ type: "Feature", properties: words, geometry: where }] : []),
    { type: "Feature", properties: { ...words, label }, geometry: eye },
  ];
}

export const sightings = {
  CLICK: ["sightings"],
  add(map, colours) {
    map.addSource("sightings", { type: "geojson", data: EMPTY });
    map.addLayer({
      id: "sighting-areas", type: "line", source: "sightings", filter: ["!=", ["geometry-type"], "Point"],
      paint: { "line-width": ["case", ["get", "chosen"], 2.5, 1.2], "line-dasharray": [1, 2] },
    });
    map.addLayer({
      id: "sightings", type: "symbol", source: "sightings", filter: ["==", ["geometry-type"], "Point"],
      layout: {
        "icon-image": "eye", "icon-allow-overlap": true, "icon-ignore-placement": true,
        "icon-size": ["case", ["get", "chosen"], 1.4, 1],
        "text-field": ["step", ["zoom"], "", NAMES_ZOOM, ["get", "label"]], "text-optional": true,
        "text-size": 12, "text-anchor": "top", "text-offset": [0, 1],
      },
      paint: { "icon-halo-width": 1.5, "text-halo-width": 1.6 },
    });
    drawn = "";
    this.paint(map, colours);
  },
  paint(map, colours) {
    map.setPaintProperty("sighting-areas", "line-color", colours.seen);
    map.setPaintProperty("sightings", "icon-color", colours.seen);
    map.setPaintProperty("sightings", "icon-halo-color", colours.halo);
    map.setPaintProperty("sightings", "text-color", colours.seen);
    map.setPaintProperty("sightings", "text-halo-color", colours.halo);
  },
  update(map, view) {
    const those = sightingsThen().filter((each) => each.geometry);
    const asked = JSON.stringify([those.map((each) => each.id), view.seen, view.tz]);
    if (asked === drawn) return;
    drawn = asked;
    give(map, "sightings", those.flatMap((each) => drawing(each, view)));
  },
};
