// The ruler: a way along clicks, its legs and the whole.
import { say } from "./acts.js";
import { bearingDeg, distanceNm } from "./geo.js";
import { showNow } from "./picture.js";
import { endTool, takeTool, tool } from "./tools.js";
import { W } from "./words.js";

export const way = { points: [], drawn: 0 };

export const measures = () => tool.name === "measure";

export function turnMeasure() {
  if (measures()) endTool();
  else if (tool.name) say(W.map.busy, true);
  else {
    begin();
    takeTool("measure", (lon, lat) => {
      way.points.push([lon, lat]);
      way.drawn += 1;
      showNow();
    }, begin);
  }
  showNow();
}

export function begin() {
  way.points = [];
  way.drawn += 1;
  showNow();
}

export const legs = () => way.points.slice(1).map((to, i) => {
  const from = way.points[i];
  return { from, to, nm: distanceNm(from, to), deg: bearingDeg(from, to) };
});

export const total = () => legs().reduce((sum, leg) => sum + leg.nm, 0);

export const features = () => [
  ...legs().map(({ from, to, nm, deg }) => ({
    type: "Feature", properties: { label: W.map.leg(nm, deg) },
    geometry: { type: "LineString", coordinates: [from, to] },
  })),
  ...way.points.map((each) => ({
    type: "Feature", properties: {}, geometry: { type: "Point", coordinates: each },
  })),
];
