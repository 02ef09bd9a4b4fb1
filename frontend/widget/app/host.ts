// The page around the iframe: said hello to, listened to, told to close. Messages count only from the parent window and
// from the origin that the server checked when it made this page.
import { isOurs, type EventName, type FromFrame, type ToFrame } from "../protocol";

/** What the page may want of the chat. */
export interface Wishes {
  onOpened: () => void;
  onIdentify: (token: string, carry: boolean) => void;
  onContext: (given: unknown) => void;
  onShutdown: () => void;
  onSay: (id: string) => void;
}

export class HostPage {
  readonly isFramed = window.parent !== window;
  private isOpened = true;
  private unread = 0;

  constructor(
    private readonly origin: string,
    private readonly wishes: Wishes,
  ) {
    if (this.isFramed) addEventListener("message", (event) => this.hear(event));
  }

  ready(): void {
    this.tell({ rapport: 1, type: "ready" });
  }

  look(color: string, ink: string): void {
    this.tell({ rapport: 1, type: "look", color, ink });
  }

  close(): void {
    this.tell({ rapport: 1, type: "close" });
  }

  announce(name: EventName): void {
    this.tell({ rapport: 1, type: "event", name });
    if (name === "message:received" && !this.isOpened) {
      this.unread += 1;
      this.tell({ rapport: 1, type: "unread", count: this.unread });
    }
  }

  private tell(message: FromFrame): void {
    if (this.isFramed) window.parent.postMessage(message, this.origin);
  }

  private hear(event: MessageEvent): void {
    if (event.origin !== this.origin || event.source !== window.parent || !isOurs(event.data)) return;
    const message = event.data as ToFrame;
    if (message.type === "identify" || message.type === "setContext") this.obey(message.type, parse(message.given));
    else if (message.type === "say") this.wishes.onSay(message.id);
    else if (message.type === "shutdown") this.wishes.onShutdown();
    else this.show(message.type === "opened");
  }

  private obey(name: "identify" | "setContext", [first, second]: unknown[]): void {
    if (name === "setContext") this.wishes.onContext(first);
    else this.wishes.onIdentify(`${first}`, !!(second as { carry?: unknown } | null)?.carry);
  }

  private show(isOpened: boolean): void {
    this.isOpened = isOpened;
    if (!isOpened) return;
    this.unread = 0;
    this.wishes.onOpened();
  }
}

/** Nothing for what is no list: a page may give anything. */
function parse(given: unknown): unknown[] {
  try {
    const read: unknown = JSON.parse(`${given}`);
    return Array.isArray(read) ? read : [];
  } catch {
    return [];
  }
}
