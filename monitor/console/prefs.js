// What one browser remembers: kept for it alone, and gone where nothing may be kept.
const FORM = "monitor-console:";

function read(shelf, name, fallback) {
  try {
    const text = shelf().getItem(FORM + name);
    return text === null ? fallback : JSON.parse(text);
  } catch {
    return fallback;
  }
}

function write(shelf, name, value) {
  try {
    shelf().setItem(FORM + name, JSON.stringify(value));
  } catch {
    // private windows keep nothing
  }
}

const lasting = () => localStorage;
const ofTab = () => sessionStorage;

export const kept = (name, fallback) => read(lasting, name, fallback);
export const keep = (name, value) => write(lasting, name, value);

// Who works here. A token is for this tab only, so that a shared desk forgets it; of a session the
// browser keeps the cookie, which no script reads, and the page the word that proves it is ours.
export const officer = { session: "", csrf: "", ...read(ofTab, "officer", { by: "", token: "" }) };
export const works = () => Boolean(officer.session || officer.token);

export function signIn(by, token) {
  Object.assign(officer, { by, token });
  write(ofTab, "officer", { by, token });
}

export function signOut() {
  Object.assign(officer, { session: "", csrf: "" });
  signIn(officer.by, "");
}
