// The waters of ports near which nobody is heard: hatched, for that they are empty is not known.
import { plain } from "../dom.js";
import { hatch } from "../glyphs.js";
import { picture } from "../picture.js";
import { W } from "../words.js";
import { box } from "./fences.js";
import { EMPTY, give } from "./give.js";

let drawn = "";

function waters(fences, ports) {
  const unheard = new Map(ports.filter((each) => each.words !== "heard").map((each) => [each.port, each.words]));
  return fences.features
    .filter((each) => each.properties.kind === "approach" && unheard.has(each.properties.port))
    .flatMap((each) => {
      const [[west, south], [east, north]] = box([each]);
      const heard = unheard.get(each.properties.port);
      const label = plain(W.map.unheard(each.properties.port_name, W.panel.portWords[heard] ?? heard));
      const middle = { type: "Point", coordinates: [(west + east) / 2, (south + north) / 2] };
      return [
        { type: "Feature", properties: {}, geometry: each.geometry },
        { type: "Feature", properties: { label }, geometry: middle },
      ];
    });
}

export const unheard = {
  add(map, colours) {
    map.addSource("unheard", { type: "geojson", data: EMPTY });
    map.addImage("hatch", hatch(colours.gap), { pixelRatio: 2 });
    map.addLayer({
      id: "unheard", type: "fill", source: "unheard", filter: ["!=", ["geometry-type"], "Point"],
      paint: { "fill-pattern": "hatch" },
    }, "land"); // of the sea alone
    map.addLayer({
      id: "unheard-words", type: "symbol", source: "unheard", filter: ["has", "label"],
      layout: {
        "text-field": ["get", "label"], "text-size": 13, "text-anchor": "top", "text-offset": [0, 1.4],
        "text-allow-overlap": true,
      },
      paint: { "text-halo-width": 2 },
    });
    drawn = "";
    this.paint(map, colours);
  },
  paint(map, colours) {
    map.updateImage("hatch", hatch(colours.gap));
    map.setPaintProperty("unheard-words", "text-color", colours.text);
    map.setPaintProperty("unheard-words", "text-halo-color", colours.halo);
  },
  update(map) {
    const ports = picture.status?.ports ?? [];
    const asked = JSON.stringify([Boolean(picture.fences), ports.map((each) => [each.port, each.words])]);
    if (asked === drawn || !picture.fences) return;
    drawn = asked;
    give(map, "unheard", waters(picture.fences, ports));
  },
};
