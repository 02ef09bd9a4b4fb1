// What the widget remembers on the visitor's device, in the iframe's own (partitioned) storage. Where the browser forbids
// storage everything still works until the page is left. Nothing else in the widget touches storage.
import type { Session } from "./api";

/** A question that is not yet known to have reached the server. The key makes sending it again harmless. */
export interface Unsent {
  text: string;
  key: string;
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
  unsent: Unsent | null;
  draft: string;
}

const NOTHING: Kept = { session: null, conversation: null, pending: null, unsent: null, draft: "" };

/** One key's memory; other keys (other agents, other tenants) on the same page have their own. */
export class Keep {
  private readonly name: string;
  private kept: Kept;

  constructor(key: string, private readonly storage: Storage | null = findStorage()) {
    this.name = `rapport:${key}`;
    this.kept = this.read();
  }

  get<K extends keyof Kept>(field: K): Kept[K] {
    return this.kept[field];
  }

  set(change: Partial<Kept>): void {
    this.kept = { ...this.kept, ...change };
    try {
      this.storage?.setItem(this.name, JSON.stringify(this.kept));
    } catch {
      // Full or forbidden: what is in memory is enough until the page is left.
    }
  }

  private read(): Kept {
    try {
      return { ...NOTHING, ...(JSON.parse(this.storage?.getItem(this.name) ?? "{}") as Partial<Kept>) };
    } catch {
      return { ...NOTHING };
    }
  }
}

function findStorage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
