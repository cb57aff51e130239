// The page: bar, queue, map, card.
import { said, SAID_MS } from "./acts.js";
import { go, view } from "./address.js";
import { AlertCard } from "./alertcard.js";
import { Banner, Bar } from "./bar.js";
import { Cross, Drawing } from "./drawing.js";
import { html, plain, useEffect, useRef } from "./dom.js";
import { Feeds } from "./feeds.js";
import { Fleets } from "./fleets.js";
import { OpenDialog } from "./forms.js";
import { resizeMap, tryMap, updateMap } from "./map.js";
import { MapKey } from "./mapkey.js";
import { picture, queue, show } from "./picture.js";
import { Ports } from "./ports.js";
import { Queue } from "./queue.js";
import { ShipCard } from "./shipcard.js";
import { ShipList } from "./shiplist.js";
import { SightingCard } from "./sightingcard.js";
import { forgetStory } from "./story.js";
import { TimeBar } from "./timebar.js";
import { track } from "./tracks.js";
import { W } from "./words.js";

// A new panel is a file and a row.
const PANELS = { alerts: Queue, ships: ShipList, ports: Ports, feeds: Feeds, fleets: Fleets };
let drawable = true; // until it is tried
export const aloud = { text: "" }; // what a screen reader is told of new alerts

function troubled(tab) {
  if (tab === "alerts") return queue().filter((each) => each.state === "open").length || "";
  if (tab === "feeds") {
    const bad = (picture.status?.feeds ?? []).filter((each) => each.state !== "live" && each.state !== "starting");
    return bad.length ? "!" : "";
  }
  if (tab === "ports") return (picture.status?.ports ?? []).some((each) => each.words !== "heard") ? "!" : "";
  return "";
}

function Tabs() {
  const names = Object.keys(PANELS);
  const turn = (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.stopPropagation();
    const next = names[(names.indexOf(view.tab) + by + names.length) % names.length];
    go({ tab: next });
    document.getElementById(`tab-${next}`)?.focus();
  };
  return html`<div class="tabs" role="tablist" aria-label=${W.panel.lists} onKeyDown=${turn}>${names.map((name) => html`<button key=${name}
    role="tab" id=${`tab-${name}`} aria-selected=${view.tab === name} aria-controls=${`panel-${name}`}
    tabindex=${view.tab === name ? 0 : -1} onClick=${() => go({ tab: name })}>${W.tabs[name]}
    ${troubled(name) !== "" && html` <span class="badge">${troubled(name)}</span>`}</button>`)}</div>`;
}

function MapPlace() {
  const place = useRef(null);
  useEffect(() => {
    drawable = tryMap(place.current);
    if (!drawable) return show();
    new ResizeObserver(resizeMap).observe(place.current);
  }, []);
  useEffect(() => { if (drawable) updateMap(); });
  if (!drawable) return html`<section class="map none" aria-label=${W.panel.map}><p id="no-map">${W.noMap}</p></section>`;
  return html`<section class="map" aria-label=${W.panel.map}><div id="map" ref=${place}></div><${Cross} />
    <div class="on-map"><${MapKey} /><${Drawing} /></div></section>`;
}

function Card() {
  const label = view.alert ? W.alert.card : view.ship ? W.ship.card : view.seen ? W.sighting.card : "";
  if (!label) return null;
  return html`<aside class="card" aria-label=${label}>
    <button class="close" aria-label=${W.panel.closeCard} onClick=${() => go({ alert: "", ship: "", at: "" })}>✕</button>
    ${view.alert ? html`<${AlertCard} key=${view.alert} />`
      : view.ship ? html`<${ShipCard} key=${view.ship} />` : html`<${SightingCard} key=${view.seen} />`}</aside>`;
}

export function App() {
  const Panel = PANELS[view.tab];
  if (!view.ship) { track.forget(); forgetStory(); }
  const said_ = Date.now() - said.at < SAID_MS;
  const open = view.alert || view.ship || view.seen ? "with-card" : "";
  return html`<div class=${`page ${open}`}>
    <${Bar} /><div class="banners"><${Banner} /><${TimeBar} /></div>
    <main class="lists" aria-label=${W.panel.lists}><${Tabs} /><${Panel} /></main>
    <${MapPlace} />
    <${Card} />
    <p class=${`said ${said.bad ? "bad" : ""} ${said_ ? "" : "over"}`} id="said" role="status">${said_ ? plain(said.text) : ""}</p>
    <p class="unseen" role="alert">${plain(aloud.text)}</p>
    <${OpenDialog} />
  </div>`;
}
