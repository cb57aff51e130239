// Why it fired: rules as sentences, what happened, and its evidence.
import { view } from "../address.js";
import { html, plain } from "../dom.js";
import { Evidence } from "../evidence.js";
import { ago, stamp } from "../time.js";
import { W } from "../words.js";

const MOST = 3;

function Reason({ reason, events, closed = false }) {
  const event = events.find((each) => each.id === reason.event);
  const at = reason.happened_at ?? reason.decided_at;
  return html`<li class="reason">
    <div><b>${W.kinds(reason.kind)}</b>${reason.state !== "confirmed"
      && html` <em>${W.alert.eventStates[reason.state] ?? plain(reason.state)}</em>`}
      <span class="quiet"> ${stamp(at, view.tz)}${", "}${ago(at)}</span></div>
    <p>${plain(reason.why)}</p>
    ${reason.lists.map((words) => html`<p class="list" key=${words}>${W.alert.onList(plain(words))}</p>`)}
    ${reason.possible.map((words) => html`<p class="list" key=${words}>${W.alert.perhaps(plain(words))}</p>`)}
    ${event && !closed && html`<${Evidence} event=${event} />`}</li>`;
}

export function Reasons({ alert }) {
  const met = alert.reasons.filter((each) => each.rules.length).reverse();
  const others = alert.reasons.filter((each) => !each.rules.length).reverse();
  const row = (closed) => (each) =>
    html`<${Reason} key=${each.event} reason=${each} events=${alert.events} closed=${closed} />`;
  return html`<section><h3>${W.alert.why}</h3>
    ${alert.rules.map((rule) => html`<p key=${rule.name} class="rule"><b>${plain(rule.name)}</b>
      ${" "}${plain(rule.sentence ?? W.alert.noRule)}</p>`)}
    <ol class="reasons">${met.slice(0, MOST).map(row(false))}</ol>
    ${met.length > MOST && html`<details><summary>${W.alert.earlier(met.length - MOST)}</summary>
      <ol class="reasons">${met.slice(MOST).map(row(false))}</ol></details>`}
    ${others.length > 0 && html`<details><summary>${W.alert.others(others.length)}</summary>
      <ol class="reasons">${others.map(row(true))}</ol></details>`}</section>`;
}
