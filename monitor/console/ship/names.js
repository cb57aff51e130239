// Who she said she was, over time; what of it cannot be; and who else says her IMO number.
import { view } from "../address.js";
import { html, plain } from "../dom.js";
import { byThen } from "../picture.js";
import { happened, isHers, saidOf, story } from "../story.js";
import { bounds, moment, ms, zoneName } from "../time.js";
import { W } from "../words.js";
import { OtherShip } from "./company.js";
import { SaidLine } from "./saidline.js";

const FIELDS = ["name", "callsign", "imo", "ship_type", "size"];

function Hull({ of, ship }) {
  const isFirst = of.mmsi === ship.mmsi;
  const other = isFirst ? { mmsi: of.other_mmsi, name: of.other_name } : { mmsi: of.mmsi, name: of.name };
  const flag = isFirst ? of.other_flag : of.flag;
  const words = isFirst ? W.story.hullShe : W.story.hullOther;
  return html`<li><b>${W.story.verdicts[of.verdict] ?? plain(of.verdict)}</b>${": "}<${OtherShip} ...${other} />
    ${" "}<span class="quiet">${W.story.number(other.mmsi, plain(flag))}</span><br />${plain(of.words)}
    ${" "}${words(of.imo, moment(of.last_at, view.tz), moment(of.other_first_at, view.tz))}
    ${of.apart_nm !== null && ` ${W.story.apart(of.apart_nm)}`}</li>`;
}

export function Names({ ship }) {
  const ready = isHers(ship);
  const hulls = ready ? story.hulls.filter((each) => byThen(each.other_first_at)) : [];
  const doubts = ready ? happened("IdentityFlapped", "IdentityDoubted") : [];
  const from = Math.min(...saidOf(...FIELDS).map((each) => ms(each.since)));
  return html`<section id="said-over-time"><h3>${W.story.who} <span class="quiet small">${W.story.times(zoneName(view.tz))}</span></h3>
    ${story.trouble && ready ? html`<p class="problem">${W.story.failed(plain(story.trouble))}</p>` : null}
    ${!ready ? html`<p class="quiet">${W.ship.reading}</p>` : html`
      ${doubts.map((each) => html`<p class="warn" key=${each.id}>${plain(each.why)} <span class="quiet small">${bounds(each, view.tz)}</span></p>`)}
      ${hulls.length > 0 && html`<h4>${W.story.hulls}</h4><ul class="calls" id="hulls">${hulls.map((each) =>
        html`<${Hull} key=${`${each.mmsi} ${each.other_mmsi}`} of=${each} ship=${ship} />`)}</ul>`}
      <p class="said-line"><span class="quiet">${W.story.fields.flag}${": "}</span>${ship.flag_text ? W.story.flag(plain(ship.flag_text), ship.mmsi)
        : W.story.noFlag(ship.mmsi)}</p>
      ${FIELDS.map((field) => html`<${SaidLine} key=${field} field=${field} rows=${saidOf(field)} from=${from} />`)}`}</section>`;
}
