// Geofences: drawings, and where the map goes to show a port.
import { picture } from "../picture.js";
import { EMPTY, give } from "./give.js";

let drawn = null;

export function box(fences) {
  const points = fences.flatMap((fence) => fence.geometry.coordinates.flat(Infinity));
  const lons = points.filter((_, i) => i % 2 === 0);
  const lats = points.filter((_, i) => i % 2 === 1);
  return [[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]];
}

export const fences = {
  add(map, colours) {
    map.addSource("fences", { type: "geojson", data: EMPTY });
    map.addLayer({
      id: "fence-areas", type: "fill", source: "fences",
      filter: ["!=", ["get", "kind"], "approach"], paint: { "fill-opacity": 0.1 },
    });
    map.addLayer({
      id: "fence-lines", type: "line", source: "fences",
      paint: { "line-width": 1, "line-dasharray": [4, 3], "line-opacity": 0.8 },
    });
    drawn = null;
    this.paint(map, colours);
  },
  paint(map, colours) {
    const kinds = ["match", ["get", "kind"], ["harbour", "berth"], colours.harbour, colours.fence];
    map.setPaintProperty("fence-areas", "fill-color", kinds);
    map.setPaintProperty("fence-lines", "line-color", kinds);
  },
  update(map) {
    if (!picture.fences || drawn === picture.fences) return;
    drawn = picture.fences;
    give(map, "fences", drawn.features);
  },
};
