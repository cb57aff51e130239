// The signs of ships: a layer of the map that draws itself. The library's own symbols are placed anew
// with each frame, cut into tiles and drawn twice for their halo: of thousands that leaves no frames
// to a browser without a graphics card, and the first of them wait behind the coast.
import { SHIP_SIGNS, signsIn } from "./glyphs.js";
import { halves, ROW, SignProgram } from "./signprogram.js";

const SIGN_PX = 24; // of a sign that is whole
const FAR = { zoom: 4, size: 0.65 };
const NEAR = { zoom: 9, size: 1 };
const STEP_PX = 2; // the image is made anew for every other size, so that nothing is made small by the card
const WORLD_PX = 512; // how wide the world is at zoom 0
const MOST_LAT = 85.051129; // of the projection

// Where a place is in the world, from 0 to 1, east and south.
function inWorld(lon, lat) {
  const y = Math.sin((Math.max(-MOST_LAT, Math.min(MOST_LAT, lat)) * Math.PI) / 180);
  return [(lon + 180) / 360, 0.5 - Math.atanh(y) / (2 * Math.PI)];
}

function sizeAt(zoom) {
  const part = Math.max(0, Math.min(1, (zoom - FAR.zoom) / (NEAR.zoom - FAR.zoom)));
  return SIGN_PX * (FAR.size + part * (NEAR.size - FAR.size));
}

const NAMES = Object.keys(SHIP_SIGNS);

// The rows of a sign's corners.
function fill(rows, begin, where, { bow, glyph, opacity }) {
  const turn = (bow * Math.PI) / 180;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const sign = NAMES.indexOf(glyph);
  const [aside, ahead] = SHIP_SIGNS[glyph];
  for (let corner = 0; corner < 4; corner += 1) {
    const right = corner % 2 ? aside : -aside;
    const down = corner < 2 ? -ahead : ahead;
    const place = begin + corner * ROW;
    rows.set(where, place);
    rows[place + 4] = right * cos - down * sin;
    rows[place + 5] = right * sin + down * cos;
    rows[place + 6] = (sign + 0.5 + right) / NAMES.length;
    rows[place + 7] = 0.5 + down;
    rows[place + 8] = opacity;
  }
}

export class ShipSigns {
  type = "custom";
  features = []; // the last of them lies on top
  #map = null;
  #program = null;
  #rows = new Float32Array(0);
  #places = new Float64Array(0); // in the world, east and south by turns
  #colours = null;
  #given = false; // whether the card has the rows
  #painted = 0; // and for which size it has the image
  #drew = -1; // how many the frame had that was drawn last

  constructor(id) {
    this.id = id;
  }

  give(features) {
    this.features = features;
    this.#rows = new Float32Array(features.length * 4 * ROW);
    this.#places = new Float64Array(features.length * 2);
    features.forEach(({ geometry, properties }, i) => {
      const [lon, lat] = geometry.coordinates;
      const [x, y] = inWorld(lon, lat);
      this.#places[2 * i] = x;
      this.#places[2 * i + 1] = y;
      fill(this.#rows, 4 * ROW * i, [...halves(x), ...halves(y)], properties);
    });
    this.#given = false;
    this.#drew = -1;
    this.#map?.triggerRepaint();
  }

  paint(colours) {
    this.#colours = colours;
    this.#painted = 0;
    this.#map?.triggerRepaint();
  }

  onAdd(map, gl) {
    this.#map = map;
    this.#program = new SignProgram(gl);
    [this.#given, this.#painted, this.#drew] = [false, 0, -1];
  }

  onRemove() {
    this.#program.remove();
    [this.#map, this.#program] = [null, null];
  }

  render() {
    const count = this.features.length;
    if (!this.#colours) return;
    const seen = this.#seen();
    const fine = STEP_PX * Math.ceil((seen.size * this.#map.getPixelRatio()) / STEP_PX);
    if (this.#painted !== fine) this.#program.takeImage(signsIn(this.#colours, fine));
    if (!this.#given) this.#program.takeRows(this.#rows);
    [this.#painted, this.#given] = [fine, true];
    const shifts = seen.width > seen.world ? [-1, 0, 1] : [0];
    if (count) this.#program.draw(count, { ...seen, shifts });
    this.#drew = count;
  }

  // What of the world is in the middle, and how wide that, the view and a sign are, pixels.
  #seen() {
    const { lng, lat } = this.#map.getCenter();
    const [x, y] = inWorld(lng, lat);
    const { width, height } = this.#map.getCanvas();
    const ratio = this.#map.getPixelRatio();
    const zoom = this.#map.getZoom();
    return {
      x, y, width: width / ratio, height: height / ratio, world: WORLD_PX * 2 ** zoom, size: sizeAt(zoom),
    };
  }

  // Those of which something is within a box about a point of the map, the uppermost first.
  near(point, reach, down = reach) {
    if (!this.#map) return [];
    const { x, y, width, height, world, size } = this.#seen();
    const [right, below] = [point.x - width / 2, point.y - height / 2];
    return this.features.filter((_, i) => {
      const east = this.#places[i * 2] - x;
      return Math.abs((east - Math.round(east)) * world - right) <= reach + size / 2
        && Math.abs((this.#places[i * 2 + 1] - y) * world - below) <= down + size / 2;
    }).reverse();
  }

  // How many of the frame that was drawn last are in view.
  get drawn() {
    if (this.#drew !== this.features.length) return 0;
    const { width, height } = this.#seen();
    return this.near({ x: width / 2, y: height / 2 }, width / 2, height / 2).length;
  }
}
