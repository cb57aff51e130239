// The way that is measured.
import { features, way } from "../measure.js";
import { EMPTY, give } from "./give.js";

let drawn = -1;

export const measure = {
  add(map, colours) {
    map.addSource("measure", { type: "geojson", data: EMPTY });
    map.addLayer({
      id: "measure-way", type: "line", source: "measure", filter: ["==", ["geometry-type"], "LineString"],
      paint: { "line-width": 2.5, "line-dasharray": [3, 1.5] },
    });
    map.addLayer({
      id: "measure-points", type: "circle", source: "measure", filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-radius": 4.5, "circle-stroke-width": 1.5 },
    });
    map.addLayer({
      id: "measure-words", type: "symbol", source: "measure", filter: ["has", "label"],
      layout: {
        "symbol-placement": "line-center", "text-field": ["get", "label"], "text-size": 13,
        "text-allow-overlap": true, "text-ignore-placement": true, "text-offset": [0, -0.9],
      },
      paint: { "text-halo-width": 2.5 },
    });
    drawn = -1;
    this.paint(map, colours);
  },
  paint(map, colours) {
    map.setPaintProperty("measure-way", "line-color", colours.chosen);
    map.setPaintProperty("measure-points", "circle-color", colours.chosen);
    map.setPaintProperty("measure-points", "circle-stroke-color", colours.halo);
    map.setPaintProperty("measure-words", "text-color", colours.text);
    map.setPaintProperty("measure-words", "text-halo-color", colours.halo);
  },
  update(map) {
    if (way.drawn === drawn) return;
    drawn = way.drawn;
    give(map, "measure", features());
  },
};
