// Which dialog is open. The browser keeps the focus in it and gives it back.
import { html, useEffect, useRef } from "./dom.js";
import { showNow } from "./picture.js";

export const dialog = { name: "", words: {}, number: 0 };

export function openDialog(name, words = {}) {
  Object.assign(dialog, { name, words, number: dialog.number + 1 });
  showNow();
}

export function closeDialog() {
  if (!dialog.name) return;
  dialog.name = "";
  showNow();
}

export function Dialog({ title, children }) {
  const place = useRef(null);
  const mine = useRef(dialog.number);
  // The browser says late that one was closed: by then the next may be open.
  const closed = () => { if (dialog.number === mine.current) closeDialog(); };
  useEffect(() => {
    place.current?.showModal();
    return () => place.current?.close();
  }, []);
  return html`<dialog ref=${place} aria-labelledby="dialog-title" onClose=${closed}>
    <h2 id="dialog-title">${title}</h2>${children}</dialog>`;
}
