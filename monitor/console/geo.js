// Places on the sphere: how far, which way, and where one comes to. Miles are nautical.
const EARTH_NM = 3440.065; // mean radius
const rad = Math.PI / 180;

export function distanceNm([lon, lat], [lon2, lat2]) {
  const part = Math.sin(((lat2 - lat) * rad) / 2) ** 2
    + Math.cos(lat * rad) * Math.cos(lat2 * rad) * Math.sin(((lon2 - lon) * rad) / 2) ** 2;
  return 2 * EARTH_NM * Math.asin(Math.min(1, Math.sqrt(part)));
}

// The course at the beginning of the great circle, 0 to 360.
export function bearingDeg([lon, lat], [lon2, lat2]) {
  const turn = (lon2 - lon) * rad;
  const y = Math.sin(turn) * Math.cos(lat2 * rad);
  const x = Math.cos(lat * rad) * Math.sin(lat2 * rad)
    - Math.sin(lat * rad) * Math.cos(lat2 * rad) * Math.cos(turn);
  return (Math.atan2(y, x) / rad + 360) % 360;
}

export function reached([lon, lat], bearing, nm) {
  const part = nm / EARTH_NM;
  const y = Math.asin(Math.sin(lat * rad) * Math.cos(part)
    + Math.cos(lat * rad) * Math.sin(part) * Math.cos(bearing * rad));
  const x = lon * rad + Math.atan2(
    Math.sin(bearing * rad) * Math.sin(part) * Math.cos(lat * rad),
    Math.cos(part) - Math.sin(lat * rad) * Math.sin(y));
  return [x / rad, y / rad];
}

// A ring about a place.
export function ring(lon, lat, radiusNm, corners = 72) {
  return Array.from({ length: corners + 1 }, (_, i) => reached([lon, lat], (i / corners) * 360, radiusNm));
}
