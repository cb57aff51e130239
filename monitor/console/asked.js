// What a card asks the API for: read when its key changes, kept while it is read again.
import { useEffect, useState } from "./dom.js";

export function useAsked(key, ask) {
  const [found, set] = useState({ key: "", value: null, trouble: "" });
  useEffect(() => {
    let over = false;
    ask().then(
      (value) => over || set({ key, value, trouble: "" }),
      (problem) => over || set((was) => ({ key, value: was.value, trouble: problem.message })),
    );
    return () => { over = true; };
  }, [key]);
  return found;
}
