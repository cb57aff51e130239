// The land, from a file of ours: no chart, and nothing comes from elsewhere.
const COAST = new URL("../coast.json", import.meta.url).href;

export const coast = {
  add(map, colours) {
    map.addSource("coast", { type: "geojson", data: COAST, tolerance: 0.2, maxzoom: 12 });
    map.addLayer({ id: "land", type: "fill", source: "coast", paint: {} });
    this.paint(map, colours);
  },
  paint(map, colours) {
    map.setPaintProperty("sea", "background-color", colours.sea);
    map.setPaintProperty("land", "fill-color", colours.land);
  },
  update() {},
};
