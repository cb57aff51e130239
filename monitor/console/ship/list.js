// The sections of a ship's card, from above: a new one is a file and a row.
import { Calls, Voyages } from "./calls.js";
import { Company } from "./company.js";
import { Declared } from "./declared.js";
import { HerFiles } from "./files.js";
import { Identity } from "./identity.js";
import { LastFix } from "./lastfix.js";
import { Maybe } from "./maybe.js";
import { Names } from "./names.js";
import { Passages } from "./passages.js";
import { HerSound } from "./sound.js";
import { Silences } from "./silences.js";
import { Track } from "./track.js";

export const SECTIONS = [
  LastFix, Maybe, Identity, HerSound, Track, Silences, Company, Passages, Calls, Voyages, Declared, Names, HerFiles,
];
