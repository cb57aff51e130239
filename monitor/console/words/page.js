// What the bar, the slider, instants and a lost link say.
export const PAGE = {
  inZone: "Times are shown in this zone (U)",
  portsKey: "All ports (F)",
  paletteKey: "Day, dusk, night (N)",
  helpKey: "Keys (?)",
  howMuch: "How much of the track",
  instant: "Instant on the track",
  play: "Play ▸ / stop",
  show: "Show",
  before: "before the first fix",
  nowhere: (from, to, zone, span) => `not heard from ${from} to ${to} ${zone} (${span}): nobody knows where she was`,
  fix: (place, speed, course) => [place, speed && `${speed} kn`, course && `course ${course}°`].filter(Boolean).join(", "),
  noTrack: "no track",
  reading: "Reading …",
  attribution: "Coast © OpenStreetMap contributors, ODbL. Not for navigation.",
  status: (number) => `The watch answered with status ${number}.`,
  noAnswer: "The watch does not answer: the connection is lost, or it is stopped.",
  ended: "The stream ended.",
  broke: "The stream broke off.",
};

export const TIME = {
  unknown: "unknown",
  unknownTime: "at an unknown time",
  ago: (span) => `${span} ago`,
  in: (span) => `in ${span}`,
  notSeen: "not seen",
  between: (from, to) => `between ${from} and ${to}`,
  before: (at) => `before ${at}`,
  after: (at) => `after ${at}`,
  noPlace: "no place",
  local: "local",
};
