// Whether a ship is on a watchlist, and why: as a mark, or in words.
import { html, plain } from "./dom.js";
import { picture } from "./picture.js";
import { W } from "./words.js";

export function Watched({ of, short = false }) {
  const found = picture.watched.get(of) ?? [];
  if (!found.length) return null;
  const sure = found.some((each) => each.may_page);
  if (short) {
    return html`<span class="star" title=${found.map((each) => W.watched.short(each.list, each.reason)).join("; ")}>
      <span aria-hidden="true">${sure ? "★" : "☆"}</span><span class="unseen">${W.watched.mark(sure)}</span></span>`;
  }
  return html`<ul class="watched">${found.map((each) => html`<li key=${each.entry}>
    <b>${each.may_page ? "★" : "☆"} ${W.watched.mark(each.may_page)}: ${plain(each.list)}</b>, ${plain(each.reason)}
    <span class="quiet small"> ${plain(each.why)} ${W.watched.source(plain(each.source))}</span></li>`)}</ul>`;
}
