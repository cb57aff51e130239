// All layers, the lowest first: a new one is a file and a row.
import { areas } from "./areas.js";
import { coast } from "./coast.js";
import { disturbed } from "./disturbed.js";
import { fences } from "./fences.js";
import { gates } from "./gates.js";
import { kept } from "./kept.js";
import { limit } from "./limit.js";
import { marks } from "./marks.js";
import { measure } from "./measure.js";
import { pins } from "./pins.js";
import { ports } from "./ports.js";
import { reach } from "./reach.js";
import { ships } from "./ships.js";
import { sightings } from "./sightings.js";
import { told } from "./told.js";
import { track } from "./track.js";
import { unheard } from "./unheard.js";
import { vectors } from "./vectors.js";

export const LAYERS = [
  coast, limit, unheard, disturbed, reach, fences, gates, areas, track, kept, vectors, sightings, pins, ships,
  marks, told, ports, measure,
];
