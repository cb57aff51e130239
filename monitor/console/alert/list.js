// The sections of an alert's card, from above: a new one is a file and a row.
import { History } from "./history.js";
import { NotProved } from "./notproved.js";
import { Reasons } from "./reasons.js";
import { Told } from "./told.js";

export const SECTIONS = [Reasons, NotProved, Told, History];
