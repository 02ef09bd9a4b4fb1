// Reading server-sent events from a byte stream, by the rules of the HTML standard (§9.2.6).
// It knows nothing of what the events mean, of networks or of retries.

export interface SseEvent {
  event: string;
  data: string;
  /** The last event id seen so far, not only this event's own. */
  id: string;
}

/** Feed it text in pieces of any size; it calls `emit` for each whole event. Comments (heartbeats) emit nothing. */
export class SseParser {
  private rest = "";
  private event = "";
  private data: string[] = [];
  private id = "";

  constructor(private readonly emit: (event: SseEvent) => void) {}

  push(piece: string): void {
    const text = this.rest + piece;
    // A "\r" at the very end may be half of "\r\n": it waits for the next piece.
    const end = text.endsWith("\r") ? text.length - 1 : text.length;
    const lines = text.slice(0, end).split(/\r\n|\n|\r/);
    this.rest = (lines.pop() ?? "") + text.slice(end);
    for (const line of lines) this.readLine(line);
  }

  private readLine(line: string): void {
    if (line === "") return this.dispatch();
    if (line.startsWith(":")) return;
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.event = value;
    else if (field === "data") this.data.push(value);
    else if (field === "id" && !value.includes("\0")) this.id = value;
  }

  private dispatch(): void {
    if (this.data.length) this.emit({ event: this.event || "message", data: this.data.join("\n"), id: this.id });
    this.event = "";
    this.data = [];
  }
}
