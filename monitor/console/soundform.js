// The dialog of what is heard: severities, and ships that were chosen on their cards.
import { closeDialog, Dialog } from "./dialogs.js";
import { html, plain, useState } from "./dom.js";
import { beep, chosenShips, chosenSounds, chooseShip, chooseSound } from "./sound.js";
import { W } from "./words.js";

export function Sound() {
  const [, again] = useState(0);
  const turn = (severity) => { chooseSound(severity); again((n) => n + 1); };
  const forget = (mmsi) => { chooseShip(mmsi); again((n) => n + 1); };
  const ships = Object.entries(chosenShips());
  return html`<${Dialog} title=${W.sounds.title}>
    <fieldset><legend>${W.sounds.severities}</legend>${Object.keys(W.severity).map((severity) =>
      html`<label class="choice" key=${severity}><input type="checkbox"
        checked=${chosenSounds().includes(severity)} onChange=${() => turn(severity)} />
        ${W.severity[severity]}</label>`)}</fieldset>
    <fieldset><legend>${W.sounds.ships}</legend>${ships.length ? ships.map(([mmsi, name]) =>
      html`<label class="choice" key=${mmsi}><input type="checkbox" checked=${true}
        aria-label=${W.sounds.forget(plain(name))} onChange=${() => forget(mmsi)} /> ${plain(name)}</label>`)
      : html`<p class="quiet small">${W.sounds.noShips}</p>`}</fieldset>
    <p class="quiet small">${W.sounds.words}</p>
    <p class="buttons"><button onClick=${() => beep("critical")}>${W.sounds.tryIt}</button>
      <button class="main" onClick=${closeDialog}>${W.form.done}</button></p></${Dialog}>`;
}
