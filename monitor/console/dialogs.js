// Which dialog is open. The browser keeps the focus in it and gives it back.
import { html, useEffect, useRef } from "./dom.js";
import { showNow } from "./picture.js";

export const dialog = { name: "", words: {} };

export function openDialog(name, words = {}) {
  Object.assign(dialog, { name, words });
  showNow();
}

export function closeDialog() {
  if (!dialog.name) return;
  dialog.name = "";
  showNow();
}

export function Dialog({ title, children }) {
  const place = useRef(null);
  useEffect(() => {
    place.current?.showModal();
    return () => place.current?.close();
  }, []);
  return html`<dialog ref=${place} aria-labelledby="dialog-title" onClose=${closeDialog}>
    <h2 id="dialog-title">${title}</h2>${children}</dialog>`;
}
