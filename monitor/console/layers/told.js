// What is told of the chosen ship, where it happened: whom she met, gates that she passed, where she waited.
import { plain } from "../dom.js";
import { past, picture } from "../picture.js";
import { passageWords } from "../ship/passages.js";
import { nameOf } from "../ships.js";
import { company, figures, otherOf, passages, story } from "../story.js";
import { brief } from "../time.js";
import { W } from "../words.js";
import { EMPTY, give } from "./give.js";

const WORDS_ZOOM = 5;
let drawn = "";

const pin = (event, properties) => ({
  type: "Feature", properties, geometry: { type: "Point", coordinates: [event.lon, event.lat] },
});
const placed = (event) => Number.isFinite(event.lon) && Number.isFinite(event.lat);

function pins(ship, tz) {
  const met = company().map((each) => ({ ...each, begun: each.begun ?? each.ended })).filter(({ begun }) => placed(begun));
  return [
    ...met.map(({ begun, event, isConvoy }) => {
      const { mmsi, name } = otherOf(event, ship);
      const [who, at] = [plain(name) || nameOf({ mmsi }), brief(figures(event).since, tz)];
      return pin(begun, {
        mmsi, sign: "met", label: isConvoy ? W.story.pinConvoy(who, at) : W.story.pinMet(who, at, figures(event).nearest_m),
      });
    }),
    ...passages().filter(placed).map((event) => pin(event, {
      sign: event.kind === "GateCrossed" ? "gate" : "wait",
      label: W.story.pin(passageWords(event), brief(event.at ?? event.latest ?? event.earliest, tz)),
    })),
  ];
}

export const told = {
  CLICK: ["told-met"], // leads to the other ship
  add(map, colours) {
    map.addSource("told", { type: "geojson", data: EMPTY });
    for (const [id, filter] of [["told", ["!", ["has", "mmsi"]]], ["told-met", ["has", "mmsi"]]]) {
      map.addLayer({
        id, type: "symbol", source: "told", filter,
        layout: {
          "icon-image": ["get", "sign"], "icon-allow-overlap": true, "icon-ignore-placement": true,
          "text-field": ["step", ["zoom"], "", WORDS_ZOOM, ["get", "label"]], "text-optional": true, "text-size": 12,
          "text-variable-anchor": ["top", "bottom", "left", "right"], "text-radial-offset": 1.1, "text-max-width": 30,
        },
        paint: { "icon-halo-width": 1.5, "text-halo-width": 1.6 },
      });
    }
    drawn = "";
    this.paint(map, colours);
  },
  paint(map, colours) {
    for (const id of ["told", "told-met"]) {
      for (const part of ["icon", "text"]) {
        map.setPaintProperty(id, `${part}-color`, colours.track);
        map.setPaintProperty(id, `${part}-halo-color`, colours.halo);
      }
    }
  },
  update(map, view) {
    const ship = picture.vessels.get(Number(view.ship));
    const asked = `${view.ship} ${story.ship} ${story.read} ${past.at} ${view.tz} ${Boolean(ship)} ${Boolean(picture.fences)}`;
    if (asked === drawn) return;
    drawn = asked;
    give(map, "told", ship && story.ship === view.ship ? pins(ship, view.tz) : []);
  },
};
