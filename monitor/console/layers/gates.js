// Gates: directed lines across straits and canals.
import { picture } from "../picture.js";
import { EMPTY, give } from "./give.js";

let drawn = null;

export const gates = {
  add(map, colours) {
    map.addSource("gates", { type: "geojson", data: EMPTY });
    map.addLayer({ id: "gate-lines", type: "line", source: "gates", paint: { "line-width": 2, "line-dasharray": [1, 1] } });
    map.addLayer({
      id: "gate-names", type: "symbol", source: "gates", minzoom: 5,
      layout: { "symbol-placement": "line-center", "text-field": ["get", "name"], "text-size": 11, "text-offset": [0, -0.8] },
      paint: { "text-halo-width": 1.5 },
    });
    drawn = null;
    this.paint(map, colours);
  },
  paint(map, colours) {
    map.setPaintProperty("gate-lines", "line-color", colours.limit);
    map.setPaintProperty("gate-names", "text-color", colours.text);
    map.setPaintProperty("gate-names", "text-halo-color", colours.halo);
  },
  update(map) {
    if (!picture.gates || drawn === picture.gates) return;
    drawn = picture.gates;
    give(map, "gates", drawn.features);
  },
};
