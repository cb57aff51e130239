// The track of the ship that is chosen: what was heard as a line, what was not as dashes.
import { at as chosenAt, track as heardTrack } from "../tracks.js";
import { EMPTY, give } from "./give.js";

let drawn = null;

export const track = {
  add(map, colours) {
    map.addSource("track", { type: "geojson", data: EMPTY, tolerance: 0.1 });
    map.addSource("track-at", { type: "geojson", data: EMPTY });
    map.addLayer({
      id: "track-heard", type: "line", source: "track", filter: ["==", ["get", "heard"], true],
      layout: { "line-join": "round" }, paint: { "line-width": 2 },
    });
    map.addLayer({
      id: "track-gaps", type: "line", source: "track", filter: ["==", ["get", "heard"], false],
      paint: { "line-width": 1.5, "line-dasharray": [1.5, 2.5] },
    });
    map.addLayer({
      id: "track-at", type: "symbol", source: "track-at",
      layout: {
        "icon-image": ["get", "glyph"], "icon-rotate": ["get", "bow"], "icon-size": 1.3,
        "icon-rotation-alignment": "map", "icon-allow-overlap": true,
      },
    });
    drawn = null;
    this.paint(map, colours);
  },
  paint(map, colours) {
    map.setPaintProperty("track-heard", "line-color", colours.track);
    map.setPaintProperty("track-gaps", "line-color", colours.gap);
    map.setPaintProperty("track-at", "icon-color", colours.chosen);
  },
  update(map, view) {
    const asked = `${view.ship} ${heardTrack.read} ${view.at}`;
    if (asked === drawn) return;
    drawn = asked;
    give(map, "track", heardTrack.drawing());
    give(map, "track-at", chosenAt(view));
  },
};
