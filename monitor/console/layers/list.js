// All layers, the lowest first: a new one is a file and a row.
import { areas } from "./areas.js";
import { coast } from "./coast.js";
import { fences } from "./fences.js";
import { pins } from "./pins.js";
import { ports } from "./ports.js";
import { ships } from "./ships.js";
import { track } from "./track.js";

export const LAYERS = [coast, fences, areas, track, pins, ships, ports];
