// Where interference is: hatched, for what ships say there is in doubt.
import { hatch } from "../glyphs.js";
import { byThen, past, picture } from "../picture.js";
import { brief, ms } from "../time.js";
import { W } from "../words.js";
import { EMPTY, give } from "./give.js";

let drawn = "";

// That had begun, as was known then, and was not over.
function lasts({ properties: { decided_at: told, ended_at: over } }) {
  return byThen(told) && (over === null || (past.at !== null && ms(over) > past.at));
}

function drawing({ geometry, properties: { ships, begun_at: begun } }, zone) {
  const [corners] = geometry.coordinates;
  const north = corners.reduce((best, at) => (at[1] > best[1] ? at : best));
  const label = W.map.disturbed(ships, brief(begun, zone));
  return [
    { type: "Feature", properties: {}, geometry },
    { type: "Feature", properties: { label }, geometry: { type: "Point", coordinates: north } },
  ];
}

export const disturbed = {
  add(map, colours) {
    map.addSource("disturbed", { type: "geojson", data: EMPTY });
    map.addImage("doubt", hatch(colours.warning), { pixelRatio: 2 });
    map.addLayer({
      id: "disturbed", type: "fill", source: "disturbed", filter: ["!=", ["geometry-type"], "Point"],
      paint: { "fill-pattern": "doubt" },
    });
    map.addLayer({
      id: "disturbed-words", type: "symbol", source: "disturbed", filter: ["has", "label"],
      layout: { "text-field": ["get", "label"], "text-size": 12, "text-anchor": "bottom" },
      paint: { "text-halo-width": 2 },
    });
    drawn = "";
    this.paint(map, colours);
  },
  paint(map, colours) {
    map.updateImage("doubt", hatch(colours.warning));
    map.setPaintProperty("disturbed-words", "text-color", colours.text);
    map.setPaintProperty("disturbed-words", "text-halo-color", colours.halo);
  },
  update(map, view) {
    const those = (picture.disturbed?.features ?? []).filter(lasts);
    const asked = JSON.stringify([those.map((each) => [each.id, each.properties.ships]), view.tz]);
    if (asked === drawn) return;
    drawn = asked;
    give(map, "disturbed", those.flatMap((each) => drawing(each, view.tz)));
  },
};
