// Ships as they were heard, and crosses where those that are dark were heard last.
import { past, picture } from "../picture.js";
import { darkOnes, features } from "../ships.js";
import { ShipSigns } from "../shipsigns.js";
import { now } from "../time.js";
import { EMPTY, give } from "./give.js";

const FADE_MS = 15000; // so often is drawn anew what only grows older
const NAMES_ZOOM = 8; // from here on each has her name, however many there are
export const signs = new ShipSigns("ship-signs");
let drawn = "";

export const ships = {
  near: (point, px) => signs.near(point, px).map((each) => each.properties),
  add(map, colours) {
    map.addSource("ship-named", { type: "geojson", data: EMPTY, tolerance: 0, maxzoom: 18 });
    map.addSource("ship-chosen", { type: "geojson", data: EMPTY, tolerance: 0, maxzoom: 18 });
    map.addLayer({
      id: "ship-chosen", type: "circle", source: "ship-chosen",
      paint: { "circle-radius": 15, "circle-opacity": 0, "circle-stroke-width": 2.5 },
    });
    map.addLayer(signs);
    map.addLayer({
      id: "ship-names", type: "symbol", source: "ship-named",
      layout: {
        "text-field": ["get", "label"], "text-size": 12, "text-justify": "auto",
        "text-variable-anchor": ["left", "right", "top", "bottom"], "text-radial-offset": 1.1,
        "symbol-sort-key": ["get", "weight"], "text-max-width": 30,
      },
      paint: { "text-halo-width": 1.6 },
    });
    drawn = "";
    this.paint(map, colours);
  },
  paint(map, colours) {
    signs.paint(colours);
    map.setPaintProperty("ship-names", "text-color",
      ["match", ["get", "age"], "dark", colours.dark, colours.text]);
    map.setPaintProperty("ship-names", "text-halo-color", colours.halo);
    map.setPaintProperty("ship-chosen", "circle-stroke-color", colours.chosen);
  },
  update(map, view) {
    const near = map.getZoom() >= NAMES_ZOOM;
    const asked = JSON.stringify([
      picture.moved, past.at, Math.floor(now() / FADE_MS), view.ship, view.cls, view.heard, view.q,
      picture.calls.length, picture.alerts.size, near,
    ]);
    if (asked === drawn) return;
    drawn = asked;
    const alerted = new Set([...picture.alerts.values()].map((each) => each.mmsi));
    const found = features(picture.vessels, view, darkOnes(picture.calls), alerted, near);
    signs.give(found.toSorted((a, b) => b.properties.weight - a.properties.weight));
    // Laying out text is what costs most: only of those that have any.
    give(map, "ship-named", found.filter((each) => each.properties.label));
    give(map, "ship-chosen", found.filter((each) => String(each.id) === view.ship));
  },
};
