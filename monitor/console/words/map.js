// What stands on the map and beside it.
export const MAP = {
  vectors: "Where each is in",
  minutes: { 0: "no vectors", 6: "6 min", 15: "15 min", 30: "30 min", 60: "1 h" },
  measure: "Measure",
  measuring: "Click the way; Esc ends.",
  leg: (nm, deg) => `${nm.toFixed(nm < 10 ? 2 : 1)} NM  ${String(Math.round(deg) % 360).padStart(3, "0")}°`,
  total: (nm) => `${nm.toFixed(nm < 10 ? 2 : 1)} NM in all`,
  busy: "Finish the area first, or cancel it.",
  again: "Begin again",
  end: "End",
  tracks: "Tracks",
  drop: (name) => `Drop the track of ${name}`,
  mostTracks: (n) => `No more than ${n} tracks: drop one first.`,
  unheard: (port, words) => `${port}: ${words}`,
  disturbed: (ships, since) => `Interference since ${since}: ${ships} ships`,
  limit: "Dashed: 12 NM from this coast, not the legal limit.",
  twelve: "12 NM",
  reading: "reading",
  days: (n) => (n === "1" ? "of a day" : `of ${n} days`),
};

export const WATCHED = {
  mark: (sure) => (sure ? "On a watchlist" : "Perhaps on a watchlist"),
  short: (list, reason) => `${list}: ${reason}`,
  source: (words) => `Source: ${words}.`,
};
