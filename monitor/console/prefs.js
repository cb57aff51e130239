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

// Who works here, and the token: for this tab only, so that a shared desk forgets it.
export const officer = read(ofTab, "officer", { by: "", token: "" });

export function signIn(by, token) {
  Object.assign(officer, { by, token });
  write(ofTab, "officer", officer);
}

export function signOut() {
  signIn(officer.by, "");
}
