// What the widget remembers on the visitor's device, partitioned by the customer's site: in the iframe's own storage, or,
// where the browser denies storage to iframes of other sites, in a partitioned cookie. Where it denies both, everything
// still works until the page is left. Nothing else in the widget touches storage.
import type { Attachment, Session } from "./api";

/** A question that is not yet known to have reached the server. The key makes sending it again harmless. */
export interface Unsent {
  text: string;
  key: string;
  /** The proactive message that it answers. */
  line?: string;
  /** Files that the server has already. */
  files?: Attachment[];
}

/** An answer that was on its way. */
export interface Pending {
  turn_id: string;
  stream_url: string;
  question_id: string;
}

export interface Kept {
  session: Session | null;
  conversation: string | null;
  pending: Pending | null;
  /** In the order in which they were written. */
  unsent: Unsent[];
  draft: string;
  /** A proactive message that was taken up and not answered yet. */
  line: string;
  /** The version of the company's text that the visitor agreed to; 0 for none. */
  consent: number;
}

/** A place for one text. */
export interface Box {
  read(): string | null;
  /** False when the text does not fit or may not be written. */
  write(text: string): boolean;
  clear(): void;
}

const NOTHING: Kept = { session: null, conversation: null, pending: null, unsent: [], draft: "", line: "", consent: 0 };
/** What is left out, in this order, when a place is too small for everything. */
const EXPENDABLE: (keyof Kept)[] = ["line", "draft", "unsent", "pending"];

/** One key's memory; other keys (other agents, other tenants) on the same page have their own. */
export class Keep {
  private kept: Kept;
  private isHeld = false;

  constructor(
    key: string,
    private readonly box: Box = findBox(`rapport:${key}`),
  ) {
    this.kept = this.read();
  }

  get<K extends keyof Kept>(field: K): Kept[K] {
    return this.kept[field];
  }

  /** From now on nothing is written into the browser, and what was written goes unless it was agreed to once. */
  hold(): void {
    this.isHeld = true;
    if (!this.kept.consent) this.box.clear();
  }

  /** The visitor has agreed: what is known is kept from now on. */
  release(): void {
    this.isHeld = false;
    this.set({});
  }

  /** Whoever was here before is forgotten. */
  clear(): void {
    this.set({ ...NOTHING });
  }

  set(change: Partial<Kept>): void {
    this.kept = { ...this.kept, ...change };
    if (this.isHeld) return;
    const stored = { ...this.kept };
    for (const field of [...EXPENDABLE, null]) {
      if (this.box.write(JSON.stringify(stored)) || !field) return;
      Object.assign(stored, { [field]: NOTHING[field] });
    }
  }

  private read(): Kept {
    try {
      const kept = { ...NOTHING, ...(JSON.parse(this.box.read() ?? "{}") as Partial<Kept>) };
      return { ...kept, unsent: [kept.unsent ?? []].flat() }; // one, or null, until there could be several
    } catch {
      return { ...NOTHING };
    }
  }
}

function findBox(name: string): Box {
  try {
    return storageBox(name, window.localStorage); // the getter itself throws where storage is denied
  } catch {
    return cookieBox(name);
  }
}

function storageBox(name: string, storage: Storage): Box {
  return {
    read: () => storage.getItem(name),
    write(text) {
      try {
        storage.setItem(name, text);
        return true;
      } catch {
        return false; // full
      }
    },
    clear: () => storage.removeItem(name),
  };
}

const COOKIE_BYTES = 3800; // browsers refuse cookies past 4096 bytes with their attributes
const COOKIE_DAYS = 30;

/** For this path alone, so that no other address of the server is ever sent it. */
function cookieBox(name: string): Box {
  const prefix = `${encodeURIComponent(name)}=`;
  const attributes = `Path=${location.pathname}; Max-Age=${COOKIE_DAYS * 86_400}; Secure; SameSite=None; Partitioned`;
  return {
    read() {
      const found = document.cookie.split("; ").find((each) => each.startsWith(prefix));
      return found ? decodeURIComponent(found.slice(prefix.length)) : null;
    },
    write(text) {
      const value = encodeURIComponent(text);
      if (value.length > COOKIE_BYTES) return false;
      document.cookie = `${prefix}${value}; ${attributes}`;
      return true;
    },
    clear() {
      document.cookie = `${prefix}; ${attributes.replace(/Max-Age=\d+/, "Max-Age=0")}`;
    },
  };
}
