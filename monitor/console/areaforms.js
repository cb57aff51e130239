// The dialogs of areas: all that one sees, and a new one.
import { beginDrawing, keepArea, removeArea } from "./drawing.js";
import { closeDialog, Dialog } from "./dialogs.js";
import { html, plain } from "./dom.js";
import { picture } from "./picture.js";
import { officer } from "./prefs.js";
import { W } from "./words.js";

export function NewArea() {
  const taken = (event) => {
    event.preventDefault();
    const { name, seen, tells } = Object.fromEntries(new FormData(event.target));
    closeDialog();
    keepArea({ name, shared: seen === "all", tells: tells === "on" });
  };
  return html`<${Dialog} title=${W.area.title}>
    <form onSubmit=${taken}>
      <label>${W.area.name}<input name="name" required maxlength="60" autofocus /></label>
      <fieldset><legend>${W.area.seen}</legend>
        <label class="choice"><input type="radio" name="seen" value="me" defaultChecked /> ${W.area.me}</label>
        <label class="choice"><input type="radio" name="seen" value="all" /> ${W.area.all}</label></fieldset>
      <label class="choice"><input type="checkbox" name="tells" defaultChecked /> ${W.area.tells}</label>
      <p class="quiet small">${W.area.since}</p>
      <p class="buttons"><button class="main">${W.area.keep}</button>
        <button type="button" onClick=${closeDialog}>${W.area.cancel}</button></p>
    </form></${Dialog}>`;
}

function Row({ area }) {
  const { name, owner, shared } = area.properties;
  const mine = owner === officer.by;
  return html`<tr><th scope="row">${plain(name)}</th><td>${plain(owner)}</td>
    <td>${shared ? W.area.all : W.area.me}</td>
    <td>${mine && html`<button onClick=${() => removeArea(area)}>${W.area.remove}</button>`}</td></tr>`;
}

export function Areas() {
  const found = picture.areas?.features ?? [];
  return html`<${Dialog} title=${W.area.areas}>
    ${found.length ? html`<table class="areas"><tbody>${found.map((area) =>
      html`<${Row} key=${area.id} area=${area} />`)}</tbody></table>` : html`<p>${W.area.none}</p>`}
    <p class="buttons"><button class="main" autofocus
        onClick=${() => { closeDialog(); beginDrawing(); }}>${W.area.draw}</button>
      <button onClick=${closeDialog}>${W.area.shut}</button></p></${Dialog}>`;
}
