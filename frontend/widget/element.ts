// <rapport-chat widget-key="rp_pk_…">: the chat as an element, in the page's flow or with the launcher. It needs no build step
// and no other script. Nothing is read from the page but its attributes, and only its own frame is listened to.
import { start, type Api } from "./launcher";
import { isOurs, type FromFrame, type ToFrame } from "./protocol";

const STYLE = `:host{display:block;height:600px;max-height:100dvh}:host([mode=launcher]),:host([hidden]){display:none}
iframe{width:100%;height:100%;border:0;border-radius:inherit;display:block}`;
const EVENTS = ["ready", "open", "close", "message:sent", "message:received", "identity:needed"];
const ORIGIN = new URL((document.currentScript as HTMLScriptElement | null)?.src ?? location.href).origin;

/** One of the two ways to be on a page. */
interface Presence {
  do: Api;
  leave(): void;
}

/** Launchers by their looks: an element that comes back, as in a change of pages without a load, finds its own again. */
const launchers = new Map<string, Launcher>();

interface Launcher {
  api: Api;
  host: Element;
  /** Whose events its are now. */
  owner?: RapportChat | undefined;
}

class RapportChat extends HTMLElement {
  static readonly observedAttributes = ["widget-key", "language", "theme", "mode", "color", "position", "label"];
  private presence: Presence | undefined;
  private isAsked = false;
  private early: unknown[][] = [];
  private identity: [string, { carry?: boolean }] | undefined;
  private context: Record<string, unknown> | undefined;

  connectedCallback(): void {
    this.renew();
  }

  disconnectedCallback(): void {
    this.presence?.leave();
    this.presence = undefined;
  }

  attributeChangedCallback(): void {
    if (this.presence) this.renew();
  }

  open(): void {
    this.do("open");
  }

  close(): void {
    this.do("close");
  }

  toggle(): void {
    this.do("toggle");
  }

  /** For proactive messages, with the launcher. */
  track(name: string): void {
    this.do("track", name);
  }

  /** The page's signed word for who the visitor is. It holds until `shutdown`, whatever attribute changes meanwhile. */
  identify(token: string, options: { carry?: boolean } = {}): void {
    this.identity = [token, options];
    this.presence?.do("identify", token, options);
  }

  /** What the page says of what its visitor does there: plain values by name, sent along with what they write. */
  setContext(context: Record<string, unknown>): void {
    this.context = context;
    this.presence?.do("setContext", context);
  }

  shutdown(): void {
    this.identity = this.context = undefined;
    this.presence?.do("shutdown");
  }

  tell(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(`rapport-${name.replace(":", "-")}`, { detail, bubbles: true }));
  }

  private do(...command: unknown[]): void {
    if (this.presence) this.presence.do(...command);
    else this.early.push(command);
  }

  /** Frameworks set attributes one by one: what they come to is looked at once. */
  private renew(): void {
    if (this.isAsked) return;
    this.isAsked = true;
    queueMicrotask(() => {
      this.isAsked = false;
      this.presence?.leave();
      this.presence = undefined;
      if (!this.isConnected || !this.getAttribute("widget-key")) return;
      const root = this.shadowRoot ?? addStyle(this.attachShadow({ mode: "open" }));
      this.presence = this.getAttribute("mode") === "launcher" ? this.launch() : this.embed(root);
      if (this.identity) this.presence.do("identify", ...this.identity);
      if (this.context) this.presence.do("setContext", this.context);
      for (const command of this.early.splice(0)) this.presence.do(...command);
    });
  }

  private flags(): string {
    const said = (name: string) => (this.getAttribute(name) ?? "").replace(/[^\w-]/g, "");
    const language = said("language");
    return said("theme") + (language && `,lang=${language}`);
  }

  private launch(): Presence {
    const said = (name: string) => this.getAttribute(name) ?? undefined;
    const looks = { key: said("widget-key"), color: said("color"), position: said("position"), label: said("label"), theme: this.flags() };
    const name = JSON.stringify(looks);
    const found = launchers.get(name) ?? this.makeLauncher(name, looks);
    found.owner = this;
    document.body.append(found.host);
    const leave = () => {
      if (found.owner !== this) return;
      found.owner = undefined;
      found.api("close");
      found.host.remove();
    };
    return { do: found.api, leave };
  }

  private makeLauncher(name: string, looks: Record<string, string | undefined>): Launcher {
    const api = start({ src: ORIGIN, dataset: looks }, []);
    const made: Launcher = { api, host: document.body.lastElementChild! };
    for (const each of EVENTS) api("on", each, (detail: unknown) => made.owner?.tell(each, detail));
    launchers.set(name, made);
    return made;
  }

  /** The chat fills the element. It takes the focus from nobody. */
  private embed(root: ShadowRoot): Presence {
    const frame = document.createElement("iframe");
    let isReady = false;
    let held: Record<string, ToFrame> = {};
    const post = (message: ToFrame) => isReady && frame.contentWindow?.postMessage(message, ORIGIN);
    const hear = (event: MessageEvent) => {
      if (event.origin !== ORIGIN || event.source !== frame.contentWindow || !isOurs(event.data)) return;
      const message = event.data as FromFrame;
      if (message.type === "ready") {
        isReady = true;
        Object.values(held).forEach(post);
        this.tell("ready");
      } else if (message.type === "event") this.tell(message.name);
    };
    frame.title = this.getAttribute("label") ?? "Chat";
    frame.referrerPolicy = "origin"; // the server checks it, whatever policy the page has
    frame.allow = "clipboard-write";
    const identified = this.identity || this.hasAttribute("identified") ? ",id" : "";
    frame.src = `${ORIGIN}/w/${encodeURIComponent(this.getAttribute("widget-key")!)}/#${this.flags()},inline${identified}`;
    root.append(frame);
    addEventListener("message", hear);
    const act = (...command: unknown[]) => {
      const [name, first, second] = command;
      if (name === "open") frame.focus();
      else if (name === "shutdown") {
        held = {};
        post({ rapport: 1, type: "shutdown" });
      } else if (name === "identify" || name === "setContext") {
        post((held[name] = { rapport: 1, type: name, given: JSON.stringify([first, second]) }));
      }
    };
    const leave = () => {
      removeEventListener("message", hear);
      frame.remove();
    };
    return { do: act, leave };
  }
}

/** Works under any style-src of the customer's page; browsers before 2023 take a style element. */
function addStyle(root: ShadowRoot): ShadowRoot {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.appendChild(document.createElement("style")).textContent = STYLE;
  }
  return root;
}

if (!customElements.get("rapport-chat")) customElements.define("rapport-chat", RapportChat);
