// Twelve miles from the coast that is shown: not the legal limit, which begins at baselines.
import { W } from "../words.js";

const LIMIT = new URL("../limit.json", import.meta.url).href;

export const limit = {
  add(map, colours) {
    map.addSource("limit", { type: "geojson", data: LIMIT, tolerance: 0.2, maxzoom: 12 });
    map.addLayer({
      id: "limit", type: "line", source: "limit",
      paint: { "line-width": 1, "line-dasharray": [8, 3, 1, 3], "line-opacity": 0.75 },
    });
    map.addLayer({
      id: "limit-words", type: "symbol", source: "limit", minzoom: 6,
      layout: {
        "symbol-placement": "line", "symbol-spacing": 350, "text-field": W.map.twelve, "text-size": 11,
        "text-offset": [0, -0.8],
      },
      paint: { "text-halo-width": 1.5 },
    });
    this.paint(map, colours);
  },
  paint(map, colours) {
    map.setPaintProperty("limit", "line-color", colours.limit);
    map.setPaintProperty("limit-words", "text-color", colours.text);
    map.setPaintProperty("limit-words", "text-halo-color", colours.halo);
  },
  update() {},
};
