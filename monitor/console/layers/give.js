// What is to be drawn goes to the map only if it is other than what it has: each time costs some frames.
export const EMPTY = collection([]);
const MOST_COMPARED = 400; // more of them move anyhow
const given = new Map(); // source → what it has, as text; of many nothing

export function give(map, source, features) {
  const text = features.length > MOST_COMPARED ? "" : JSON.stringify(features);
  if (text && given.get(source) === text) return;
  given.set(source, text);
  map.getSource(source).setData(collection(features));
}

export function collection(features) {
  return { type: "FeatureCollection", features };
}
