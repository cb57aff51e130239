// Where alerts that stand happened.
import { picture } from "../picture.js";
import { EMPTY, give } from "./give.js";

let drawn = "";

export const pins = {
  CLICK: ["pins"],
  add(map, colours) {
    map.addSource("pins", { type: "geojson", data: EMPTY });
    map.addLayer({
      id: "pins", type: "symbol", source: "pins",
      layout: {
        "icon-image": ["get", "severity"], "icon-allow-overlap": true,
        "icon-ignore-placement": true, "icon-size": ["case", ["get", "chosen"], 1.5, 1.15],
      },
      paint: { "icon-opacity": ["case", ["get", "open"], 1, 0.45] },
    });
    drawn = "";
    this.paint(map, colours);
  },
  paint(map, colours) {
    map.setPaintProperty("pins", "icon-color", ["match", ["get", "severity"],
      "critical", colours.critical, "warning", colours.warning, colours.info]);
  },
  update(map, view) {
    const placed = [...picture.alerts.values()].filter((each) => Number.isFinite(each.lon));
    const asked = JSON.stringify([view.alert, placed.map((each) => [each.id, each.revision, each.state])]);
    if (asked === drawn) return;
    drawn = asked;
    give(map, "pins", placed.map((each) => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: [each.lon, each.lat] },
      properties: {
        alert: each.id, severity: each.severity, open: each.state === "open",
        chosen: each.id === view.alert,
      },
    })));
  },
};
