// Where each ship comes to if she goes on as she went: seen from near by, where it is long enough.
import { past, picture } from "../picture.js";
import { darkOnes, vectors as found } from "../ships.js";
import { now } from "../time.js";
import { EMPTY, give } from "./give.js";

const FROM_ZOOM = 7;
const FADE_MS = 15000; // so often it is looked at who has grown too old for one
let drawn = "";

export const vectors = {
  add(map, colours) {
    map.addSource("vectors", { type: "geojson", data: EMPTY, tolerance: 0 });
    map.addLayer({
      id: "vectors", type: "line", source: "vectors", minzoom: FROM_ZOOM,
      layout: { "line-cap": "round" }, paint: { "line-width": 1.5 },
    });
    drawn = "";
    this.paint(map, colours);
  },
  paint(map, colours) {
    map.setPaintProperty("vectors", "line-color", colours.ship);
  },
  update(map, view) {
    const near = map.getZoom() >= FROM_ZOOM && view.vec !== "0";
    const asked = near && JSON.stringify([
      picture.moved, past.at, Math.floor(now() / FADE_MS), view.ship, view.cls, view.heard, view.q,
      view.vec, picture.calls.length,
    ]);
    if (asked === drawn) return;
    drawn = asked;
    const features = near ? found(picture.vessels, view, darkOnes(picture.calls)) : [];
    give(map, "vectors", features);
  },
};
