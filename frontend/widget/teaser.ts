// Proactive messages on the customer's page: when one of the company's rules is met, its text is shown beside the launcher.
// Rules are looked at once a second while the page is in sight; nothing is asked of a server or a model, and no markup of
// the text is believed. Each visitor sees a message once; after one that was shown, and longer after one that was closed,
// nothing is shown.
import { addStyle, chooseWords, makeBubble } from "./bubble";
import { isPlace } from "./glob";
import { languages } from "./languages";
import type { ToFrame } from "./protocol";

/** All of what is given has to be met. `scroll` in percent of the way. */
export interface Rule {
  id: string;
  text: string;
  url: string;
  seconds: number;
  scroll: number;
  event: string;
}

/** `hours`: between two messages. */
export interface RuleSet {
  key: string;
  hours: number;
  rules: Rule[];
}

/** On this browser and for this site, by the widget's key: what was shown, and until when (ms) nothing more is. */
interface Kept {
  seen: string[];
  quiet: number;
}

type Api = (...command: unknown[]) => void;

const HOUR = 3_600_000;
const CLOSED_HOURS = 30 * 24;

export default function begin(
  set: RuleSet,
  root: ShadowRoot,
  api: Api,
  post: (message: ToFrame) => unknown,
  tracked: unknown[],
  theme: string,
): void {
  const launcher = root.querySelector("button")!;
  const [scheme = "", ...flags] = theme.split(",");
  const happened = new Set<string>();
  let kept = read(set.key);
  let place = "";
  let seconds = 0;
  let depth = 0;
  let bubble: HTMLElement | undefined;

  const keep = (hours: number, seen: string[]) => {
    kept = { seen: set.rules.map((rule) => rule.id).filter((id) => seen.includes(id)), quiet: Date.now() + hours * HOUR };
    write(set.key, kept);
  };
  const isMet = (rule: Rule) =>
    seconds >= rule.seconds && depth >= rule.scroll && (!rule.event || happened.has(rule.event)) && isPlace(rule.url, place);

  function look(): void {
    arrive();
    if (bubble || document.hidden || !launcher.isConnected || launcher.getAttribute("aria-expanded") === "true") return;
    const rule = set.rules.find((each) => !kept.seen.includes(each.id) && isMet(each));
    if (!rule) return;
    kept = read(set.key) ?? kept; // another tab may have shown one meanwhile
    if (Date.now() >= kept.quiet && !kept.seen.includes(rule.id)) show(rule);
  }

  /** Another page of a site that changes pages without a load begins anew. */
  function arrive(): void {
    const here = location.href.split("#")[0]!;
    if (here === place) return;
    [place, seconds, depth] = [here, 0, 0];
  }

  function tick(): void {
    arrive();
    if (document.hidden) return;
    seconds += 1;
    const { scrollHeight, clientHeight, scrollTop } = document.scrollingElement ?? document.documentElement;
    if (scrollHeight > clientHeight) depth = Math.max(depth, Math.ceil((100 * scrollTop) / (scrollHeight - clientHeight)));
    look();
  }

  function show(rule: Rule): void {
    keep(set.hours, [...kept.seen, rule.id]);
    const { element, announce } = makeBubble(rule.text, scheme, chooseWords(languages(flags)), {
      onTake: () => take(rule),
      onClose: () => {
        keep(Math.max(CLOSED_HOURS, set.hours), kept.seen);
        hide();
        launcher.focus();
      },
    });
    bubble = element;
    root.insertBefore(element, launcher);
    setTimeout(announce, 50);
  }

  function hide(): void {
    bubble?.remove();
    bubble = undefined;
  }

  function take(rule: Rule): void {
    const said: ToFrame = { rapport: 1, type: "say", id: rule.id };
    let isSaid = false;
    const say = () => {
      isSaid ||= post(said) !== false; // false: the chat is not there yet
    };
    api("on", "ready", say);
    hide();
    api("open");
    say();
  }

  /** Who came to the chat by themselves needs no invitation on this page any more. */
  function end(): void {
    hide();
    clearInterval(timer);
    tracked.push = () => 0;
  }

  for (const name of tracked.splice(0)) happened.add(`${name}`);
  tracked.push = (...names) => {
    for (const name of names) happened.add(`${name}`);
    look();
    return 0;
  };
  addStyle(root);
  api("on", "open", end);
  const timer = setInterval(tick, 1000);
  look();
}

function read(key: string): Kept {
  try {
    const { seen, quiet } = JSON.parse(localStorage.getItem(nameOf(key)) ?? "") as Partial<Kept>;
    if (Array.isArray(seen) && typeof quiet === "number") return { seen, quiet };
  } catch {
    // nothing yet, or nothing may be kept: then it is once for each page
  }
  return { seen: [], quiet: 0 };
}

function write(key: string, kept: Kept): void {
  try {
    if (key) localStorage.setItem(nameOf(key), JSON.stringify(kept));
  } catch {
    // see above
  }
}

function nameOf(key: string): string {
  return `rapport-teaser:${key}`;
}
