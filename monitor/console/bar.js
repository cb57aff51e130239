// The bar: is it live, how old is what is shown, what time it is, who works here.
import { go, view } from "./address.js";
import { html, plain } from "./dom.js";
import { openDialog } from "./dialogs.js";
import { showPorts } from "./map.js";
import { turnPast } from "./past.js";
import { picture } from "./picture.js";
import { keep, officer, works } from "./prefs.js";
import { clock, day, length, realNow, zoneName } from "./time.js";
import { W } from "./words.js";

export const STALE_MS = 30000; // of a watch that answers, nothing is older
const PALETTES = ["day", "dusk", "night"];

export function turnPalette() {
  const pal = PALETTES[(PALETTES.indexOf(view.pal) + 1) % PALETTES.length];
  keep("pal", pal);
  go({ pal }, true);
}

export function turnZone() {
  const tz = view.tz === "utc" ? "local" : "utc";
  keep("tz", tz);
  go({ tz }, true);
}

function Link() {
  const age = picture.heardMs ? Date.now() - picture.heardMs : NaN;
  const stale = picture.link === "lost" || age > STALE_MS;
  const words = W.link[stale && picture.link !== "loading" ? "lost" : picture.link];
  return html`<div class=${`link ${stale ? "lost" : picture.link}`} role="status" aria-live="off"
      title=${picture.why}>
    <span class="dot" aria-hidden="true"></span><b>${words}</b>
    ${Number.isFinite(age) && html`<span class="quiet">${W.age(length(age))}</span>`}
  </div>`;
}

function Clocks() {
  const at = realNow();
  const one = (zone) => html`<button class=${`clock ${view.tz === zone ? "on" : ""}`}
      aria-pressed=${view.tz === zone} onClick=${() => view.tz === zone || turnZone()}
      title=${W.page.inZone}>
    <time>${clock(at, zone, true)}</time> <span>${zone === "utc" ? "UTC" : zoneName(zone)}</span>
  </button>`;
  return html`<div class="clocks"><span class="quiet">${day(at, view.tz)}</span>
    ${one("utc")}${one("local")}</div>`;
}

export function Bar() {
  return html`<header class="bar">
    <h1>${W.name}</h1>
    <${Link} />
    <${Clocks} />
    <label class="search"><span class="unseen">${W.searchLabel}</span>
      <input id="search" type="search" placeholder=${W.search} value=${view.q} maxlength="60"
        onInput=${(e) => go({ q: e.target.value, tab: "ships" }, true)} /></label>
    <span class="tools">
      <button onClick=${() => showPorts()} title=${W.page.portsKey}>${W.ports}</button>
      <button aria-pressed=${Boolean(view.t)} onClick=${turnPast} title=${W.past.hint}>${W.past.name}</button>
      <button onClick=${turnPalette} title=${W.page.paletteKey}>${W.palettes[view.pal]}</button>
      <button onClick=${() => openDialog("sound")}>${W.sound}</button>
      <button onClick=${() => openDialog("help")} title=${W.page.helpKey}>${W.help}</button>
      <button class=${works() ? "" : "wanted"} onClick=${() => openDialog("sign-in")}>
        ${works() ? plain(officer.by) : W.signIn}</button>
    </span>
  </header>`;
}

export function Banner() {
  const age = Date.now() - picture.heardMs;
  if (!picture.heardMs || (picture.link !== "lost" && age < STALE_MS)) return null;
  if (age < STALE_MS) return null;
  return html`<div class="banner" role="alert">${W.lost(length(age))}</div>`;
}
