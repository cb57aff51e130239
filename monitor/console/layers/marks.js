// Stars beside ships that are on watchlists: filled where that is sure.
import { past, picture } from "../picture.js";
import { shown } from "../ships.js";
import { EMPTY, give } from "./give.js";

let drawn = "";

export const marks = {
  add(map, colours) {
    map.addSource("marks", { type: "geojson", data: EMPTY, tolerance: 0 });
    map.addLayer({
      id: "watch-marks", type: "symbol", source: "marks",
      layout: {
        "icon-image": ["get", "sign"], "icon-size": 0.85, "icon-offset": [-18, -18],
        "icon-allow-overlap": true, "icon-ignore-placement": true,
      },
      paint: { "icon-halo-width": 1.5 },
    });
    drawn = "";
    this.paint(map, colours);
  },
  paint(map, colours) {
    map.setPaintProperty("watch-marks", "icon-color", colours.chosen);
    map.setPaintProperty("watch-marks", "icon-halo-color", colours.halo);
  },
  update(map, view) {
    const { watched } = picture;
    const asked = JSON.stringify([
      picture.moved, past.at, [...watched.keys()].length, view.cls, view.heard, view.q, view.ship,
    ]);
    if (asked === drawn) return;
    drawn = asked;
    const those = new Map([...watched.keys()].flatMap((mmsi) => {
      const vessel = picture.vessels.get(mmsi);
      return vessel ? [[mmsi, vessel]] : [];
    }));
    const features = shown(those, view).map((vessel) => ({
      type: "Feature", id: vessel.mmsi,
      geometry: { type: "Point", coordinates: [vessel.lon, vessel.lat] },
      properties: {
        mmsi: vessel.mmsi, sign: watched.get(vessel.mmsi).some((each) => each.may_page) ? "sure" : "possible",
      },
    }));
    give(map, "marks", features);
  },
};
