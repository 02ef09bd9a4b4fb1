// The agent's colour and the theme, put on the page as custom properties; text on the colour is kept readable.

const HEX = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i;

/** Relative luminance of a hex colour (WCAG 2.2), 0 black to 1 white. */
export function luminance(hex: string): number {
  const long = hex.length === 4 ? `#${[...hex.slice(1)].map((digit) => digit + digit).join("")}` : hex;
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(long.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

/** White or near-black: whichever is easier to read on the colour. */
export function inkOn(hex: string): "#fff" | "#111418" {
  const light = luminance(hex);
  return 1.05 / (light + 0.05) >= (light + 0.05) / (luminance("#111418") + 0.05) ? "#fff" : "#111418";
}

/** Returns false, and changes nothing, for what is no hex colour: anything else could smuggle style in. */
export function applyColor(color: string, root: HTMLElement = document.documentElement): boolean {
  if (!HEX.test(color)) return false;
  root.style.setProperty("--accent", color);
  root.style.setProperty("--on-accent", inkOn(color));
  return true;
}

/** "light" or "dark" fixes the theme; anything else follows the visitor's system. */
export function applyTheme(theme: string, root: HTMLElement = document.documentElement): void {
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
}
