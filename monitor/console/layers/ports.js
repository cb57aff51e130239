// The names of ports: placed before those of ships, so that none hides them.
import { picture } from "../picture.js";
import { box } from "./fences.js";
import { EMPTY, give } from "./give.js";

const MOST_ZOOM = 11; // nearer, the fences are seen
let drawn = null;

function middle(geometry) {
  const [[west, south], [east, north]] = box([{ geometry }]);
  return [(west + east) / 2, (south + north) / 2];
}

function names(fences) {
  const first = new Map();
  for (const fence of fences.features) {
    if (!first.has(fence.properties.port)) first.set(fence.properties.port, fence);
  }
  return [...first.values()].map((fence) => ({
    type: "Feature",
    geometry: { type: "Point", coordinates: middle(fence.geometry) },
    properties: { name: fence.properties.port_name },
  }));
}

export const ports = {
  add(map, colours) {
    map.addSource("ports", { type: "geojson", data: EMPTY });
    map.addLayer({
      id: "port-names", type: "symbol", source: "ports", maxzoom: MOST_ZOOM,
      layout: {
        "text-field": ["get", "name"], "text-size": 16, "text-allow-overlap": true,
        "text-anchor": "bottom", "text-offset": [0, -1.1], "text-letter-spacing": 0.08,
      },
      paint: { "text-halo-width": 2.5 },
    });
    drawn = null;
    this.paint(map, colours);
  },
  paint(map, colours) {
    map.setPaintProperty("port-names", "text-color", colours.text);
    map.setPaintProperty("port-names", "text-halo-color", colours.halo);
  },
  update(map) {
    if (!picture.fences || drawn === picture.fences) return;
    drawn = picture.fences;
    give(map, "ports", names(drawn));
  },
};
