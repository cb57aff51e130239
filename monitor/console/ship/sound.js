// Whether her alerts are heard, whatever their severity.
import { html, useState } from "../dom.js";
import { nameOf } from "../ships.js";
import { chosenShips, chooseShip } from "../sound.js";
import { W } from "../words.js";

export function HerSound({ ship }) {
  const [, again] = useState(0);
  const turn = () => { chooseShip(ship.mmsi, nameOf(ship)); again((n) => n + 1); };
  return html`<p><label class="choice"><input type="checkbox" id="her-sound" checked=${String(ship.mmsi) in chosenShips()}
    onChange=${turn} /> ${W.sounds.forHer}</label></p>`;
}
