// How the watch itself is doing: feeds, the store, what waits, channels.
import { html, plain } from "./dom.js";
import { picture } from "./picture.js";
import { ago, ms, length, now } from "./time.js";
import { W } from "./words.js";

const total = (counts) => Object.values(counts ?? {}).reduce((sum, n) => sum + n, 0);
const GOOD = new Set(["live", "starting"]);

function Feed({ feed }) {
  const refused = total(feed.refused);
  return html`<li class=${`feed ${GOOD.has(feed.state) ? "good" : "bad"}`}>
    <div class="line"><b>${plain(feed.name)}</b> <span class="state">${plain(feed.state)}
      ${" "}for ${length(now() - ms(feed.since))}</span></div>
    <div class="quiet small">${plain(feed.kind)}, ${plain(feed.where)}</div>
    ${feed.why && html`<p>${plain(feed.why)}</p>`}
    <div class="small">Last message ${feed.last_message_at ? ago(feed.last_message_at) : "never"};
      ${" "}${feed.messages} messages, ${feed.lines} lines${feed.late ? `, ${feed.late} late` : ""}
      ${feed.dropped ? html`; <b>${feed.dropped} dropped</b>` : ""}${refused ? `; ${refused} refused` : ""}
      ${total(feed.left_out) ? `; ${total(feed.left_out)} left out` : ""}
      ${feed.clock_slow_s ? `; its clock is ${feed.clock_slow_s} s slow` : ""}</div>
    ${feed.next_try_at && html`<div class="small">Tried again ${ago(feed.next_try_at)}</div>`}</li>`;
}

const bytes = (n) => (n < 1e6 ? `${Math.round(n / 1e3)} kB` : `${(n / 1e6).toFixed(1)} MB`);
const seconds = (n) => (n === null ? "not known yet" : `${n.toFixed(2)} s`);

export function Feeds() {
  const status = picture.status;
  if (!status) return html`<div class="panel" id="panel-feeds" role="tabpanel">Reading …</div>`;
  const { store, spool } = status;
  return html`<div class="panel" id="panel-feeds" role="tabpanel" aria-labelledby="tab-feeds">
    <h2>Feeds</h2>
    ${status.feeds.length ? html`<ul class="feeds">${status.feeds.map((feed) =>
      html`<${Feed} key=${feed.name} feed=${feed} />`)}</ul>`
      : html`<p class="problem">No feed is configured: nothing new will be heard.</p>`}
    <h2>Store</h2>
    <p class=${store.ready ? "" : "problem"}>${plain(store.why)}; from hearing to stored ${seconds(store.lag_p50_s)},
      ${" "}at the slowest ${seconds(store.lag_p99_s)}.</p>
    <p>${bytes(spool.waiting_bytes)} wait on disk${spool.dropped_lines ? html`; <b>${spool.dropped_lines} lines
      dropped</b>` : ""}. ${spool.trouble && html`<b>${plain(spool.trouble)}</b>`}</p>
    <h2>Channels</h2>
    ${status.channels.length ? html`<ul class="feeds">${status.channels.map((each) => html`<li key=${each.name}
      class=${`feed ${each.works ? "good" : "bad"}`}><div class="line"><b>${plain(each.name)}</b>
      <span class="state">${each.works ? "works" : "fails"}</span></div>
      <div class="quiet small">${plain(each.kind)}, ${plain(each.where)}</div>${each.why && html`<p>${plain(each.why)}</p>`}
      <div class="small">${each.sent} sent, ${each.failed} failed, ${each.dead} dead</div></li>`)}</ul>`
      : html`<p>${W.nobody}: alerts are shown here and told to nobody.</p>`}
    <p class="quiet small">Release ${plain(status.version)}, begun ${ago(status.started_at)}; ${status.lines} lines,
      ${" "}${status.vessels} ships, ${status.visits} visits watched.</p></div>`;
}
