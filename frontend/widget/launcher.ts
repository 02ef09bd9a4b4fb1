// A button, commands, and an iframe made on the first click: what the loader and the element in its launcher mode put on a
// customer's page. It must stay tiny, touch nothing of the page but its own element, and trust no message but its own frame's.
import { isOurs, type FromFrame, type ToFrame } from "./protocol";

type Listener = (detail?: unknown) => void;
export type Api = { (...command: unknown[]): void; q?: ArrayLike<unknown>[]; on?: 1 };

/** A script element, or what says the same. */
export interface Origin {
  src: string;
  dataset: Record<string, string | undefined>;
}

const STYLE = `
:host{all:initial;--c:#3b5bdb;--i:#fff}
button,div{position:fixed;right:var(--x,20px);left:auto;z-index:2147483647;box-sizing:border-box}
:host([data-left]) :is(button,div){left:20px;right:auto}
button{bottom:20px;width:56px;height:56px;padding:0;border:0;border-radius:50%;background:var(--c);color:var(--i);cursor:pointer;
box-shadow:0 6px 24px #0003,0 1px 3px #0003;transition:transform .15s,filter .15s}
button:hover{filter:brightness(1.08);transform:translateY(-1px)}
button:focus-visible{outline:3px solid var(--c);outline-offset:3px}
svg{width:26px;height:26px;display:block;margin:auto;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
i{position:absolute;top:2px;right:2px;width:13px;height:13px;border-radius:50%;background:#e03131;border:2px solid #fff;box-sizing:border-box}
div{bottom:90px;width:400px;height:min(660px,calc(100dvh - 110px));border-radius:18px;overflow:hidden;
box-shadow:0 16px 56px #0003,0 2px 8px #0002;transition:opacity .16s,transform .16s}
[hidden]{display:block!important;visibility:hidden;opacity:0;transform:translateY(10px);pointer-events:none}
i[hidden]{opacity:0}
iframe{width:100%;height:100%;border:0;display:block}
@media(max-width:480px){div{inset:0!important;width:100%;height:100dvh;border-radius:0}button.o{visibility:hidden}}
@media(prefers-reduced-motion){*{transition:none!important}}`;
const ICONS = ["M21 11.5a8.5 8.5 0 0 1-12.4 7.6L3 21l1.9-5.6A8.5 8.5 0 1 1 21 11.5z", "M18 6 6 18M6 6l12 12"];

export function start(script: Origin, queued: ArrayLike<unknown>[]): Api {
  const { key = "", color, position, label = "Chat", theme = "" } = script.dataset;
  const origin = new URL(script.src).origin;
  const home = `${origin}/w/${encodeURIComponent(key)}/`;
  const tracked: unknown[] = [];
  const listeners: Record<string, Listener[]> = {};
  const host = document.createElement("rapport-widget");
  const root = host.attachShadow({ mode: "closed" });
  try {
    const sheet = new CSSStyleSheet(); // a constructed sheet works under any style-src of the customer's page
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.appendChild(document.createElement("style")).textContent = STYLE; // browsers before 2023
  }
  if (position === "left") host.dataset.left = "";
  const paint = (accent: string, ink = "#fff") => {
    host.style.setProperty("--c", accent);
    host.style.setProperty("--i", ink);
  };
  if (color) paint(color);

  const button = root.appendChild(document.createElement("button"));
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = svg.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "path"));
  const dot = document.createElement("i");
  dot.hidden = true;
  button.append(svg, dot);

  let panel: HTMLDivElement | undefined;
  let frame: HTMLIFrameElement | undefined;
  let isOpen = false;
  let isReady = false;
  let held: Record<string, ToFrame> = {};

  const emit = (name: string, detail?: unknown) => listeners[name]?.forEach((listen) => listen(detail));
  const post = (message: ToFrame) => isReady && frame?.contentWindow?.postMessage(message, origin);

  function draw() {
    path.setAttribute("d", ICONS[+isOpen]!);
    button.className = isOpen ? "o" : "";
    button.setAttribute("aria-expanded", `${isOpen}`);
    button.setAttribute("aria-label", dot.hidden ? label : `${label} (1)`);
    if (panel) panel.hidden = !isOpen;
  }

  function build() {
    panel = document.createElement("div");
    frame = document.createElement("iframe");
    frame.title = label;
    frame.referrerPolicy = "origin"; // the server checks it, whatever policy the page has
    frame.allow = "clipboard-write";
    frame.src = `${home}#${theme}${held.identify ? ",id" : ""}`;
    panel.append(frame);
    root.append(panel);
    setTimeout(() => {
      if (!isReady) console.warn(`Rapport: no chat. Is ${location.origin} an allowed origin?`);
    }, 10000);
  }

  function toggle(wanted: boolean) {
    if (wanted === isOpen) return;
    if (wanted && !frame) build();
    isOpen = wanted;
    if (wanted) dot.hidden = true;
    draw();
    post({ rapport: 1, type: wanted ? "opened" : "closed" });
    if (wanted) frame!.focus();
    else button.focus();
    emit(wanted ? "open" : "close");
  }

  addEventListener("message", (event) => {
    if (event.origin !== origin || !frame || event.source !== frame.contentWindow || !isOurs(event.data)) return;
    const message = event.data as FromFrame;
    if (message.type === "ready") {
      isReady = true;
      Object.values(held).forEach(post);
      if (isOpen) post({ rapport: 1, type: "opened" });
      emit("ready");
    } else if (message.type === "close") toggle(false);
    else if (message.type === "look" && !color) paint(message.color, message.ink);
    else if (message.type === "unread") {
      dot.hidden = isOpen || !message.count;
      draw();
    } else if (message.type === "event") emit(message.name);
  });

  const api: Api = (...command) => {
    const [name, first, second] = command;
    if (name === "on") (listeners[first as string] ??= []).push(second as Listener);
    else if (name === "toggle") toggle(!isOpen);
    else if (name === "open" || name === "close") toggle(name === "open");
    else if (name === "track") tracked.push(first);
    else if (name === "identify" || name === "setContext")
      post((held[name] = { rapport: 1, type: name, given: JSON.stringify([first, second]) }));
    else if (name === "shutdown") {
      held = {};
      toggle(false);
      post({ rapport: 1, type: name });
    }
    else console.warn("Rapport: unknown command", name);
  };
  button.onclick = () => toggle(!isOpen);
  draw();
  const mount = () => document.body.append(host);
  if (document.body) mount();
  else addEventListener("DOMContentLoaded", mount);
  for (const command of queued) api(...Array.from(command));
  // What the company says by itself, if anything: see teaser.ts. Without it, and where it is refused, the chat is the same.
  import(/* @vite-ignore */ `${home}teaser.js`).then((it) => it.default(root, api, post, tracked, theme)).catch(() => 0);
  return api;
}
