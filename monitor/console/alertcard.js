// Why an alert fired, what does not follow from it, and what was done.
import { card, start } from "./acts.js";
import { go, view } from "./address.js";
import { SECTIONS } from "./alert/list.js";
import { get } from "./api.js";
import { useAsked } from "./asked.js";
import { html, plain, useEffect } from "./dom.js";
import { byThen, past, picture } from "./picture.js";
import { Severity } from "./queue.js";
import { ago, stamp } from "./time.js";
import { W } from "./words.js";

const KEYS = { ack: "A", assign: "S", close: "C", mute: "M" };

function Acts({ alert }) {
  return html`<p class="acts" role="group" aria-label=${W.alert.toDo}>${Object.entries(W.acts).map(([what, words]) =>
    html`<button key=${what} id=${`act-${what}`} class=${what === "ack" && alert.state === "open" ? "main" : ""}
      disabled=${alert.state === "closed" || alert.state === "withdrawn"
        || (what === "ack" && alert.state === "acknowledged") || (what === "mute" && alert.muted)}
      aria-keyshortcuts=${KEYS[what]} onClick=${() => start(what, alert)}>${words} <kbd>${KEYS[what]}</kbd></button>`)}</p>`;
}

function Head({ alert }) {
  const at = alert.happened_at ?? alert.raised_at;
  const marks = [W.states[alert.state], alert.muted && W.alert.muted,
    alert.assignee && W.alert.assigned(plain(alert.assignee))];
  return html`<p class="line"><${Severity} of=${alert.severity} />
      <span>${marks.filter(Boolean).join(", ")}</span></p>
    <h2>${plain(alert.headline)}</h2>
    <p class="quiet">${stamp(at, view.tz)}${" · "}${ago(at)}</p>
    ${alert.verdict && html`<p>${W.alert.verdict(W.verdicts[alert.verdict], plain(alert.note))}</p>`}
    ${alert.late && html`<p class="warn"><b>${W.past.late}</b> ${W.past.lateAlert(stamp(alert.changed_at, view.tz))}</p>`}
    ${past.at === null && html`<${Acts} alert=${alert} />`}
    ${alert.mmsi && html`<p><button class="plain" onClick=${() => go({ alert: "", ship: String(alert.mmsi), at: "" })}>
      ${W.alert.ship(plain(alert.name ?? alert.mmsi), alert.mmsi, plain(alert.flag_text))}</button></p>`}`;
}

export function AlertCard() {
  const known = picture.alerts.get(view.alert);
  const era = past.at === null ? "now" : "then"; // of the other nothing is shown while one is read
  const key = `${era} ${view.alert} ${known?.revision} ${known?.state} ${known?.muted} ${card.refresh} ${past.at}`;
  const { key: of, value, trouble } = useAsked(key, () => (past.at === null ? get(`/alerts/${view.alert}`)
    : get(`/past/alerts/${view.alert}`, { at: new Date(past.at).toISOString() })));
  const alert = of.startsWith(era) && value?.id.startsWith(view.alert) ? value : null;
  useEffect(() => { if (alert && alert.id !== view.alert) go({ alert: alert.id }, true); }, [alert?.id]);
  const short = known ?? alert;
  if (!short) return html`<p class=${trouble ? "problem" : "quiet"}>${plain(trouble) || W.alert.reading}</p>`;
  if (!known && !byThen(short.happened_at ?? short.raised_at)) return html`<p class="quiet">${W.past.unknownAlert}</p>`;
  return html`<article class="alert-card"><${Head} alert=${short} />
    ${trouble && html`<p class="problem">${plain(trouble)}</p>`}
    ${alert ? SECTIONS.map((Section, i) => html`<${Section} key=${i} alert=${alert} />`)
      : html`<p class="quiet">${W.alert.readingWhy}</p>`}
  </article>`;
}
