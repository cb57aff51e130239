// Instants as people read them. `now` is the server's clock: a desk's own may be wrong.
import { W } from "./words.js";

// It may be the clock of a recording that is played at speed.
const server = { at: 0, here: 0, speed: 1 };
let pastMs = null; // null: what is shown is of now

export function setServerTime(iso, speed = 1) {
  const at = Date.parse(iso);
  if (Number.isFinite(at)) Object.assign(server, { at, here: Date.now(), speed });
}

// Ages are counted from the instant that is shown: of now, or of the past.
export function showAt(at) {
  pastMs = at;
}

export const realNow = () => (server.here
  ? server.at + (Date.now() - server.here) * server.speed : Date.now());
export const now = () => pastMs ?? realNow();
export const ms = (iso) => (iso === null || iso === undefined ? NaN : Date.parse(iso));

const two = (n) => String(n).padStart(2, "0");

export function clock(at, zone, seconds = false) {
  const d = new Date(at);
  const part = zone === "utc"
    ? [d.getUTCHours(), d.getUTCMinutes(), d.getUTCSeconds()]
    : [d.getHours(), d.getMinutes(), d.getSeconds()];
  return part.slice(0, seconds ? 3 : 2).map(two).join(":");
}

export function day(at, zone) {
  const d = new Date(at);
  return zone === "utc"
    ? `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}`
    : `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
}

export function zoneName(zone) {
  if (zone === "utc") return "UTC";
  const part = new Intl.DateTimeFormat("en", { timeZoneName: "short" }).formatToParts(new Date());
  return part.find((p) => p.type === "timeZoneName")?.value ?? W.time.local;
}

// 2026-11-26 17:04
export function moment(iso, zone) {
  const at = ms(iso);
  return Number.isFinite(at) ? `${day(at, zone)} ${clock(at, zone)}` : W.time.unknown;
}

// 2026-11-26 17:04 UTC
export function stamp(iso, zone) {
  const at = typeof iso === "number" ? iso : ms(iso);
  return Number.isFinite(at) ? `${day(at, zone)} ${clock(at, zone)} ${zoneName(zone)}` : W.time.unknown;
}

// The same without year and zone: of lists that say these once.
export function brief(iso, zone) {
  const at = ms(iso);
  return Number.isFinite(at) ? `${day(at, zone).slice(5)} ${clock(at, zone)}` : W.time.unknown;
}

// A length in two units at most: 45 s, 12 min, 3 h 20 min, 2 d 4 h.
export function length(span) {
  const s = Math.max(0, Math.round(span / 1000));
  if (s < 100) return `${s} s`;
  const min = Math.floor(s / 60);
  if (min < 60) return `${min} min`;
  const hours = Math.floor(min / 60);
  if (hours < 24) return min % 60 ? `${hours} h ${min % 60} min` : `${hours} h`;
  const days = Math.floor(hours / 24);
  if (days > 60) return `${days} d`;
  return hours % 24 ? `${days} d ${hours % 24} h` : `${days} d`;
}

export function ago(iso) {
  const at = typeof iso === "number" ? iso : ms(iso);
  if (!Number.isFinite(at)) return W.time.unknownTime;
  const span = now() - at;
  return span < -60000 ? W.time.in(length(-span)) : W.time.ago(length(span));
}

// As far as it is known: an event's earliest, best and latest.
export function bounds(span, zone) {
  if (!span) return W.time.notSeen;
  if (span.at || (span.earliest && span.earliest === span.latest)) return stamp(span.at ?? span.earliest, zone);
  if (span.earliest && span.latest) {
    return W.time.between(stamp(span.earliest, zone), stamp(span.latest, zone));
  }
  if (span.latest) return W.time.before(stamp(span.latest, zone));
  if (span.earliest) return W.time.after(stamp(span.earliest, zone));
  return W.time.unknownTime;
}

export function place(lat, lon) {
  if (!Number.isFinite(lat) || !Number.isFinite(lon)) return W.time.noPlace;
  const one = (value, signs, width) => {
    const all = Math.round(Math.abs(value) * 60000) / 1000;
    const deg = Math.floor(all / 60);
    const min = (all - deg * 60).toFixed(2).padStart(5, "0");
    return `${String(deg).padStart(width, "0")}°${min}′${signs[value < 0 ? 1 : 0]}`;
  };
  return `${one(lat, "NS", 2)} ${one(lon, "EW", 3)}`;
}
