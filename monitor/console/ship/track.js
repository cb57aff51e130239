// Her track, with the slider on it.
import { html } from "../dom.js";
import { Slider } from "../slider.js";
import { W } from "../words.js";

export function Track() {
  return html`<section><h3>${W.ship.track}</h3><${Slider} /></section>`;
}
