// Where a proactive message belongs, by a pattern in which * stands for anything. No regular expression of anybody's is run
// on the customer's page: the time is bounded by the lengths of pattern and address.

const LONGEST = 2000; // of an address; the rest is not looked at

/** True when `text` is the pattern, with any run of characters for each *. */
export function glob(pattern: string, text: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/** A pattern from / on is of the path, another one of the whole address; with a ? it is of the query too. "" is every page. */
export function isPlace(pattern: string, address: string): boolean {
  if (!pattern) return true;
  const { origin, pathname, search } = new URL(address);
  const path = readable(pathname);
  const query = pattern.includes("?") ? readable(search) : "";
  const begin = pattern.startsWith("/") ? "" : origin;
  const wanted = readable(pattern);
  return [path, path.replace(/\/$/, "")].some((each) => glob(wanted, (begin + each + query).slice(0, LONGEST)));
}

function readable(text: string): string {
  try {
    return decodeURI(text);
  } catch {
    return text; // a % that is no escape
  }
}
