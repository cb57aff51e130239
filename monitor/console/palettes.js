// Colours of the map, one set a palette; those of the page are in palettes.css.
export const PALETTES = {
  day: {
    land: "#f5f0e0", fence: "#35618a", harbour: "#7a5ea8", text: "#15242f",
    halo: "#ffffff", ship: "#0b4f8a", dark: "#8a2f2f", chosen: "#d0006f", track: "#0b4f8a",
    gap: "#a33", critical: "#c4001d", warning: "#b35c00", info: "#2b6a87",
    limit: "#5b7f9d", seen: "#1f6b3a",
    tracks: ["#b3006b", "#00736b", "#8a5a00", "#5a2fb0", "#2f7d1e", "#c23b00"],
  },
  dusk: {
    land: "#26302f", fence: "#5f8fb5", harbour: "#a48fd0", text: "#d5dfe4",
    halo: "#0b1218", ship: "#7cc4f5", dark: "#e59a8f", chosen: "#ff7ac0", track: "#7cc4f5",
    gap: "#e59a8f", critical: "#ff6b6b", warning: "#ffb347", info: "#7fc8e0",
    limit: "#6f93ad", seen: "#8fe0a8",
    tracks: ["#ff8ad0", "#5fe0d0", "#f0c060", "#c0a0ff", "#8fe070", "#ff9a6a"],
  },
  // Red alone: it leaves eyes that are used to the dark as they are.
  night: {
    land: "#230000", fence: "#9a0c04", harbour: "#b01208", text: "#ff2a12",
    halo: "#000000", ship: "#ff2a12", dark: "#c41a0a", chosen: "#ff5a3c", track: "#e02010",
    gap: "#a01408", critical: "#ff3a22", warning: "#e02412", info: "#b81c0c",
    limit: "#7d0a04", seen: "#d8301c",
    tracks: ["#ff2a12", "#c41a0a", "#ff5a3c", "#8f1208", "#e02412", "#a8160c"],
  },
};
