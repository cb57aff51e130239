// Elements from templates: text in them is text, and nothing here makes HTML of it.
import { h, render } from "./vendor/preact-11.2.0.mjs";
import htm from "./vendor/htm-3.1.1.mjs";

export { render };
export { useEffect, useRef, useState } from "./vendor/preact-hooks-11.2.0.mjs";
export const html = htm.bind(h);

// Codes that would turn or hide what stands beside them are shown as what they are.
// Names of ships come from anybody; U+202E alone could make one name look like another.
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

export function plain(text) {
  return String(text ?? "").replace(HIDDEN, (sign) =>
    `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
