// Signs of the map, drawn once as masks: the map colours them.
const SIZE = 48; // pixels, twice as many as are shown

function drawn(draw) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.translate(SIZE / 2, SIZE / 2);
  pen.lineWidth = 4;
  pen.lineJoin = "round";
  pen.lineCap = "round";
  draw(pen);
  return pen.getImageData(0, 0, SIZE, SIZE);
}

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
  return drawn((pen) => {
    pen.strokeStyle = colour;
    pen.lineWidth = 3;
    pen.globalAlpha = 0.55;
    for (const shift of [-SIZE, 0, SIZE]) {
      pen.beginPath();
      pen.moveTo(shift - SIZE / 2, SIZE / 2);
      pen.lineTo(shift + SIZE / 2, -SIZE / 2);
      pen.stroke();
    }
  });
}

export function addGlyphs(map) {
  for (const [name, draw] of Object.entries(GLYPHS)) {
    map.addImage(name, drawn(draw), { pixelRatio: 2, sdf: true });
  }
}
