// The address of a source at the quoted passage, as browsers understand it (URL fragment text directives).
import { safeAddress } from "./markdown";

const SHORT = 80; // characters; a longer passage is named by its beginning and its end, which survives small changes
const EDGE_WORDS = 5;

/** `https://a.example/p` + "some words" → `https://a.example/p#:~:text=some%20words`. Null when it must not be opened. */
export function addressAtPassage(url: string | null, quote: string): string | null {
  const address = url && safeAddress(new URL(url, globalThis.location?.href).href);
  if (!address) return null;
  const directive = textDirective(quote);
  if (!directive || address.includes(":~:")) return address;
  return `${address}${address.includes("#") ? "" : "#"}:~:text=${directive}`;
}

function textDirective(quote: string): string {
  const line = quote.split("\n").map((each) => each.replace(/\s+/g, " ").trim()).find(Boolean) ?? "";
  if (line.length <= SHORT) return encode(line);
  const words = line.split(" ");
  return `${encode(words.slice(0, EDGE_WORDS).join(" "))},${encode(words.slice(-EDGE_WORDS).join(" "))}`;
}

/** Comma, ampersand and hyphen have a meaning inside the directive. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/-/g, "%2D");
}
