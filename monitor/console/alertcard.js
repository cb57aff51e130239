// Why an alert fired, what does not follow from it, and what was done.
import { card, start } from "./acts.js";
import { go, view } from "./address.js";
import { get } from "./api.js";
import { useAsked } from "./asked.js";
import { html, plain, useEffect } from "./dom.js";
import { Evidence } from "./evidence.js";
import { picture } from "./picture.js";
import { Severity } from "./queue.js";
import { ago, stamp } from "./time.js";
import { W } from "./words.js";

const MOST_REASONS = 3;

function Reason({ reason, events, closed = false }) {
  const event = events.find((each) => each.id === reason.event);
  const at = reason.happened_at ?? reason.decided_at;
  return html`<li class="reason">
    <div><b>${W.kinds(reason.kind)}</b>${reason.state !== "confirmed" && html` <em>${reason.state}</em>`}
      <span class="quiet"> ${stamp(at, view.tz)}, ${ago(at)}</span></div>
    <p>${plain(reason.why)}</p>
    ${reason.lists.map((words) => html`<p class="list" key=${words}>On a watchlist: ${plain(words)}</p>`)}
    ${reason.possible.map((words) => html`<p class="list" key=${words}>Perhaps: ${plain(words)}</p>`)}
    ${event && !closed && html`<${Evidence} event=${event} />`}</li>`;
}

function Reasons({ alert }) {
  const met = alert.reasons.filter((each) => each.rules.length).reverse();
  const others = alert.reasons.filter((each) => !each.rules.length).reverse();
  const row = (closed) => (each) =>
    html`<${Reason} key=${each.event} reason=${each} events=${alert.events} closed=${closed} />`;
  return html`<section><h3>Why it fired</h3>
    ${alert.rules.map((rule) => html`<p key=${rule.name} class="rule"><b>${plain(rule.name)}</b>
      ${" "}${plain(rule.sentence ?? "There is no such rule any more.")}</p>`)}
    <ol class="reasons">${met.slice(0, MOST_REASONS).map(row(false))}</ol>
    ${met.length > MOST_REASONS && html`<details><summary>${met.length - MOST_REASONS} earlier times
      </summary><ol class="reasons">${met.slice(MOST_REASONS).map(row(false))}</ol></details>`}
    ${others.length > 0 && html`<details><summary>Also of this story: ${others.length}</summary>
      <ol class="reasons">${others.map(row(true))}</ol></details>`}</section>`;
}

function NotProved({ alert }) {
  return html`<section class="not-proved"><h3>What this does not prove</h3>
    <ul>${alert.not_proved.map((words) => html`<li key=${words}>${plain(words)}</li>`)}</ul></section>`;
}

function Told({ alert }) {
  return html`<section><h3>Who was told</h3>${alert.told.length
    ? html`<ul>${alert.told.map((each, i) => html`<li key=${i}>${plain(each.channel)}: ${plain(each.word)},
        revision ${each.revision}, ${plain(each.state)} ${each.ended_at && stamp(each.ended_at, view.tz)}
        ${each.last_error && html`<span class="problem"> ${plain(each.last_error)}</span>`}</li>`)}</ul>`
    : html`<p>${W.nobody}</p>`}</section>`;
}

const DONE = {
  raise: "raised", amend: "amended", ack: "acknowledged", assign: "assigned", close: "closed",
  mute: "muted", reopen: "reopened", withdraw: "withdrawn",
};

function History({ alert }) {
  const steps = alert.history.filter((each) => each.what !== "amend");
  const amended = alert.history.length - steps.length;
  return html`<section><h3>What was done</h3><ul>${steps.map((each, i) => html`<li key=${i}>
    ${stamp(each.made_at, view.tz)}: ${DONE[each.what] ?? each.what} by ${plain(each.actor ?? "the watch")}
    ${each.note && html`: ${plain(each.note)}`}</li>`)}</ul>
    ${amended > 0 && html`<p class="quiet small">Amended ${amended} times by what followed.</p>`}</section>`;
}

const KEYS = { ack: "A", assign: "S", close: "C", mute: "M" };

function Acts({ alert }) {
  return html`<p class="acts" role="group" aria-label="What to do">${Object.entries(W.acts).map(([what, words]) =>
    html`<button key=${what} id=${`act-${what}`} class=${what === "ack" && alert.state === "open" ? "main" : ""}
      disabled=${alert.state === "closed" || alert.state === "withdrawn"
        || (what === "ack" && alert.state === "acknowledged") || (what === "mute" && alert.muted)}
      aria-keyshortcuts=${KEYS[what]} onClick=${() => start(what, alert)}>${words} <kbd>${KEYS[what]}</kbd></button>`)}</p>`;
}

export function AlertCard() {
  const known = picture.alerts.get(view.alert);
  const key = `${view.alert} ${known?.revision} ${known?.state} ${known?.muted} ${card.refresh}`;
  const { value, trouble } = useAsked(key, () => get(`/alerts/${view.alert}`));
  const alert = value?.id.startsWith(view.alert) ? value : null;
  useEffect(() => { if (alert && alert.id !== view.alert) go({ alert: alert.id }, true); }, [alert?.id]);
  const short = known ?? alert;
  if (!short) return html`<p class=${trouble ? "problem" : "quiet"}>${trouble || "Reading …"}</p>`;
  return html`<article class="alert-card">
    <p class="line"><${Severity} of=${short.severity} />
      <span>${W.states[short.state]}${short.muted ? ", muted" : ""}${short.assignee
        ? `, for ${plain(short.assignee)}` : ""}</span></p>
    <h2>${plain(short.headline)}</h2>
    <p class="quiet">${stamp(short.happened_at ?? short.raised_at, view.tz)} ·
      ${" "}${ago(short.happened_at ?? short.raised_at)}</p>
    ${short.verdict && html`<p>Verdict: ${W.verdicts[short.verdict]}${short.note && `: ${plain(short.note)}`}</p>`}
    <${Acts} alert=${short} />
    ${short.mmsi && html`<p><button class="plain" onClick=${() => go({ alert: "", ship: String(short.mmsi), at: "" })}>
      Ship: ${plain(short.name ?? short.mmsi)}, MMSI ${short.mmsi}${short.flag_text ? `, flag ${plain(short.flag_text)}` : ""}</button></p>`}
    ${trouble && html`<p class="problem">${trouble}</p>`}
    ${alert ? html`<${Reasons} alert=${alert} /><${NotProved} alert=${alert} />
      <${Told} alert=${alert} /><${History} alert=${alert} />` : html`<p class="quiet">Reading why …</p>`}
  </article>`;
}
