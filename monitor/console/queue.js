// The queue: what stands, and what is chosen of it.
import { go, view } from "./address.js";
import { html, plain } from "./dom.js";
import { showPlace } from "./map.js";
import { past, picture, portName, queue } from "./picture.js";
import { ago, ms, now, stamp } from "./time.js";
import { W } from "./words.js";

const SIGNS = { critical: "◆", warning: "▲", info: "■" };

export function Severity({ of }) {
  return html`<span class=${`severity ${of}`}><span aria-hidden="true">${SIGNS[of]}</span>
    ${W.severity[of]}</span>`;
}

export function choose(alert, focus = false) {
  go({ tab: "alerts", alert: alert.id, ship: alert.mmsi ? String(alert.mmsi) : "", at: "" });
  showPlace(alert.lon, alert.lat);
  if (focus) requestAnimationFrame(() => document.getElementById(`row-${alert.id}`)?.focus());
}

// The alert that is so many rows below the one that is chosen.
export function step(by) {
  const rows = queue();
  if (!rows.length) return;
  const place = rows.findIndex((each) => each.id === view.alert);
  const next = place < 0 ? (by > 0 ? 0 : rows.length - 1) : place + by;
  choose(rows[Math.min(rows.length - 1, Math.max(0, next))], true);
}

function Row({ alert }) {
  const happened = alert.happened_at ?? alert.raised_at;
  const fresh = now() - ms(alert.changed_at) < 3600000;
  return html`<li>
    <button id=${`row-${alert.id}`} data-alert=${alert.id}
        class=${`row ${alert.severity} ${alert.state} ${alert.muted ? "muted" : ""}`}
        aria-current=${alert.id === view.alert ? "true" : undefined} onClick=${() => choose(alert)}>
      <span class="line"><${Severity} of=${alert.severity} />
        <span class="age" title=${stamp(happened, view.tz)}>${ago(happened)}</span></span>
      <span class="headline">${plain(alert.headline)}</span>
      <span class="line quiet">
        <span>${[plain(alert.flag_text), portName(alert.place), plain(alert.feed)].filter(Boolean).join(" · ")}</span>
        <span class="marks">
          ${alert.late && html`<span class="mark late">${W.past.late}</span>`}
          ${alert.state === "acknowledged" && html`<span class="mark">${W.alert.acknowledged}</span>`}
          ${alert.muted && html`<span class="mark">${W.alert.muted}</span>`}
          ${alert.assignee && html`<span class="mark">${W.alert.assigned(plain(alert.assignee))}</span>`}
          ${fresh && alert.state === "open" && html`<span class="mark new">${W.alert.changed(ago(alert.changed_at))}</span>`}
        </span></span>
    </button></li>`;
}

export function Queue() {
  const rows = queue();
  const counted = ["critical", "warning", "info"].map((severity) =>
    [severity, rows.filter((each) => each.severity === severity && each.state === "open").length]);
  return html`<div class="panel" id="panel-alerts" role="tabpanel" aria-labelledby="tab-alerts">
    <p class="counts" aria-label=${W.alert.open}>${counted.map(([severity, n]) =>
      html`<span key=${severity} class=${`count ${severity} ${n ? "" : "zero"}`}>${W.alert.count(n, W.severity[severity])}</span>`)}
    </p>
    <p class="quiet small">${W.queueWords}</p>
    ${picture.knowsAlerts && !rows.length && html`<p class="empty">${past.at === null ? W.noAlerts : W.past.noAlerts}</p>`}
    <ul class="rows">${rows.map((alert) => html`<${Row} key=${alert.id} alert=${alert} />`)}</ul>
  </div>`;
}
