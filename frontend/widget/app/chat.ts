// The conversation's course: open, restore, ask, follow the answer, recover. It joins session, API, stream, storage and
// store; it draws nothing. Every question ends as an answer, an error that says what to do, or a kept unsent message.
import * as api from "./api";
import { ApiError, type Message } from "./api";
import { backoffMs, randomKey, wait } from "./backoff";
import type { Keep, Pending, Unsent } from "./keep";
import type { SessionHolder } from "./session";
import type { Files } from "./filing";
import { listen } from "./listening";
import { withMessage, type Line, type Store, type Who } from "./store";
import { followTurn, type Ending } from "./stream";
import type { Texts } from "./texts";

const SEND_ATTEMPTS = 4;
const OFFLINE_MS = 30_000; // browsers say when the network is back; one that does not is not waited for without end
const MAX_UNSENT = 20;
const TYPING_MS = 6000;

export interface Parts {
  store: Store;
  session: SessionHolder;
  keep: Keep;
  texts: Texts;
  /** The company's proactive messages, by id. */
  lines: Record<string, string>;
  /** Told when a question was accepted or an answer came, for the page around the iframe. */
  announce: (name: "message:sent" | "message:received") => void;
  /** What is to be agreed to first; null for nothing. */
  consent: api.ConsentText | null;
  /** Load the iframe anew: the server looks again at where it stands. What is kept survives. */
  reload: () => void;
}

export class Chat {
  private following: AbortController | null = null;
  private listening: AbortController | null = null;
  private isDelivering = false;
  private pause: AbortController | null = null;
  private typingTimer = 0;
  private context: api.PageContext | undefined;
  private awaited: { token: string; carry: boolean } | null = null;
  private beginning: Promise<string> | null = null;
  /** Once it is loaded. */
  files: Files | undefined;

  constructor(private readonly parts: Parts) {
    if (!this.hasAgreed) parts.keep.hold();
  }

  private get hasAgreed(): boolean {
    const { consent, keep } = this.parts;
    return !consent || keep.get("consent") === consent.version;
  }

  /** The visitor agrees to the company's text: what the page wanted meanwhile is done now. */
  async agree(): Promise<void> {
    const { consent, keep } = this.parts;
    if (!consent) return;
    keep.set({ consent: consent.version });
    keep.release();
    const identity = this.awaited;
    this.awaited = null;
    await (identity ? this.identify(identity.token, identity.carry) : this.open());
  }

  /** Somebody else is here from now on, who has agreed to nothing. */
  private withdraw(): void {
    const { consent, keep } = this.parts;
    this.awaited = null;
    if (!consent) return;
    keep.set({ consent: 0 });
    keep.hold();
  }

  /** Mint or take up the session, show what was said, go on with what was under way. */
  async open(): Promise<void> {
    const { store, session, keep } = this.parts;
    if (!this.hasAgreed) return store.set({ phase: "asking", reason: "" });
    store.set({ phase: "opening", reason: "" });
    try {
      const { agent, conversation_id } = await session.get();
      if (!keep.get("conversation") && conversation_id) keep.set({ conversation: conversation_id });
      const messages = await this.loadMessages();
      store.set({ phase: "ready", agent, messages });
      this.say(keep.get("line"));
    } catch (error) {
      store.set({ phase: "broken", reason: this.explain(error) });
      return;
    }
    this.hear();
    await this.resume();
  }

  /** The page says who the visitor is. What somebody else said here before is not shown to them. */
  async identify(token: string, carry: boolean): Promise<void> {
    const { store, session, keep } = this.parts;
    if (!this.hasAgreed) {
      this.awaited = { token, carry };
      return store.set({ phase: "asking", reason: "" });
    }
    try {
      const isSame = await session.identify({ token, carry });
      if (isSame && store.state.phase === "ready") return await this.comeBack();
      const isCarried = carry && keep.get("session")?.conversation_id === keep.get("conversation");
      if (!isSame && !isCarried) this.forget();
    } catch (error) {
      this.forget();
      store.set({ phase: "broken", reason: this.explain(error) });
      return;
    }
    await this.open();
  }

  /** The visitor has signed out of the page: the next one begins with nothing. */
  async shutdown(): Promise<void> {
    this.parts.session.forget();
    this.context = undefined;
    this.dropLine();
    this.forget();
    this.withdraw();
    await this.open();
  }

  /** What the page says of what the visitor does there: sent along with what they write, kept nowhere here. */
  setContext(context: api.PageContext): void {
    this.context = context;
  }

  /** The visitor took up a proactive message: it stands as the agent's line, and is sent along with what answers it. */
  say(id: string): void {
    const { store, keep, lines } = this.parts;
    const text = Object.hasOwn(lines, id) ? lines[id] : "";
    if (!text) return;
    keep.set({ line: id });
    store.set({ line: { id, text } });
  }

  /** Ask. While an earlier question waits for the network this one waits behind it; while one is on its way, or its
   * answer is coming, nothing happens. */
  async ask(text: string): Promise<void> {
    const { store, keep } = this.parts;
    const { outgoing, incoming } = store.state;
    const trimmed = text.trim();
    if (outgoing?.status === "sending" || incoming) return;
    if (!trimmed && !store.state.files.some((each) => each.sent)) return;
    const waiting = outgoing?.isRefused ? [] : keep.get("unsent");
    if (waiting.length >= MAX_UNSENT) return;
    const line = waiting.length ? undefined : store.state.line?.id;
    const files = this.files?.take() ?? [];
    keep.set({ unsent: [...waiting, { text: trimmed, key: randomKey(), ...(line && { line }), ...(files.length > 0 && { files }) }], draft: "" });
    await this.sendAgain();
  }

  /** Send what is not sent, each question with the key it had: the server takes it once. */
  async sendAgain(): Promise<void> {
    this.showQueued();
    const { store } = this.parts;
    if (this.isDelivering && !store.state.outgoing && this.next) store.set({ outgoing: { ...this.next, status: "sending", reason: "" } });
    if (this.isDelivering) return;
    this.isDelivering = true;
    try {
      for (let next = this.next; next; next = this.next) if (!(await this.deliver(next))) return;
    } finally {
      this.isDelivering = false;
    }
  }

  /** The network is back: do what could not be done without it. */
  async comeBack(): Promise<void> {
    const { store, keep } = this.parts;
    const { phase, outgoing, failure } = store.state;
    if (phase === "broken") await this.open();
    else if (outgoing?.status === "failed" && !outgoing.isRefused) await this.sendAgain();
    else if (failure && keep.get("pending")) await this.follow(keep.get("pending")!);
  }

  /** Ask the last question again after its answer failed. */
  async askAgain(): Promise<void> {
    const last = this.parts.store.state.messages.findLast((message) => message.role === "contact");
    this.parts.store.set({ failure: null });
    if (last) await this.ask(last.text);
  }

  /** Keep what the visitor thinks of an answer; shown at once, and as it was when that fails. */
  async rate(message: Message, opinion: api.Opinion | null): Promise<boolean> {
    const { store, session } = this.parts;
    const show = (rating: "good" | "bad" | null) => {
      const shown = store.state.messages.find((each) => each.id === message.id);
      if (shown) store.set({ messages: withMessage(store.state.messages, { ...shown, rating }) });
    };
    show(opinion?.rating ?? null);
    try {
      await session.with((token) => api.rateAnswer(token, message.id, opinion));
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      show(message.rating ?? null);
      return false;
    }
  }

  /** Have all of it erased at the company, and begin anew as somebody unknown. False when that could not be asked for. */
  async forgetMe(): Promise<boolean> {
    const { session } = this.parts;
    try {
      const { contact_id } = await session.get();
      await session.with((token) => api.forgetVisitor(token, contact_id));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return false;
    }
    await this.shutdown();
    return true;
  }

  /** Leave an address for the answer, or ("") take it back. What is wrong, "" when it is kept. */
  async leaveAddress(address: string): Promise<string> {
    const { store, session, keep } = this.parts;
    const conversation = keep.get("conversation");
    if (!conversation) return "";
    try {
      await session.with((token) => api.setReplyAddress(token, conversation, address.trim()));
      store.set({ replyTo: address.trim() });
      if (address) await this.refresh();
      return "";
    } catch (error) {
      if (error instanceof ApiError && error.code === "invalid_reply_address") return this.parts.texts.noAddressSo;
      return this.explain(error);
    }
  }

  /** Not asked again in this conversation, as long as the page is open. */
  declineAddress(): void {
    this.parts.store.set({ replyTo: null });
  }

  /** Only who is anonymous: everybody else is known to the company by more than this chat. */
  get mayForget(): boolean {
    return this.parts.keep.get("session")?.is_identified === false;
  }

  /** Stop the answer that is coming. Its stream goes on to its end, which comes at once. */
  async stop(): Promise<void> {
    const { store, session } = this.parts;
    const incoming = store.state.incoming;
    if (!incoming || incoming.isStopping) return;
    store.grow(incoming.turnId, () => ({ isStopping: true }));
    try {
      await session.with((token) => api.cancelTurn(token, incoming.turnId));
    } catch {
      store.grow(incoming.turnId, () => ({ isStopping: false })); // it goes on; the button can be pressed again
    }
  }

  /** Begin anew. The old conversation stays with the company; this device forgets it. */
  restart(): void {
    this.dropLine();
    this.letGo();
  }

  private letGo(): void {
    this.following?.abort();
    this.listening?.abort();
    this.pause?.abort();
    this.files?.clear();
    this.parts.keep.set({ conversation: null, pending: null, unsent: [] });
    this.parts.store.set({ messages: [], outgoing: null, queued: [], incoming: null, failure: null, who: "agent", typing: "", replyTo: null });
  }

  /** The line, if any, stays: it is the company's, and whoever is here took it up. */
  private forget(): void {
    this.letGo();
    this.parts.keep.set({ draft: "" });
  }

  private dropLine(): void {
    this.parts.keep.set({ line: "" });
    this.parts.store.set({ line: null });
  }

  private async loadMessages(): Promise<Message[]> {
    const { session, keep } = this.parts;
    const conversation = keep.get("conversation");
    if (!conversation) return [];
    try {
      return await session.with((token) => api.listMessages(token, conversation));
    } catch (error) {
      if (!(error instanceof ApiError) || ![403, 404].includes(error.status)) throw error;
      keep.set({ conversation: null, pending: null }); // it is gone, or was another visitor's: start anew
      return [];
    }
  }

  private async resume(): Promise<void> {
    const { store, keep } = this.parts;
    const pending = keep.get("pending");
    this.showQueued();
    if (pending && !store.state.messages.some((each) => each.turn_id === pending.turn_id && each.role === "agent")) {
      await this.follow(pending);
    } else if (pending) keep.set({ pending: null });
    await this.sendAgain();
  }

  private get next(): Unsent | undefined {
    return this.parts.keep.get("unsent")[0];
  }

  private showQueued(): void {
    this.parts.store.set({ queued: this.parts.keep.get("unsent").slice(1) });
  }

  /** False when it could not be sent, and those behind it wait as well. */
  private async deliver(unsent: Unsent): Promise<boolean> {
    const { store, keep, announce } = this.parts;
    store.set({ outgoing: { ...unsent, status: "sending", reason: "" }, failure: null });
    const accepted = await this.send(unsent);
    if (!accepted) return store.state.outgoing?.status !== "failed";
    if (this.next?.key !== unsent.key) return true; // another visitor, or a new conversation: it is not shown here
    const { turn_id, stream_url, message_id } = accepted;
    const pending = turn_id && stream_url ? { turn_id, stream_url, question_id: message_id } : null;
    keep.set({ unsent: keep.get("unsent").slice(1), pending });
    this.showQueued();
    const question = asMessage(message_id, unsent, turn_id);
    const said = unsent.line && store.state.line ? withMessage(store.state.messages, asLine(message_id, store.state.line)) : store.state.messages;
    if (unsent.line) this.dropLine();
    store.set({ outgoing: null, messages: withMessage(said, question) });
    announce("message:sent");
    this.hear();
    if (pending) await this.follow(pending);
    else await this.refresh(); // a person has it: there may be more than was written here
    return true;
  }

  /** The server's word that it has the question, or null after the store was told why not. Attempts without a network
   * are none: it is waited for. */
  private async send(unsent: Unsent): Promise<api.Accepted | null> {
    for (let attempt = 0; this.next?.key === unsent.key; ) {
      try {
        return await this.sendOnce(unsent);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        const isOffline = error.status === 0 && !navigator.onLine;
        if (this.next?.key !== unsent.key) return null;
        if (!error.isPassing || (!isOffline && attempt + 1 >= SEND_ATTEMPTS)) return this.giveUp(unsent, error);
        this.showWaiting(unsent);
        this.pause = new AbortController();
        await wait(isOffline ? OFFLINE_MS : Math.max(backoffMs(attempt), (error.retryAfterSeconds ?? 0) * 1000), this.pause.signal);
        if (!isOffline) attempt += 1;
      }
    }
    return null;
  }

  private async sendOnce(unsent: Unsent): Promise<api.Accepted> {
    const { session } = this.parts;
    const conversation = await this.ensureConversation(unsent.key);
    try {
      return await session.with((token) => api.sendMessage(token, conversation, this.bodyOf(unsent), unsent.key));
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404 || error.code === "attachment_not_found") throw error;
      // The conversation was erased meanwhile, with the files that waited there; the question goes into a new one.
      this.parts.keep.set({ conversation: null });
      if (unsent.files) throw error;
      const fresh = await this.ensureConversation(randomKey());
      return session.with((token) => api.sendMessage(token, fresh, this.bodyOf(unsent), unsent.key));
    }
  }

  private bodyOf({ text, line, files }: Unsent): api.Sent {
    return { text, proactive: line, page_context: this.context, attachments: files?.map((each) => each.id) };
  }

  async ensureConversation(key = randomKey()): Promise<string> {
    const kept = this.parts.keep.get("conversation");
    if (kept) return kept;
    this.beginning ??= this.begin(key).finally(() => (this.beginning = null)); // several files may come at once
    return this.beginning;
  }

  private async begin(key: string): Promise<string> {
    const { session, keep } = this.parts;
    const { id } = await session.with((token) => api.createConversation(token, `conversation-${key}`));
    keep.set({ conversation: id });
    return id;
  }

  private showWaiting(unsent: Unsent): void {
    const { store, texts } = this.parts;
    const reason = navigator.onLine ? texts.reconnecting : texts.offline;
    store.set({ outgoing: { ...unsent, status: "waiting", reason } });
  }

  private giveUp(unsent: Unsent, error: ApiError): null {
    const { store, keep, reload } = this.parts;
    if (error.code === "origin_not_allowed") reload(); // it was allowed when it opened: what was checked then is too old now
    const isFinal = error.code === "visitor_budget_exhausted";
    store.set({ outgoing: { ...unsent, status: "failed", reason: this.explain(error), isFinal, isRefused: !error.isPassing } });
    // A refused call is not to be replayed.
    if (!error.isPassing) keep.set({ unsent: [{ ...unsent, key: randomKey() }, ...keep.get("unsent").slice(1)] });
    return null;
  }

  private async follow(pending: Pending): Promise<void> {
    const { store, session } = this.parts;
    const turnId = pending.turn_id;
    this.following?.abort();
    const following = (this.following = new AbortController());
    store.set({ incoming: { turnId, text: "", stage: "queued", citations: [], isReconnecting: false, isStopping: false }, failure: null });
    const ending = await followTurn({
      url: pending.stream_url,
      token: () => session.token(),
      refuseToken: () => session.refuse(),
      signal: following.signal,
      handlers: {
        onStatus: (stage) => store.grow(turnId, () => ({ stage })),
        onToken: (text) => store.grow(turnId, (incoming) => ({ text: incoming.text + text })),
        onCitation: (citation) => store.grow(turnId, ({ citations }) => ({ citations: [...citations, citation] })),
        onRestart: () => store.grow(turnId, () => ({ text: "", citations: [] })),
        onReconnecting: (isReconnecting) => store.grow(turnId, () => ({ isReconnecting })),
      },
    });
    await this.finish(pending, ending);
  }

  private async finish(pending: Pending, ending: Ending): Promise<void> {
    const { store, keep, texts } = this.parts;
    if (ending.kind === "aborted") return;
    if (ending.kind === "done") return this.showAnswer(ending.message);
    if (ending.kind === "error") {
      keep.set({ pending: null });
      if (ending.code === "taken_over" || ending.code === "cancelled") {
        store.set({ incoming: null });
        return ending.code === "taken_over" ? this.refresh() : undefined;
      }
      return this.showFailure(ending.message || texts.lost);
    }
    const found = await this.findAnswer(pending.turn_id);
    if (found) return this.showAnswer(found);
    if (ending.kind === "gone") keep.set({ pending: null }); // "lost" stays pending: the next opening looks again
    this.showFailure(store.state.incoming?.text ? texts.cutShort : texts.lost);
  }

  /** Listen for what people of the company do; once for each conversation. */
  private hear(): void {
    const { session, keep, store } = this.parts;
    const conversation = keep.get("conversation");
    if (!conversation || (this.listening && !this.listening.signal.aborted)) return;
    const listening = (this.listening = new AbortController());
    void listen({
      url: api.streamOf(conversation),
      token: () => session.token(),
      refuseToken: () => session.refuse(),
      signal: listening.signal,
      onChanged: (who, count) => {
        const hasNews = store.state.who !== who || count > store.state.messages.length;
        this.setWho(who);
        if (hasNews) void this.refresh();
      },
      onTyping: (name) => this.showTyping(name),
    });
  }

  private setWho(who: Who): void {
    if (this.parts.store.state.who === who) return;
    this.parts.store.set({ who });
    void this.findAddress(who);
  }

  /** While a person is awaited or answers, the visitor may leave an address. */
  private async findAddress(who: Who): Promise<void> {
    const { store, session, keep } = this.parts;
    const conversation = keep.get("conversation");
    if (!conversation || (who !== "waiting" && who !== "human")) return store.set({ replyTo: null });
    try {
      const { reply_to, refuses_mail } = await session.with((token) => api.getConversation(token, conversation));
      if (keep.get("conversation") === conversation) store.set({ replyTo: refuses_mail ? null : reply_to });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // not asked for then
    }
  }

  private showTyping(name: string): void {
    clearTimeout(this.typingTimer);
    this.parts.store.set({ typing: name });
    this.typingTimer = setTimeout(() => this.parts.store.set({ typing: "" }), TYPING_MS) as unknown as number;
  }

  /** Read anew what was said; what is coming by a turn's own stream stays as it is. */
  private async refresh(): Promise<void> {
    const { store, announce } = this.parts;
    const before = store.state.messages.length;
    try {
      const messages = await this.loadMessages();
      const coming = store.state.incoming?.turnId;
      const shown = messages.filter((each) => each.role !== "agent" || each.turn_id !== coming);
      store.set({ messages: shown, typing: shown.at(-1)?.role === "human" ? "" : store.state.typing });
      if (shown.length > before && shown.at(-1)?.role !== "contact") announce("message:received");
    } catch {
      // the next ring, or the next opening, reads it
    }
  }

  private async findAnswer(turnId: string): Promise<Message | undefined> {
    try {
      const messages = await this.loadMessages();
      return messages.find((message) => message.turn_id === turnId && message.role === "agent");
    } catch {
      return undefined; // no connection either: the failure that is shown next says what to do
    }
  }

  private showAnswer(message: Message): void {
    const { store, keep, announce } = this.parts;
    keep.set({ pending: null });
    store.set({ messages: withMessage(store.state.messages, message), incoming: null, failure: null });
    announce("message:received");
  }

  private showFailure(message: string): void {
    const { store } = this.parts;
    const { text = "", citations = [] } = store.state.incoming ?? {};
    store.set({ incoming: null, failure: { message, text, citations } });
  }

  private explain(error: unknown): string {
    const { texts, reload } = this.parts;
    if (!(error instanceof ApiError)) throw error;
    if (error.code === "origin_not_allowed") return texts.notAllowed;
    if (error.code === "consent_required") reload(); // the company asks for something else by now
    if (error.code === "identity_required") return texts.signIn;
    if (error.code.startsWith("identity_")) return texts.notRecognised;
    if (error.code === "visitor_budget_exhausted") return texts.enoughForToday;
    if (error.code === "attachment_not_found" || error.code === "conversation_not_found") return texts.fileGone;
    return error.message || texts.unreachable;
  }
}

/** Shown in the place of the message that the server has made of it, until the messages are read anew. */
function asLine(question: string, { text }: Line): Message {
  return { id: `${question}-line`, role: "agent", text, citations: [], created_at: new Date().toISOString(), turn_id: null };
}

function asMessage(id: string, { text, files = [] }: Unsent, turnId: string | null): Message {
  const said = text || files.map((each) => each.name).join(", ");
  return { id, role: "contact", text: said, citations: [], created_at: new Date().toISOString(), turn_id: turnId, attachments: files };
}
