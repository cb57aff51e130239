// A sound for new alerts of chosen severities and ships: off until somebody chooses.
import { picture } from "./picture.js";
import { keep, kept } from "./prefs.js";

const TONES = { critical: [880, 660, 880, 660], warning: [660, 660], info: [520] };
const TONE_S = 0.16;
let context = null;
export const played = { times: 0 };

export const chosenSounds = () => kept("sounds", []);

export function chooseSound(severity) {
  const chosen = chosenSounds();
  keep("sounds", chosen.includes(severity)
    ? chosen.filter((each) => each !== severity) : [...chosen, severity]);
}

// By MMSI, with the name that she had when she was chosen.
export const chosenShips = () => kept("soundShips", {});

export function chooseShip(mmsi, name = "") {
  const { [mmsi]: was, ...others } = chosenShips();
  keep("soundShips", was === undefined ? { ...others, [mmsi]: name } : others);
}

export function beep(severity) {
  played.times += 1;
  try {
    context ??= new AudioContext();
    context.resume();
    TONES[severity].forEach((pitch, i) => {
      const [tone, loud] = [context.createOscillator(), context.createGain()];
      const begin = context.currentTime + i * TONE_S * 1.25;
      tone.frequency.value = pitch;
      loud.gain.setValueAtTime(0.25, begin);
      loud.gain.exponentialRampToValueAtTime(0.001, begin + TONE_S);
      tone.connect(loud).connect(context.destination);
      tone.start(begin);
      tone.stop(begin + TONE_S);
    });
  } catch {
    // a machine without sound
  }
}

// What is new since the last time: the gravest is heard. Returns what is to be read aloud.
export function sound() {
  const raised = picture.raised.splice(0);
  const [wanted, ships] = [chosenSounds(), chosenShips()];
  const wants = (each) => wanted.includes(each.severity) || String(each.mmsi) in ships;
  const heard = ["critical", "warning", "info"].find((severity) =>
    raised.some((each) => each.severity === severity && wants(each)));
  if (heard) beep(heard);
  return raised;
}
