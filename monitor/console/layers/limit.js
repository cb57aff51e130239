// Twelve miles from the coast that is shown: not the legal limit, which begins at baselines.
const LIMIT = new URL("../limit.json", import.meta.url).href;

export const limit = {
  add(map, colours) {
    map.addSource("limit", { type: "geojson", data: LIMIT, tolerance: 0.2, maxzoom: 12 });
    map.addLayer({
      id: "limit", type: "line", source: "limit",
      paint: { "line-width": 1, "line-dasharray": [6, 4], "line-opacity": 0.75 },
    });
    this.paint(map, colours);
  },
  paint(map, colours) {
    map.setPaintProperty("limit", "line-color", colours.limit);
  },
  update() {},
};
