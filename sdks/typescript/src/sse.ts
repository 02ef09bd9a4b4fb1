// Server-sent events out of bytes (https://html.spec.whatwg.org/multipage/server-sent-events.html, 9.2.6).

export interface ServerSentEvent {
  id: string;
  event: string;
  data: string;
}

/** Takes the bytes as they come, in pieces of any length; an event that breaks off is never given. */
export class EventParser {
  private readonly decoder = new TextDecoder();
  private rest = "";
  private id = "";
  private event = "";
  private data: string[] = [];

  *feed(chunk: Uint8Array): Generator<ServerSentEvent, void, undefined> {
    const lines = (this.rest + this.decoder.decode(chunk, { stream: true })).split("\n");
    this.rest = lines.pop() ?? "";
    for (const line of lines) {
      const event = this.read(line.endsWith("\r") ? line.slice(0, -1) : line);
      if (event) yield event;
    }
  }

  private read(line: string): ServerSentEvent | undefined {
    if (line === "") return this.finish();
    const colon = line.indexOf(":");
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "data") this.data.push(value);
    else if (name === "event") this.event = value;
    else if (name === "id") this.id = value;
    return undefined;
  }

  private finish(): ServerSentEvent | undefined {
    const { data } = this;
    const event = { id: this.id, event: this.event || "message", data: data.join("\n") };
    this.event = "";
    this.data = [];
    return data.length ? event : undefined;
  }
}
