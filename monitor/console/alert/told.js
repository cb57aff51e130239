// Who was told, and word for word what: the messages are asked for when somebody wants to read one.
import { view } from "../address.js";
import { get } from "../api.js";
import { useAsked } from "../asked.js";
import { html, plain, useState } from "../dom.js";
import { byThen, past } from "../picture.js";
import { stamp } from "../time.js";
import { W } from "../words.js";

function Messages({ alert }) {
  const key = `${alert.id} ${alert.revision} ${alert.told.length}`;
  const { value, trouble } = useAsked(key, () => get(`/alerts/${alert.id}/messages`));
  if (!value) return html`<p class=${trouble ? "problem" : "quiet"}>${plain(trouble) || W.alert.reading}</p>`;
  return html`<ul class="calls">${value.filter((each) => byThen(each.made_at)).map((each, i) => html`<li key=${i} class="message">
    <b>${plain(each.channel)}</b>${": "}${plain(each.headline)} <span class="quiet small">${stamp(each.made_at, view.tz)}</span>
    <pre tabindex="0">${String(each.text ?? "").split("\n").map(plain).join("\n")}</pre></li>`)}</ul>`;
}

function Delivery({ of }) {
  const over = of.ended_at && byThen(of.ended_at);
  const state = over || past.at === null ? plain(of.state) : W.past.onItsWay;
  return html`<li>${W.alert.toldOne(plain(of.channel), plain(of.word), of.revision, state, over ? stamp(of.ended_at, view.tz) : "")}
    ${of.last_error && (over || past.at === null) && html`<span class="problem"> ${plain(of.last_error)}</span>`}</li>`;
}

export function Told({ alert }) {
  const [open, set] = useState(false);
  return html`<section><h3>${W.alert.told}</h3>${alert.told.length
    ? html`<ul>${alert.told.map((each, i) => html`<${Delivery} key=${i} of=${each} />`)}</ul>
      <details id="messages" onToggle=${(event) => set(event.target.open)}><summary>${W.alert.message}</summary>
        ${open && html`<${Messages} alert=${alert} />`}</details>`
    : html`<p>${past.at === null ? W.alert.toldNobody : W.past.toldNobody}</p>`}</section>`;
}
