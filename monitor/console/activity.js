// Arrivals and departures of a port, day by day.
import { get } from "./api.js";
import { useAsked } from "./asked.js";
import { Chart } from "./chart.js";
import { html, plain } from "./dom.js";
import { past, portName } from "./picture.js";
import { now } from "./time.js";
import { W } from "./words.js";

const DAYS = 14;
const DAY_MS = 86400000;
const FEW_HOURS = 6; // of a day in which it was heard for less nothing follows from few calls

const sum = (rows, name) => rows.reduce((total, each) => total + each[name], 0);

export function Activity({ port }) {
  const today = Math.floor(now() / DAY_MS) * DAY_MS;
  const since = new Date(today - (DAYS - 1) * DAY_MS).toISOString();
  const key = `${port} ${Math.floor(now() / (DAY_MS / 24))}`; // once an hour
  const { key: of, value, trouble } = useAsked(key, () =>
    get("/ask/activity", { port, since, until: new Date(now()).toISOString() }));
  if (trouble) return html`<p class="quiet small">${plain(trouble)}</p>`;
  if (!value || !of.startsWith(`${port} `)) return null;
  const rows = value.slice(-DAYS);
  const [, arrived, departed] = W.panel.columns;
  const deaf = rows.filter((each) => each.hours_heard < FEW_HOURS).length;
  const label = W.panel.chart(sum(rows, "arrivals"), sum(rows, "departures"), portName(port));
  return html`<h3>${W.panel.days(rows.length)}</h3>
    <${Chart} days=${rows.map((each) => Date.parse(each.day) / 1000)} one=${rows.map((each) => each.arrivals)}
      two=${rows.map((each) => each.departures)} names=${[arrived, departed]} label=${label} />
    ${past.at !== null && html`<p class="quiet small">${W.past.knownNow}</p>`}
    ${deaf > 0 && html`<p class="quiet small">${W.panel.notHeardDays(deaf)}</p>`}
    <details><summary>${W.panel.table}</summary><table class="days"><thead><tr>${W.panel.columns.map((words) =>
      html`<th key=${words} scope="col">${words}</th>`)}</tr></thead><tbody>${[...rows].reverse().map((each) =>
      html`<tr key=${each.day}><th scope="row">${plain(each.day)}</th><td>${each.arrivals}</td><td>${each.departures}</td>
        <td>${each.ships}</td><td>${each.hours_heard}</td></tr>`)}</tbody></table></details>`;
}
