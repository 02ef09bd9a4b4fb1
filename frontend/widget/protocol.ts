// What the loader (on the customer's page) and the app (in the iframe) say to each other by postMessage.
// Nothing personal and no token ever comes out of the frame: the customer's page must not be able to read a conversation.
// The one thing that goes in is the customer's own signed word for who the visitor is.

/** From the app to the customer's page. */
export type FromFrame =
  | { rapport: 1; type: "ready" }
  /** The agent's colour and a readable one on it, for the launcher. */
  | { rapport: 1; type: "look"; color: string; ink: string }
  | { rapport: 1; type: "close" }
  | { rapport: 1; type: "unread"; count: number }
  | { rapport: 1; type: "event"; name: EventName };

/** What the page may hear of. "identity:needed": what it said of the visitor is about to end; it should say it afresh. */
export type EventName = "message:sent" | "message:received" | "identity:needed";

/** From the customer's page to the app. */
export type ToFrame =
  | { rapport: 1; type: "opened" }
  | { rapport: 1; type: "closed" }
  /** A command of the page, with what it gave as JSON. identify: the token, and `{carry}`. setContext: what the page says of
   * what its visitor does there; it is not believed, and sent along with what they write. */
  | { rapport: 1; type: "identify" | "setContext"; given: string }
  /** The visitor took up a proactive message: the agent has said its text, which the app knows by `id`. */
  | { rapport: 1; type: "say"; id: string }
  | { rapport: 1; type: "shutdown" };

/** True when the data of a message event claims to be ours; the caller has checked its origin and source. */
export function isOurs(data: unknown): data is { rapport: 1; type: string } {
  return typeof data === "object" && data !== null && (data as { rapport?: unknown }).rapport === 1;
}
