// What officers do with an alert: with buttons, keys and dialogs, and what came of it.
import { view } from "./address.js";
import { act } from "./api.js";
import { openDialog } from "./dialogs.js";
import { past, picture, queue, showNow, takeAlert } from "./picture.js";
import { signOut, works } from "./prefs.js";
import { plain } from "./dom.js";
import { W } from "./words.js";

export const said = { text: "", bad: false, at: 0 };
export const SAID_MS = 8000;

export function say(text, bad = false) {
  Object.assign(said, { text, bad, at: Date.now() });
  showNow();
}

export const chosen = () => picture.alerts.get(view.alert) ?? null;
export const card = { refresh: 0 }; // raised when the card must be read again

// Acts that need nothing but a click; the others ask first.
export function start(what, alert = chosen()) {
  if (past.at !== null) return say(W.past.noActs, true);
  if (!alert) return say(W.alert.chooseFirst, true);
  if (!works()) return openDialog("sign-in", { then: () => start(what, alert) });
  if (what === "ack") return finish(what, alert, {});
  return openDialog(what, { alert });
}

export async function finish(what, alert, words) {
  try {
    const done = await act(alert.id, what, words);
    takeAlert(done.alert);
    card.refresh += 1;
    say(`${plain(alert.headline)}: ${done.changed ? W.done[what] : W.unchanged}`);
  } catch (problem) {
    if (problem.status === 401) {
      signOut();
      say(problem.message, true);
      openDialog("sign-in", { then: () => finish(what, alert, words), why: problem.message });
      return;
    }
    say(`${W.acts[what]}: ${problem.message}`, true);
  }
}

export { queue };
