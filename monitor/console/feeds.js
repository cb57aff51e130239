// How the watch itself is doing: feeds, the store, what waits, channels.
import { view } from "./address.js";
import { get } from "./api.js";
import { useAsked } from "./asked.js";
import { html, plain } from "./dom.js";
import { past, picture, portName } from "./picture.js";
import { ago, ms, length, realNow, stamp } from "./time.js";
import { W } from "./words.js";

const RANGES_MS = 60000; // what is heard is summed up every ten minutes
const GOOD = new Set(["live", "starting"]);
const total = (counts) => Object.values(counts ?? {}).reduce((sum, n) => sum + n, 0);

// Ages are counted from the instant that is shown, and feeds are shown as they are now.
const when = (iso) => (past.at === null ? ago(iso) : stamp(iso, view.tz));

function reasons(counts) {
  const found = Object.entries(counts ?? {}).filter(([, n]) => n);
  if (!found.length) return "";
  return W.panel.reasons(found.map(([name, n]) => `${plain(name.replaceAll("_", " "))} ${n}`).join(", "));
}

// Of each port how far off something was heard by this feed, within the hour.
function ranges(name, heard) {
  const far = new Map();
  for (const each of heard ?? []) {
    if (each.feed === name) far.set(each.port, Math.max(far.get(each.port) ?? 0, each.furthest_nm ?? 0));
  }
  return [...far].map(([port, nm]) => W.panel.miles(nm, portName(port))).join(", ");
}

function figures(feed, heard) {
  const { fields } = W.panel;
  const behind = feed.last_message_at ? when(feed.last_message_at) : W.panel.never;
  return [
    [fields.last, behind], [fields.range, ranges(feed.name, heard) || W.panel.notHeard],
    [fields.messages, feed.messages], [fields.lines, feed.lines], [fields.late, feed.late],
    [fields.dropped, feed.dropped], [fields.refused, `${total(feed.refused)}${reasons(feed.refused)}`],
    [fields.leftOut, `${total(feed.left_out)}${reasons(feed.left_out)}`],
    [fields.clock, W.panel.seconds(feed.clock_slow_s)], [fields.connections, W.panel.times(feed.connections)],
  ];
}

function Feed({ feed, heard }) {
  const state = W.panel.feedStates[feed.state] ?? plain(feed.state);
  return html`<li class=${`feed ${GOOD.has(feed.state) ? "good" : "bad"}`}>
    <div class="line"><b>${plain(feed.name)}</b> <span class="state">
      ${W.panel.feedState(state, length(realNow() - ms(feed.since)))}</span></div>
    <div class="quiet small">${W.panel.kind(plain(feed.kind), plain(feed.where))}</div>
    ${feed.why && html`<p>${plain(feed.why)}</p>`}
    ${feed.next_try_at && html`<p class="small">${W.panel.again(when(feed.next_try_at))}</p>`}
    <dl class="figures wide small">${figures(feed, heard).map(([name, value]) => html`<div key=${name}>
      <dt>${name}</dt><dd>${value}</dd></div>`)}</dl></li>`;
}

const bytes = (n) => (n < 1e6 ? `${Math.round(n / 1e3)} kB` : `${(n / 1e6).toFixed(1)} MB`);
// Of a recording that is played at speed the watch counts played seconds.
const seconds = (n) => (n === null ? W.panel.lagUnknown
  : W.panel.seconds((n / (picture.status.clock_speed ?? 1)).toFixed(2)));

function Channel({ of }) {
  return html`<li class=${`feed ${of.works ? "good" : "bad"}`}><div class="line"><b>${plain(of.name)}</b>
    <span class="state">${W.panel.channelStates[of.works]}</span></div>
    <div class="quiet small">${W.panel.kind(plain(of.kind), plain(of.where))}</div>${of.why && html`<p>${plain(of.why)}</p>`}
    <div class="small">${W.panel.counts(of.sent, of.failed, of.dead)}</div></li>`;
}

export function Feeds() {
  const status = picture.status;
  const { value: heard } = useAsked(`heard ${Math.floor(Date.now() / RANGES_MS)}`, () => get("/ask/reception"));
  if (!status) return html`<div class="panel" id="panel-feeds" role="tabpanel" aria-labelledby="tab-feeds">${W.panel.reading}</div>`;
  const { store, spool } = status;
  return html`<div class="panel" id="panel-feeds" role="tabpanel" aria-labelledby="tab-feeds" tabindex="0">
    ${past.at !== null && html`<p class="warn">${W.past.feeds}</p>`}
    <h2>${W.panel.feeds}</h2>
    ${status.feeds.length ? html`<ul class="feeds">${status.feeds.map((feed) =>
      html`<${Feed} key=${feed.name} feed=${feed} heard=${heard} />`)}</ul>`
      : html`<p class="problem">${W.panel.noFeed}</p>`}
    <h2>${W.panel.store}</h2>
    <p class=${store.ready ? "" : "problem"}>
      ${W.panel.lag(plain(store.why), seconds(store.lag_p50_s), seconds(store.lag_p99_s))}</p>
    <p>${W.panel.waiting(bytes(spool.waiting_bytes))}${spool.dropped_lines ? html`${"; "}<b>
      ${W.panel.linesDropped(spool.dropped_lines)}</b>` : ""}${". "}${spool.trouble && html`<b>${plain(spool.trouble)}</b>`}</p>
    <h2>${W.panel.channels}</h2>
    ${status.channels.length ? html`<ul class="feeds">${status.channels.map((each) =>
      html`<${Channel} key=${each.name} of=${each} />`)}</ul>` : html`<p>${W.panel.noChannel}</p>`}
    <p class="quiet small">${W.panel.release(plain(status.version), when(status.started_at))}
      ${" "}${W.panel.watched(status.lines, status.vessels, status.visits)}</p></div>`;
}
