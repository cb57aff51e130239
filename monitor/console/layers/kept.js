// Tracks that are kept on the map beside that of the chosen ship: each has a colour and a number.
import { picture } from "../picture.js";
import { keptTracks } from "../tracks.js";
import { EMPTY, give } from "./give.js";

let drawn = "";

export const kept = {
  add(map, colours) {
    map.addSource("kept", { type: "geojson", data: EMPTY, tolerance: 0.1 });
    for (const heard of [true, false]) {
      map.addLayer({
        id: heard ? "kept-heard" : "kept-gaps", type: "line", source: "kept",
        filter: ["==", ["get", "heard"], heard], layout: { "line-join": "round" },
        paint: { "line-width": heard ? 2.5 : 1.5, ...(heard ? {} : { "line-dasharray": [1.5, 2.5] }) },
      });
    }
    map.addLayer({
      id: "kept-numbers", type: "symbol", source: "kept",
      layout: {
        "symbol-placement": "line", "symbol-spacing": 160, "text-field": ["get", "number"],
        "text-size": 13, "text-rotation-alignment": "viewport", "text-allow-overlap": true,
      },
      paint: { "text-halo-width": 2 },
    });
    drawn = "";
    this.paint(map, colours);
  },
  paint(map, colours) {
    const by = ["match", ["get", "place"], ...colours.tracks.flatMap((each, i) => [i, each]), colours.track];
    for (const id of ["kept-heard", "kept-gaps"]) map.setPaintProperty(id, "line-color", by);
    map.setPaintProperty("kept-numbers", "text-color", by);
    map.setPaintProperty("kept-numbers", "text-halo-color", colours.halo);
  },
  update(map, view) {
    const found = keptTracks(view, picture.vessels);
    const asked = JSON.stringify(found.map((each) => [each.mmsi, each.track.read]));
    if (asked === drawn) return;
    drawn = asked;
    const features = found.flatMap(({ track }, place) => track.drawing().map((each) => ({
      ...each, properties: { ...each.properties, place, number: String(place + 1) },
    })));
    give(map, "kept", features);
  },
};
