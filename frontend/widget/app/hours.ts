// When people of the company are there, as the server said when the chat was opened: pairs of seconds since 1970, for two
// weeks. Read by the visitor's own clock, in the visitor's zone.
import { fill, type Texts } from "./texts";

export type Hours = readonly (readonly [begins: number, ends: number])[];

const DAY_MS = 86_400_000;

/** When that changes next, in milliseconds since 1970; null when it does not as far as is known. */
export function nextChange(hours: Hours, now: number): number | null {
  const span = hours.find(([, ends]) => ends * 1000 > now);
  if (!span) return null;
  return 1000 * (span[0] * 1000 > now ? span[0] : span[1]);
}

export function isThere(hours: Hours, now: number): boolean {
  return hours.some(([begins, ends]) => begins * 1000 <= now && now < ends * 1000);
}

/** Where the visitor is: their way to write times, if it is in the chat's language, and their zone (else the browser's). */
export interface Place {
  tag: string;
  zone?: string;
}

export function placeOf({ tag }: Texts, browsers: readonly string[]): Place {
  return { tag: browsers.find((each) => each.split("-")[0] === tag) ?? tag };
}

/** "The team is there until 17:00", "The team is back tomorrow at 09:00". */
export function sayHours(hours: Hours, texts: Texts, now: number, place = placeOf(texts, navigator.languages)): string {
  const change = nextChange(hours, now);
  if (isThere(hours, now)) {
    return change! - now > DAY_MS ? texts.teamThere : fill(texts.teamUntil, { time: clock(change!, place) });
  }
  return change === null ? texts.teamAway : fill(texts.teamBack, { when: moment(change, now, texts, place) });
}

function clock(at: number, { tag, zone }: Place): string {
  return new Intl.DateTimeFormat(tag, { timeStyle: "short", timeZone: zone }).format(at);
}

function moment(at: number, now: number, texts: Texts, place: Place): string {
  const { tag, zone: timeZone } = place;
  const day = (time: number) => new Intl.DateTimeFormat("en-CA", { timeZone }).format(time);
  const time = clock(at, place);
  if (day(at) === day(now)) return fill(texts.today, { time });
  if (day(at) === day(now + DAY_MS)) return fill(texts.tomorrow, { time });
  const isSoon = at - now < 6 * DAY_MS;
  const form: Intl.DateTimeFormatOptions = isSoon ? { weekday: "long" } : { weekday: "short", day: "numeric", month: "short" };
  return fill(texts.onDay, { day: new Intl.DateTimeFormat(tag, { ...form, timeZone }).format(at), time });
}
