// The sections of a ship's card, from above: a new one is a file and a row.
import { Calls, Voyages } from "./calls.js";
import { HerFiles } from "./files.js";
import { Identity } from "./identity.js";
import { LastFix } from "./lastfix.js";
import { Said } from "./said.js";
import { HerSound } from "./sound.js";
import { Silences } from "./silences.js";
import { Track } from "./track.js";

export const SECTIONS = [LastFix, Identity, HerSound, Track, Silences, Calls, Voyages, Said, HerFiles];
