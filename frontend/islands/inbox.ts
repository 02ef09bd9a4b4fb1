// The inbox: its keys, who is writing, and canned replies. That it renews itself is live.ts's.
import htmx from "htmx.org";

const TYPING_MS = 3000;
let typedAt = 0;

/** Once for the page; parts that come later by htmx are found when they are needed. */
export function wakeInbox(): void {
  const inbox = document.querySelector<HTMLElement>("[data-inbox]");
  if (!inbox) return;
  document.addEventListener("keydown", onKey);
  inbox.addEventListener("input", onInput);
  inbox.addEventListener("change", onChange);
  inbox.addEventListener("click", onClick);
  document.addEventListener("htmx:afterSwap", toEnd);
  for (const once of inbox.querySelectorAll<HTMLInputElement>("[data-once]")) once.value = crypto.randomUUID();
  toEnd();
}

let seen = 0;

/** The newest words are in sight when there are new ones; who reads further up is left there otherwise. */
function toEnd(): void {
  const thread = document.getElementById("inbox-thread");
  const count = Number(thread?.dataset.messages ?? 0);
  const log = thread?.querySelector(".inbox__transcript");
  if (!log || count === seen) return;
  seen = count;
  log.scrollTop = log.scrollHeight;
}

function onKey(event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return target.closest("form")?.requestSubmit();
  if (event.key === "Escape" && target.matches("textarea")) return target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || target.matches("input, textarea, select") || document.querySelector("dialog[open]")) return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

const KEYS: Record<string, () => void> = {
  j: () => step(1),
  k: () => step(-1),
  r: () => document.getElementById("reply-text")?.focus(),
  n: () => document.getElementById("note-text")?.focus(),
  a: () => press("a"),
  e: () => press("e"),
  "?": () => (document.getElementById("inbox-keys") as HTMLDialogElement).showModal(),
};

function press(key: string): void {
  document.querySelector<HTMLFormElement>(`[data-step="${key}"]`)?.requestSubmit();
}

function step(by: number): void {
  const rows = [...document.querySelectorAll<HTMLAnchorElement>("[data-row]")];
  const at = rows.findIndex((row) => row.getAttribute("aria-current"));
  rows[at < 0 && by < 0 ? rows.length - 1 : at + by]?.click();
}

function onInput(event: Event): void {
  if (!(event.target as Element).closest("[data-reply]") || Date.now() - typedAt < TYPING_MS) return;
  typedAt = Date.now();
  const thread = document.getElementById("inbox-thread");
  const url = thread?.getAttribute("hx-get");
  if (thread && url) void htmx.ajax("get", `${url}?typing=1`, { target: thread, swap: "outerHTML" });
}

function onChange(event: Event): void {
  const chosen = (event.target as Element).closest<HTMLSelectElement>("[data-canned]");
  if (!chosen?.value) return;
  putIn(chosen.value);
  chosen.value = "";
}

/** The agent's words without the marks of its sources: the contact gets them as a person's. */
function onClick(event: Event): void {
  const said = (event.target as Element).closest("[data-use]")?.parentElement?.querySelector<HTMLElement>("[data-suggestion]");
  if (said) putIn(said.dataset.said!.replace(/\s*\[\d+\]/g, "").trim());
}

function putIn(text: string): void {
  const field = document.getElementById("reply-text") as HTMLTextAreaElement | null;
  field?.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field?.focus();
}
