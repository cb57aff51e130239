// What is to be drawn goes to the map only if it is other than what it has: each time costs some frames.
export const EMPTY = collection([]);
const MOST_COMPARED = 400; // more of them move anyhow
const given = new Map(); // source → what it has, as text; of many nothing
const shown = new Map(); // source → whether its layers are drawn

export function give(map, source, features) {
  const text = features.length > MOST_COMPARED ? "" : JSON.stringify(features);
  if (text && given.get(source) === text) return;
  given.set(source, text);
  map.getSource(source).setData(collection(features));
  showLayers(map, source, features.length > 0);
}

// Layers without features are hidden: the library cuts out the tiles of each source anew with each
// frame, the whole view of them, also where they are empty.
function showLayers(map, source, full) {
  if (shown.get(source) === full) return;
  shown.set(source, full);
  for (const id of map.getLayersOrder()) {
    if (map.getLayer(id).source === source) map.setLayoutProperty(id, "visibility", full ? "visible" : "none");
  }
}

export function collection(features) {
  return { type: "FeatureCollection", features };
}
