// The test chat beside an agent's settings: the public API with the session's cookie, the answer as it is written, its
// sources opened at the passage, and the trace of each turn one click away.
import { showAnswer } from "./answer";
import { translated } from "./translated";

interface Citation {
  marker: number;
  title: string;
  url: string;
  quote: string;
  /** null for what is cited from memory */
  document_id: string | null;
}

interface Message {
  text: string;
  citations: Citation[];
}

const SILENCE_MS = 25_000; // heartbeats come every 10 s

/** Wire every test chat inside `part`. */
export function wakeChats(part: ParentNode): void {
  for (const place of part.querySelectorAll<HTMLElement>("[data-chat]:not([data-awake])")) new Chat(place);
}

class Chat {
  private readonly log: HTMLElement;
  private readonly form: HTMLFormElement;
  private readonly input: HTMLTextAreaElement;
  private readonly picker: HTMLSelectElement | null;
  private conversation = "";
  private isBusy = false;

  constructor(private readonly place: HTMLElement) {
    place.dataset.awake = "";
    this.log = place.querySelector<HTMLElement>("[data-chat-log]")!;
    this.form = place.querySelector<HTMLFormElement>("form")!;
    this.picker = place.querySelector<HTMLSelectElement>("[data-chat-version]");
    this.input = this.form.querySelector<HTMLTextAreaElement>("textarea")!;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.ask(this.input.value);
    });
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      void this.ask(this.input.value);
    });
    this.picker?.addEventListener("change", () => this.startAgain());
    place.addEventListener("click", (event) => this.onClick(event.target as Element));
  }

  private onClick(target: Element): void {
    const chip = target.closest<HTMLElement>("[data-question]");
    if (chip) void this.ask(chip.dataset.question ?? "");
    if (target.closest("[data-chat-again]")) this.startAgain();
  }

  private startAgain(): void {
    if (this.isBusy) return;
    this.conversation = "";
    for (const each of [...this.log.children].slice(1)) each.remove();
    this.input.focus();
  }

  private async ask(text: string): Promise<void> {
    const question = text.trim();
    if (!question || this.isBusy) return;
    this.isBusy = true;
    this.input.value = "";
    this.say("contact", question);
    const answer = new Answer(this.log);
    try {
      this.conversation ||= (await this.post("/v1/conversations", this.whom())).id!;
      const posted = await this.post(`/v1/conversations/${this.conversation}/messages`, { text: question });
      if (posted.stream_url) await answer.follow(posted.stream_url, posted.turn_id!);
      else answer.fail("A person answers this conversation: see the inbox.");
    } catch (error) {
      answer.fail(error instanceof Error ? error.message : translated("The message did not arrive. Try again."));
    }
    this.isBusy = false;
  }

  /** The agent, and which of its versions is tried; another one begins a new conversation. */
  private whom(): Record<string, unknown> {
    const chosen = this.picker?.value ?? "";
    const version = /^\d+$/.test(chosen) ? Number(chosen) : chosen;
    return { agent_id: this.place.dataset.agent, ...(chosen ? { version } : {}) };
  }

  private say(role: string, text: string): void {
    const item = element("li", `said said--${role}`);
    const bubble = element("div", "said__bubble said__bubble--plain");
    bubble.textContent = text;
    item.append(bubble);
    this.log.append(item);
    this.log.scrollTop = this.log.scrollHeight;
  }

  private async post(path: string, body: object): Promise<Record<string, string>> {
    const token = this.form.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")!.value;
    const headers = {
      "Content-Type": "application/json",
      "X-CSRFToken": token,
      "Idempotency-Key": crypto.randomUUID(),
    };
    const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    const answer = (await response.json()) as Record<string, string> & { error?: { message: string } };
    if (!response.ok) throw new Error(answer.error?.message ?? translated("The message did not arrive. Try again."));
    return answer;
  }
}

/** One answer as it comes: told apart into stage, text, sources and its ending. */
class Answer {
  private readonly item = element("li", "said");
  private readonly bubble = element("div", "said__bubble");
  private readonly sources = element("ul", "sources");
  private readonly meta = element("span", "said__meta");
  private readonly citations = new Map<number, Citation>();
  private readonly startedAt = performance.now();
  private firstAt = 0;
  private text = "";

  constructor(private readonly log: HTMLElement) {
    this.bubble.dataset.writing = "";
    this.item.setAttribute("aria-busy", "true"); // read out when it is whole, not word by word
    this.item.append(this.bubble, this.sources, this.meta);
    this.log.append(this.item);
    this.scroll();
  }

  follow(url: string, turn: string): Promise<void> {
    return new Promise((resolve) => {
      const source = new EventSource(url);
      let timer = 0;
      const finish = () => {
        clearTimeout(timer);
        source.close();
        delete this.bubble.dataset.writing;
        this.item.removeAttribute("aria-busy");
        resolve();
      };
      const alive = () => {
        clearTimeout(timer);
        timer = window.setTimeout(() => {
          this.fail(translated("Nothing came for a while. The answer is kept: reload the conversation to see it."));
          finish();
        }, SILENCE_MS * 3);
      };
      alive();
      this.listen(source, alive);
      source.addEventListener("done", (event) => {
        this.end(JSON.parse(event.data) as { message: Message }, turn);
        finish();
      });
      source.addEventListener("error", (event) => {
        // The same name means two things: the server's last frame (it has data), or a connection that is taken up again.
        const data = event instanceof MessageEvent ? (event.data as string) : "";
        if (data) this.fail((JSON.parse(data) as { message: string }).message);
        else if (source.readyState !== EventSource.CLOSED) return;
        else if (!this.text) this.fail(translated("The connection to the answer was lost. Ask again."));
        finish();
      });
    });
  }

  private listen(source: EventSource, alive: () => void): void {
    const on = (name: string, handle: (data: Record<string, string>) => void) =>
      source.addEventListener(name, (event) => {
        alive();
        handle(JSON.parse((event as MessageEvent<string>).data) as Record<string, string>);
      });
    on("status", ({ stage }) => (this.meta.textContent = STAGES[stage ?? ""] ?? ""));
    on("restart", () => this.write(""));
    on("token", ({ text }) => {
      this.firstAt ||= performance.now();
      this.write(this.text + text);
    });
    on("citation", (data) => {
      this.cite(data as unknown as Citation);
      this.write(this.text);
    });
  }

  private write(text: string): void {
    this.text = text;
    showAnswer(this.bubble, text, (marker) => {
      const found = this.citations.get(marker);
      return found && addressOf(found) ? { href: addressOf(found), title: found.title } : null;
    });
    this.scroll();
  }

  private cite(citation: Citation): void {
    if (this.citations.has(citation.marker)) return;
    this.citations.set(citation.marker, citation);
    const address = addressOf(citation);
    const link = address ? linkTo(address) : document.createElement("div");
    link.className = "source";
    link.append(span("cite", String(citation.marker)), span("truncate", citation.title), span("source__quote", citation.quote));
    const item = document.createElement("li");
    item.append(link);
    this.sources.append(item);
  }

  private end({ message }: { message: Message }, turn: string): void {
    for (const each of message.citations) this.cite(each);
    this.write(message.text);
    const first = this.firstAt ? translated("first word {ms} ms", { ms: Math.round(this.firstAt - this.startedAt) }) : "";
    const whole = translated("whole answer {ms} ms", { ms: Math.round(performance.now() - this.startedAt) });
    const link = document.createElement("a");
    link.href = `/traces/turn/${turn}/`;
    link.textContent = translated("Why this answer?");
    this.meta.replaceChildren(...[first, whole].filter(Boolean).map((text) => span("", text)), link);
    this.scroll();
  }

  fail(message: string): void {
    this.item.removeAttribute("aria-busy");
    delete this.bubble.dataset.writing;
    this.item.classList.add("said--system");
    this.bubble.textContent = message;
    this.scroll();
  }

  private scroll(): void {
    this.log.scrollTop = this.log.scrollHeight;
  }
}

/** What the turn's stages are called while they last. */
const STAGES: Record<string, string> = {
  guard: translated("Thinking…"),
  cache: translated("Thinking…"),
  recall: translated("Remembering…"),
  retrieval: translated("Looking through your knowledge…"),
  model: translated("Writing…"),
  grounding: translated("Checking against the sources…"),
};

/** On the dashboard a citation opens the document here, at its passage, whatever page it came from. */
function addressOf(citation: Citation): string {
  const quote = new URLSearchParams({ quote: citation.quote });
  return citation.document_id ? `/knowledge/documents/${citation.document_id}/?${quote}` : "";
}

function linkTo(address: string): HTMLAnchorElement {
  const link = document.createElement("a");
  link.href = address;
  link.target = "_blank";
  return link;
}

function element(name: string, className: string): HTMLElement {
  const made = document.createElement(name);
  made.className = className;
  return made;
}

function span(className: string, text: string): HTMLElement {
  const made = element("span", className);
  made.textContent = text;
  return made;
}
