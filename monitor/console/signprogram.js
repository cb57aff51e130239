// What the graphics card is told to draw signs by: four corners each, all of them by one call. One
// corner with the rest by instances is shorter, and far slower where a processor draws.
export const ROW = 9; // numbers of a corner: place (x and y, two each), way from it, where in the image, opacity

const VERTEX = `#version 300 es
precision highp float;
in vec4 place;
in vec4 look;
in float shown;
uniform vec4 middle;
uniform vec2 view;
uniform float world;
uniform float shift;
uniform float size;
out vec2 at;
out float opacity;
void main() {
  vec2 off = (place.xz - middle.xz) + (place.yw - middle.yw);
  off.x += shift - round(off.x);
  vec2 px = off * world + look.xy * size;
  gl_Position = vec4(px * vec2(2.0, -2.0) / view, 0.0, 1.0);
  at = look.zw;
  opacity = shown;
}`;
const FRAGMENT = `#version 300 es
precision mediump float;
uniform sampler2D image;
in vec2 at;
in float opacity;
out vec4 colour;
void main() {
  colour = texture(image, at) * opacity;
}`;
const UNIFORMS = ["middle", "view", "world", "shift", "size", "image"];
const TRIANGLES = [0, 1, 2, 2, 1, 3]; // of the corners of a sign

// A number as two that the program can hold: the first as near as may be, the second what is left.
export function halves(value) {
  const first = Math.fround(value);
  return [first, value - first];
}

function linked(gl) {
  const program = gl.createProgram();
  for (const [kind, text] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    gl.deleteShader(shader); // when the program goes
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    throw new Error(gl.getProgramInfoLog(program));
  }
  return program;
}

export class SignProgram {
  constructor(gl) {
    this.gl = gl;
    this.program = linked(gl);
    this.array = gl.createVertexArray();
    this.rows = gl.createBuffer();
    this.order = gl.createBuffer();
    this.ordered = 0; // for how many signs
    this.image = gl.createTexture();
    this.uniforms = Object.fromEntries(
      UNIFORMS.map((each) => [each, gl.getUniformLocation(this.program, each)]));
    gl.bindVertexArray(this.array);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.rows);
    this.#reads("place", 4, 0);
    this.#reads("look", 4, 4);
    this.#reads("shown", 1, 8);
    gl.bindVertexArray(null);
  }

  #reads(name, numbers, begin) {
    const where = this.gl.getAttribLocation(this.program, name);
    this.gl.enableVertexAttribArray(where);
    this.gl.vertexAttribPointer(where, numbers, this.gl.FLOAT, false, ROW * 4, begin * 4);
  }

  takeRows(rows) {
    const { gl } = this;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.rows);
    gl.bufferData(gl.ARRAY_BUFFER, rows, gl.DYNAMIC_DRAW);
    const count = rows.length / (4 * ROW);
    if (count <= this.ordered) return;
    this.ordered = 2 * count;
    const order = new Uint32Array(6 * this.ordered);
    for (let i = 0; i < this.ordered; i += 1) order.set(TRIANGLES.map((corner) => 4 * i + corner), 6 * i);
    gl.bindVertexArray(this.array); // keeps it
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.order);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, order, gl.STATIC_DRAW);
    gl.bindVertexArray(null);
  }

  takeImage(canvas) {
    const { gl } = this;
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.image);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true);
    gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, canvas);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
  }

  // All lengths are of pixels as the page counts them; `shifts` are the copies of the world in view.
  draw(count, { x, y, width, height, world, size, shifts }) {
    const { gl, uniforms } = this;
    gl.useProgram(this.program);
    gl.bindVertexArray(this.array);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.image);
    gl.uniform1i(uniforms.image, 0);
    gl.uniform4f(uniforms.middle, ...halves(x), ...halves(y));
    gl.uniform2f(uniforms.view, width, height);
    gl.uniform1f(uniforms.world, world);
    gl.uniform1f(uniforms.size, size);
    for (const shift of shifts) {
      gl.uniform1f(uniforms.shift, shift);
      gl.drawElements(gl.TRIANGLES, 6 * count, gl.UNSIGNED_INT, 0);
    }
    gl.bindVertexArray(null);
  }

  remove() {
    const { gl } = this;
    gl.deleteProgram(this.program);
    gl.deleteVertexArray(this.array);
    gl.deleteBuffer(this.rows);
    gl.deleteBuffer(this.order);
    gl.deleteTexture(this.image);
  }
}
