// Signs of the map, drawn once as masks: the map colours them.
const SIZE = 48; // pixels, twice as many as are shown

function canvasOf(signs, size) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [size * signs, size];
  return canvas;
}

function drawn(draw, colour = "#000", size = SIZE) {
  const pen = canvasOf(1, size).getContext("2d", { willReadFrequently: true });
  pen.scale(size / SIZE, size / SIZE);
  pen.translate(SIZE / 2, SIZE / 2);
  pen.lineWidth = 4;
  pen.lineJoin = "round";
  pen.lineCap = "round";
  pen.fillStyle = colour;
  pen.strokeStyle = colour;
  draw(pen);
  return pen;
}

const pixels = (pen) => pen.getImageData(0, 0, SIZE, SIZE);

function hull(pen) {
  pen.beginPath();
  pen.moveTo(0, -20);
  pen.lineTo(11, 16);
  pen.lineTo(0, 9);
  pen.lineTo(-11, 16);
  pen.closePath();
}

function disc(pen) {
  pen.beginPath();
  pen.arc(0, 0, 9, 0, 7);
}

function star(pen) {
  pen.beginPath();
  for (let i = 0; i < 10; i += 1) {
    const [far, turn] = [i % 2 ? 7 : 17, (i * Math.PI) / 5];
    pen.lineTo(far * Math.sin(turn), -far * Math.cos(turn));
  }
  pen.closePath();
}

export const GLYPHS = {
  arrow: (pen) => { hull(pen); pen.fill(); },
  "arrow-hollow": (pen) => { hull(pen); pen.stroke(); },
  round: (pen) => { disc(pen); pen.fill(); },
  "round-hollow": (pen) => { disc(pen); pen.stroke(); },
  // No ship is there: the place where one was heard last.
  gone: (pen) => {
    pen.beginPath();
    for (const way of [-1, 1]) {
      pen.moveTo(-8, -8 * way);
      pen.lineTo(8, 8 * way);
    }
    pen.stroke();
    pen.setLineDash([6, 7]);
    pen.beginPath();
    pen.arc(0, 0, 18, 0, 7);
    pen.lineWidth = 3;
    pen.stroke();
  },
  sure: (pen) => { star(pen); pen.fill(); },
  possible: (pen) => { star(pen); pen.stroke(); },
  // Somebody saw: no sign of a ship.
  eye: (pen) => {
    pen.beginPath();
    pen.ellipse(0, 10, 24, 20, 0, 1.2 * Math.PI, 1.8 * Math.PI);
    pen.ellipse(0, -10, 24, 20, 0, 0.2 * Math.PI, 0.8 * Math.PI);
    pen.closePath();
    pen.stroke();
    pen.beginPath();
    pen.arc(0, 0, 5, 0, 7);
    pen.fill();
  },
  // Two that lie together.
  met: (pen) => {
    for (const x of [-6, 6]) {
      pen.beginPath();
      pen.arc(x, 0, 10, 0, 7);
      pen.stroke();
    }
  },
  gate: (pen) => {
    pen.beginPath();
    for (const x of [-13, 13]) {
      pen.moveTo(x, -15);
      pen.lineTo(x, 15);
    }
    pen.moveTo(-13, 0);
    pen.lineTo(13, 0);
    pen.stroke();
  },
  wait: (pen) => {
    pen.beginPath();
    pen.moveTo(-11, -15);
    pen.lineTo(11, -15);
    pen.lineTo(-11, 15);
    pen.lineTo(11, 15);
    pen.closePath();
    pen.stroke();
  },
  critical: (pen) => {
    pen.beginPath();
    pen.moveTo(0, -21);
    pen.lineTo(21, 0);
    pen.lineTo(0, 21);
    pen.lineTo(-21, 0);
    pen.closePath();
    pen.stroke();
  },
  warning: (pen) => {
    pen.beginPath();
    pen.moveTo(0, -22);
    pen.lineTo(21, 16);
    pen.lineTo(-21, 16);
    pen.closePath();
    pen.stroke();
  },
  info: (pen) => {
    pen.beginPath();
    pen.rect(-17, -17, 34, 34);
    pen.stroke();
  },
};

// Slanting lines in a colour of their own, to fill an area with.
export function hatch(colour) {
  return pixels(drawn((pen) => {
    pen.lineWidth = 3;
    pen.globalAlpha = 0.55;
    for (const shift of [-SIZE, 0, SIZE]) {
      pen.beginPath();
      pen.moveTo(shift - SIZE / 2, SIZE / 2);
      pen.lineTo(shift + SIZE / 2, -SIZE / 2);
      pen.stroke();
    }
  }, colour));
}

// Signs of ships, and how far each reaches to its sides and ends with its halo, as parts of SIZE.
export const SHIP_SIGNS = {
  arrow: [14 / SIZE, 23.5 / SIZE], "arrow-hollow": [16 / SIZE, 24 / SIZE], round: [12 / SIZE, 12 / SIZE],
  "round-hollow": [14 / SIZE, 14 / SIZE], gone: [22.5 / SIZE, 22.5 / SIZE],
};
const HALO = 2; // of SIZE
const ABOUT = [[-1, -1], [-1, 0], [-1, 1], [0, -1], [0, 1], [1, -1], [1, 0], [1, 1]];

// All of them side by side, so many pixels each: in its colour, with a halo.
export function signsIn(colours, size) {
  const canvas = canvasOf(Object.keys(SHIP_SIGNS).length, size);
  const pen = canvas.getContext("2d");
  Object.keys(SHIP_SIGNS).forEach((name, place) => {
    const halo = drawn(GLYPHS[name], colours.halo, size).canvas;
    const wide = (HALO * size) / SIZE;
    for (const [x, y] of ABOUT) pen.drawImage(halo, place * size + x * wide, y * wide);
    const colour = name === "gone" ? colours.dark : colours.ship;
    pen.drawImage(drawn(GLYPHS[name], colour, size).canvas, place * size, 0);
  });
  return canvas;
}

export function addGlyphs(map) {
  for (const [name, draw] of Object.entries(GLYPHS)) {
    map.addImage(name, pixels(drawn(draw)), { pixelRatio: 2, sdf: true });
  }
}
