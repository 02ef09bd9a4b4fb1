// What the chat shows and how it changes: one state, a handful of changes, listeners. No network, no storage, no DOM.
import type { Agent, Attachment, Citation, Message } from "./api";
import type { Draft } from "./attached";

/** Who answers: see the API's conversations. */
export type Who = "agent" | "waiting" | "human" | "closed";

/** "asking": the visitor has not agreed to the company's text yet. */
export type Phase = "opening" | "asking" | "ready" | "broken";

/** A question on its way: shown at once, before the server has it. */
export interface Outgoing {
  text: string;
  key: string;
  files?: Attachment[];
  status: "sending" | "waiting" | "failed";
  /** What to do about it, when it failed. */
  reason: string;
  /** Sending it again would be refused again. */
  isFinal?: boolean;
  /** The server would not have it: the next question goes without it. */
  isRefused?: boolean;
}

/** An answer as it comes. */
export interface Incoming {
  turnId: string;
  text: string;
  stage: string;
  citations: Citation[];
  isReconnecting: boolean;
  /** The visitor does not want it any more, and the server is being told. */
  isStopping: boolean;
}

/** An answer that never came to its end; `text` is what there was of it. */
export interface Failure {
  message: string;
  text: string;
  citations: Citation[];
}

/** A proactive message that the visitor took up: the agent's line until it is answered, and then a message. */
export interface Line {
  id: string;
  text: string;
}

export interface State {
  phase: Phase;
  /** Why the chat cannot open, when `phase` is "broken". */
  reason: string;
  agent: Agent | null;
  messages: Message[];
  outgoing: Outgoing | null;
  /** Written after it while it waited, by their keys. */
  queued: { text: string; key: string; files?: Attachment[] }[];
  /** Chosen for the next message. */
  files: Draft[];
  /** What is wrong with files that were not taken at all. */
  filesProblem: string;
  incoming: Incoming | null;
  failure: Failure | null;
  line: Line | null;
  who: Who;
  /** A person of the company who is writing just now. */
  typing: string;
  /** Where the answer goes when the visitor is gone: "" for nowhere yet, null when it is not to be asked for. */
  replyTo: string | null;
}

export const EMPTY: State = {
  phase: "opening",
  reason: "",
  agent: null,
  messages: [],
  outgoing: null,
  queued: [],
  files: [],
  filesProblem: "",
  incoming: null,
  failure: null,
  line: null,
  who: "agent",
  typing: "",
  replyTo: null,
};

export class Store {
  private readonly listeners = new Set<() => void>();

  constructor(private current: State = EMPTY) {}

  get state(): State {
    return this.current;
  }

  set(change: Partial<State>): void {
    this.current = { ...this.current, ...change };
    for (const listen of this.listeners) listen();
  }

  /** Change the answer that is coming; nothing when it belongs to another turn or there is none. */
  grow(turnId: string, change: (incoming: Incoming) => Partial<Incoming>): void {
    const { incoming } = this.current;
    if (incoming?.turnId === turnId) this.set({ incoming: { ...incoming, ...change(incoming) } });
  }

  subscribe(listen: () => void): () => void {
    this.listeners.add(listen);
    return () => this.listeners.delete(listen);
  }
}

/** The list with `message` in it once: a message that is already there is replaced. */
export function withMessage(messages: Message[], message: Message): Message[] {
  const at = messages.findIndex((each) => each.id === message.id);
  return at < 0 ? [...messages, message] : messages.with(at, message);
}
