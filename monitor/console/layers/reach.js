// How far the chosen ship, where she is dark, can have come at most: the sea, else a ring.
import { boundOf, boundRing } from "../bound.js";
import { picture } from "../picture.js";
import { seaReached } from "../reached.js";
import { ageOf, darkOnes } from "../ships.js";
import { EMPTY, give } from "./give.js";

export const reach = {
  add(map, colours) {
    map.addSource("reach", { type: "geojson", data: EMPTY });
    map.addLayer({ id: "reach-fill", type: "fill", source: "reach", paint: { "fill-opacity": 0.06 } }, "land"); // of the sea alone
    map.addLayer({
      id: "reach", type: "line", source: "reach", paint: { "line-width": 1.5, "line-dasharray": [2, 3] },
    });
    this.paint(map, colours);
  },
  paint(map, colours) {
    map.setPaintProperty("reach", "line-color", colours.dark);
    map.setPaintProperty("reach-fill", "fill-color", colours.dark);
  },
  update(map, view) {
    const ship = picture.vessels.get(Number(view.ship));
    const of = ship && ageOf(ship, darkOnes(picture.calls)) === "dark" ? boundOf(ship) : null;
    if (!of?.isDrawn) return give(map, "reach", []);
    const sea = of.told && seaReached(ship);
    const ring = () => ({ type: "Polygon", coordinates: [boundRing(ship, of)] });
    return give(map, "reach", [{ type: "Feature", properties: { nm: of.nm }, geometry: sea || ring() }]);
  },
};
