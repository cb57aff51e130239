// Areas that people drew, and the one that is drawn just now.
import { drawing } from "../drawing.js";
import { byThen, past, picture } from "../picture.js";
import { EMPTY, give } from "./give.js";

const NAME = ["get", "name"];
let drawn = null;
let drawnAt = null;
let sketched = -1;

// In the past those are left out that nobody had drawn.
const wasThere = ({ properties }) => byThen(properties.since);

function sketch() {
  const { corners } = drawing;
  const points = corners.map((at) => ({
    type: "Feature", properties: {}, geometry: { type: "Point", coordinates: at },
  }));
  if (corners.length < 2) return points;
  const line = { type: "LineString", coordinates: [...corners, corners[0]] };
  return [{ type: "Feature", properties: {}, geometry: line }, ...points];
}

export const areas = {
  add(map, colours) {
    map.addSource("areas", { type: "geojson", data: EMPTY });
    map.addSource("sketch", { type: "geojson", data: EMPTY });
    map.addLayer({ id: "area-fills", type: "fill", source: "areas", paint: { "fill-opacity": 0.08 } });
    map.addLayer({ id: "area-lines", type: "line", source: "areas", paint: { "line-width": 1.5 } });
    map.addLayer({
      id: "area-names", type: "symbol", source: "areas",
      layout: { "text-field": NAME, "text-size": 12 }, paint: { "text-halo-width": 1.5 },
    });
    map.addLayer({ id: "sketch-lines", type: "line", source: "sketch", paint: { "line-width": 2 } });
    map.addLayer({
      id: "sketch-corners", type: "circle", source: "sketch", filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-radius": 5 },
    });
    drawn = null;
    sketched = -1;
    this.paint(map, colours);
  },
  paint(map, colours) {
    map.setPaintProperty("area-fills", "fill-color", colours.info);
    map.setPaintProperty("area-lines", "line-color", colours.info);
    map.setPaintProperty("area-names", "text-color", colours.text);
    map.setPaintProperty("area-names", "text-halo-color", colours.halo);
    map.setPaintProperty("sketch-lines", "line-color", colours.chosen);
    map.setPaintProperty("sketch-corners", "circle-color", colours.chosen);
  },
  update(map) {
    if (picture.areas && (drawn !== picture.areas || drawnAt !== past.at)) {
      [drawn, drawnAt] = [picture.areas, past.at];
      give(map, "areas", drawn.features.filter(wasThere));
    }
    if (sketched === drawing.changed) return;
    sketched = drawing.changed;
    give(map, "sketch", sketch());
  },
};
