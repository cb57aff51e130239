// A chart of counts by day. What it shows stands in words and in a table beside it, too.
import { view } from "./address.js";
import { html, useEffect, useRef } from "./dom.js";

// It takes a tenth of a second to begin: only where a chart is shown.
const library = () => import("./vendor/uplot-1.6.32.mjs").then((found) => found.default);

const HEIGHT = 120;
const BAR = [0.4, 14]; // share of a day, and px at most
const DAY_S = 86400;

const dayOf = (at) => new Date(at * 1000).toISOString().slice(5, 10);

function colours(names) {
  const style = getComputedStyle(document.documentElement);
  return names.map((name) => style.getPropertyValue(`--${name}`).trim());
}

function options(uPlot, width, names) {
  const [one, two, line, text] = colours(["link", "warning", "line", "quiet"]);
  const axis = { stroke: text, grid: { stroke: line, width: 1 }, ticks: { show: false }, font: "11px system-ui, sans-serif" };
  const bars = (align, colour, label, fill) => ({
    label, stroke: colour, fill, width: 1.5, points: { show: false }, paths: uPlot.paths.bars({ size: BAR, align }),
  });
  return {
    width, height: HEIGHT, legend: { show: false }, cursor: { show: false }, tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "UTC"),
    scales: { x: { time: true, range: (_, low, high) => [low - DAY_S, high + DAY_S] }, y: { range: (_, low, high) => [0, Math.max(2, high)] } },
    series: [{}, bars(-1, one, names[0], one), bars(1, two, names[1], "transparent")],
    axes: [{ ...axis, space: 60, size: 24, incrs: [DAY_S, 2 * DAY_S, 4 * DAY_S, 7 * DAY_S], values: (_, at) => at.map(dayOf) }, { ...axis, size: 30, incrs: [1, 2, 5, 10, 20, 50, 100, 500], space: 24 }],
  };
}

// `days`: seconds since 1970 of their begin; `names`: of the two counts.
export function Chart({ days, one, two, names, label }) {
  const place = useRef(null);
  const key = `${view.pal} ${days.length} ${days.at(-1)} ${one} ${two}`;
  useEffect(() => {
    let [chart, over] = [null, false];
    const box = place.current; // kept: when a panel is closed, the ref is empty before the effect is over
    const size = new ResizeObserver(() => chart.setSize({ width: box.clientWidth, height: HEIGHT }));
    library().then((uPlot) => {
      if (over) return;
      chart = new uPlot(options(uPlot, box.clientWidth, names), [days, one, two], box);
      size.observe(box);
    });
    return () => { over = true; size.disconnect(); chart?.destroy(); };
  }, [key]);
  return html`<div class="chart"><p class="small legend" aria-hidden="true"><span class="one"></span> ${names[0]}
    ${" "}<span class="two"></span> ${names[1]}</p>
    <div ref=${place} role="img" aria-label=${label}></div></div>`;
}
