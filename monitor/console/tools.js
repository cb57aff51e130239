// What clicks on the map are for, where they choose nothing: one tool at a time.
export const tool = { name: "", click: null, end: null };

// `click` gets the place of each click; `end` is called when it is put away, or another is taken.
export function takeTool(name, click, end = () => {}) {
  endTool();
  Object.assign(tool, { name, click, end });
}

export function endTool() {
  const { end } = tool;
  Object.assign(tool, { name: "", click: null, end: null });
  end?.();
}
