// What gives way while the map is moved, where frames are slow: without a graphics card letters cost
// more than all else. They are there again when it stands.
const SLOW_MS = 50; // below 20 frames a second a hand sees steps
const SLOW_FRAMES = 3; // one alone may be anything
const LAYERS = [["ship-names", "text-opacity"], ["vectors", "line-opacity"]];

// `isReady`: whether there is a style; it goes with a graphics card that is lost.
export function giveWay(map, isReady) {
  let [last, slow, hidden] = [0, 0, false];
  const turn = (hide) => {
    if (hide === hidden || !isReady()) return;
    hidden = hide;
    for (const [layer, opacity] of LAYERS) map.setPaintProperty(layer, opacity, hide ? 0 : 1);
  };
  for (const [layer, opacity] of LAYERS) {
    map.setPaintProperty(layer, `${opacity}-transition`, { duration: 0, delay: 0 });
  }
  map.on("movestart", () => { [last, slow] = [0, 0]; });
  map.on("render", () => {
    if (!map.isMoving()) return;
    const now = performance.now();
    slow = last && now - last > SLOW_MS ? slow + 1 : 0;
    last = now;
    if (slow >= SLOW_FRAMES) turn(true);
  });
  map.on("moveend", () => turn(false));
  map.on("style.load", () => map.isMoving() || turn(false)); // it may have stopped meanwhile
}
