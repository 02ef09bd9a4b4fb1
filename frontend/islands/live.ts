// Pages that renew themselves: `<section id="…" data-live="conversations calls" hx-get="…" hx-trigger="live">` is asked for again
// when one of these changed. One line tells what changed and no content; while it does not work the page asks every few
// seconds, and says so when it had worked. `data-live-every="5"`: asked for so often (seconds) in any case.
import type htmx from "htmx.org";
import "../styles/live.css";
import { translated } from "./translated";

const POLL_MS = 5000;
const GUARD_MS = 60_000; // parts are asked for so often although nothing is told: their times go on, and a ring may be lost
const SILENCE_MS = 25_000; // the server beats every ten seconds
const LONGEST_PAUSE_MS = 30_000;
const WORDS = { lost: translated("Connection lost, trying again…"), again: translated("Live again"), over: translated("You are signed out. Reload the page to go on.") };

type State = "new" | "live" | "lost" | "over";
const page = window as unknown as { htmx: typeof htmx };
const asked = new Map<string, number>();
const waiting = new Map<string, number>();
const said = document.createElement("p");
let state: State = "new";
let line: EventSource | null = null;
let after = document.querySelector<HTMLMetaElement>("meta[name=live-after]")?.content ?? "0";
let failures = 0;
let heardAt = 0;
let retry = 0;
let stateOfThread = thread()?.dataset.state;

said.className = "line-state";
said.role = "status";
document.body.append(said);
document.addEventListener("visibilitychange", () => (document.hidden ? close() : comeBack()));
addEventListener("pagehide", close);
addEventListener("pageshow", (event) => event.persisted && comeBack());
addEventListener("online", () => state === "lost" && open());
document.addEventListener("htmx:beforeSwap", stayOffSignIn);
document.addEventListener("htmx:afterSwap", takeOtherSteps);
setInterval(tick, 1000);
if (!document.hidden) open();

function parts(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-live]")];
}

function topicsOf(part: HTMLElement): string[] {
  return (part.dataset.live ?? "").split(" ").filter(Boolean);
}

function open(): void {
  close();
  if (state === "over") return;
  const topics = [...new Set(parts().flatMap(topicsOf))];
  heardAt = Date.now();
  line = new EventSource(`/live/?${new URLSearchParams({ topics: topics.join(","), after })}`);
  line.addEventListener("changed", (event) => hear(event as MessageEvent<string>));
  line.addEventListener("beat", () => (heardAt = Date.now()));
  line.addEventListener("again", open);
  line.addEventListener("over", end);
  line.onerror = fail;
}

function close(): void {
  clearTimeout(retry);
  line?.close();
  line = null;
}

function hear(event: MessageEvent<string>): void {
  const { topics } = JSON.parse(event.data) as { topics: string[] };
  heardAt = Date.now();
  after = event.lastEventId || after;
  failures = 0;
  if (state !== "live") become("live", state === "lost" ? "again" : "");
  for (const part of parts()) if (topicsOf(part).some((topic) => topics.includes(topic))) ask(part);
}

/** A line that never worked is not missed: the page asks by itself, and says nothing. */
function fail(): void {
  close();
  if (state === "live") become("lost", "lost");
  failures += 1;
  if (!document.hidden) retry = setTimeout(open, Math.min(1000 * 2 ** (failures - 1), LONGEST_PAUSE_MS));
}

function end(): void {
  close();
  become("over", "over");
}

function become(next: State, words: keyof typeof WORDS | ""): void {
  state = next;
  document.documentElement.dataset.line = next;
  said.dataset.state = words;
  said.textContent = words ? WORDS[words] : "";
  if (words === "again") setTimeout(() => said.dataset.state === "again" && (said.textContent = ""), 4000);
}

/** Whoever looks at the page again sees it as it is now. */
function comeBack(): void {
  if (state === "over") return;
  for (const part of parts()) ask(part);
  open();
}

function tick(): void {
  if (document.hidden || state === "over") return;
  if (line && Date.now() - heardAt > SILENCE_MS) fail();
  for (const part of parts()) {
    const every = Number(part.dataset.liveEvery ?? Infinity) * 1000;
    const usual = state === "live" ? GUARD_MS : POLL_MS;
    if (!asked.has(part.id)) asked.set(part.id, Date.now());
    if (Date.now() - asked.get(part.id)! >= Math.min(every, usual)) ask(part);
  }
}

/** At most once a second for each part, or in `data-live-gap` seconds; what is told in between is asked for at the end of it. */
function ask({ id }: HTMLElement): void {
  if (waiting.has(id)) return;
  const gap = Number(document.getElementById(id)?.dataset.liveGap ?? 1) * 1000;
  const wait = Math.max(0, (asked.get(id) ?? 0) + gap - Date.now());
  const timer = setTimeout(() => {
    waiting.delete(id);
    asked.set(id, Date.now());
    const part = document.getElementById(id); // it may have been put in anew meanwhile
    if (part && !document.hidden) page.htmx.trigger(part, "live", {});
  }, wait);
  waiting.set(id, timer);
}

function thread(): HTMLElement | null {
  return document.getElementById("inbox-thread");
}

/** A conversation in another state has other buttons; who writes is not disturbed. */
function takeOtherSteps(): void {
  const now = thread()?.dataset.state;
  const written = (document.getElementById("reply-text") as HTMLTextAreaElement | null)?.value;
  if (now === stateOfThread || written) return;
  stateOfThread = now;
  location.reload();
}

/** The sign-in page is no part of this one. */
function stayOffSignIn(event: Event): void {
  const { detail } = event as CustomEvent<{ xhr: XMLHttpRequest; shouldSwap: boolean }>;
  if (!detail.xhr.responseURL.includes("/accounts/login/")) return;
  detail.shouldSwap = false;
  end();
}
