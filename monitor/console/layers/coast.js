// The land, from a file of ours: no chart, and nothing comes from elsewhere.
const COAST = new URL("../coast.json", import.meta.url).href;

// Half a pixel is not seen, and half of all corners are within it; a tile needs no more of what is
// about it than its own outline covers.
export const FINE = { tolerance: 0.5, buffer: 8, maxzoom: 12 };

const AGAIN_MS = 3000;

// The land comes when the watch is back, if it was gone when it was asked for. An error of the way
// there does not always bear the name of its source; it bears its address.
export function askAgain(map, isReady) {
  map.on("error", ({ error, sourceId }) => {
    if (sourceId !== "coast" && error?.url !== COAST) return console.error(error);
    return setTimeout(() => isReady() && map.getSource("coast")?.setData(COAST), AGAIN_MS);
  });
}

export const coast = {
  add(map, colours) {
    map.addSource("coast", { type: "geojson", data: COAST, ...FINE });
    map.addLayer({ id: "land", type: "fill", source: "coast", paint: {} });
    this.paint(map, colours);
  },
  paint(map, colours) {
    map.setPaintProperty("land", "fill-color", colours.land);
  },
  update() {},
};
