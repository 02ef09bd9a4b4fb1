// The chat's window: header, log, composer, and the source over them. It holds no logic of the conversation.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Citation, ConsentText } from "./api";
import type { Chat } from "./chat";
import { Consent } from "./Consent";
import { Composer } from "./Composer";
import { useNow, useStickToEnd, useStore } from "./hooks";
import { nextChange, sayHours, type Hours } from "./hours";
import { Icon } from "./icons";
import type { Keep } from "./keep";
import { Keepsakes } from "./Keepsakes";
import { ReplyAddress } from "./ReplyAddress";
import type { Rate } from "./Rating";
import { Answer, FailureView, IncomingView, MessageView, OutgoingView, Problem, QueuedView, spokenAnswer } from "./Messages";
import { SourcePanel } from "./SourcePanel";
import type { State, Store } from "./store";
import { fill, type Texts } from "./texts";
import { save, transcriptOf } from "./transcript";

interface Props {
  store: Store;
  chat: Chat;
  keep: Keep;
  texts: Texts;
  /** Whom one reaches, until the session says it. */
  name: string;
  /** null: somebody is always there, and nothing is said of it. */
  hours: Hours | null;
  consent: ConsentText | null;
  isFramed: boolean;
  onClose: () => void;
  /** Called with the function that puts the cursor where the visitor writes. */
  onMounted: (focus: () => void) => void;
}

export function App({ store, chat, keep, texts, name, hours, consent, isFramed, onClose, onMounted }: Props) {
  const state = useStore(store);
  const field = useRef<HTMLTextAreaElement>(null);
  const [source, setSource] = useState<Citation | null>(null);
  const isBusy = state.incoming !== null || state.outgoing?.status === "sending";
  // On touch screens the cursor would bring up the keyboard over what there is to read.
  const focusField = () => {
    if (matchMedia("(hover: hover)").matches) field.current?.focus({ preventScroll: true });
  };
  const askSuggested = (question: string) => {
    focusField(); // the button that was pressed is about to go
    void chat.ask(question);
  };
  useEffect(() => onMounted(focusField), []);
  const onKeyDown = (event: KeyboardEvent) => event.key === "Escape" && !source && isFramed && onClose();
  const takesFiles = state.phase === "ready" && Boolean(chat.files?.rules);
  const [isOver, setOver] = useState(false);
  const onDrag = (event: DragEvent) => {
    if (!takesFiles || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault(); // else the browser opens the file
    setOver(event.type === "dragover");
    if (event.type === "drop") void chat.files?.add([...event.dataTransfer.files]);
  };
  return (
    <div class="app" onKeyDown={onKeyDown} onDragOver={onDrag} onDragLeave={onDrag} onDrop={onDrag}>
      {isOver && <p class="drop" aria-hidden="true">{chat.files?.texts.dropHere}</p>}
      <Header state={state} texts={texts} name={state.agent?.name ?? name} hours={hours} isFramed={isFramed} onClose={onClose} onRestart={() => chat.restart()} />
      <Log state={state} chat={chat} texts={texts} consent={consent} onAsk={askSuggested} onOpenSource={setSource} />
      <Announcer state={state} texts={texts} />
      <footer>
        {state.phase === "ready" && state.replyTo !== null && (
          <ReplyAddress texts={texts} address={state.replyTo} onLeave={(address) => chat.leaveAddress(address)} onRemove={() => chat.leaveAddress("")} onDecline={() => chat.declineAddress()} />
        )}
        {state.phase === "ready" && (
          <Composer
            texts={texts}
            field={field}
            draft={keep.get("draft")}
            isBusy={isBusy}
            files={chat.files}
            drafts={state.files}
            filesProblem={state.filesProblem}
            onStop={state.incoming && !state.incoming.isStopping ? () => void chat.stop() : undefined}
            onDraft={(draft) => keep.set({ draft })}
            onSend={(text) => void chat.ask(text)}
          />
        )}
        <p class="note">{texts.note}</p>
        {state.messages.length > 0 && (
          <Keepsakes
            texts={texts}
            onSave={() => save(transcriptOf(state.messages, state.agent?.name ?? name, texts), `${texts.conversation}.txt`)}
            onForget={chat.mayForget ? () => chat.forgetMe() : undefined}
          />
        )}
      </footer>
      {source && <SourcePanel citation={source} texts={texts} onClose={() => setSource(null)} />}
    </div>
  );
}

interface HeaderProps {
  state: State;
  texts: Texts;
  name: string;
  hours: Hours | null;
  isFramed: boolean;
  onClose: () => void;
  onRestart: () => void;
}

function Header({ state, texts, name, hours, isFramed, onClose, onRestart }: HeaderProps) {
  const now = useNow(hours ? (time) => nextChange(hours, time) : never);
  const hasTalk = state.messages.length > 0 || state.outgoing !== null;
  return (
    <header>
      <span class="avatar" aria-hidden="true">{name.slice(0, 1).toUpperCase()}</span>
      <div class="who">
        <h1>{name || "\u00a0"}</h1>
        <p class={`who__${state.who}`}>{subtitle(state, texts)}</p>
        {hours && state.who !== "human" && <p>{sayHours(hours, texts, now)}</p>}
      </div>
      {hasTalk && <button type="button" class="tool" aria-label={texts.restart} title={texts.restart} onClick={onRestart}><Icon name="restart" /></button>}
      {isFramed && <button type="button" class="tool" aria-label={texts.close} title={texts.close} onClick={onClose}><Icon name="close" /></button>}
    </header>
  );
}

interface LogProps {
  state: State;
  chat: Chat;
  texts: Texts;
  consent: ConsentText | null;
  onAsk: (question: string) => void;
  onOpenSource: (citation: Citation) => void;
}

function Log({ state, chat, texts, consent, onAsk, onOpenSource }: LogProps) {
  const { ref, onScroll, toEnd, isAway } = useStickToEnd(state);
  const { messages, outgoing, incoming, failure } = state;
  const onRate: Rate = (message, opinion) => chat.rate(message, opinion);
  const hasSent = outgoing?.status === "sending";
  useEffect(() => {
    if (hasSent) toEnd(); // one's own message is always in sight
  }, [hasSent]);
  return (
    <main class="middle">
      <div class="log" ref={ref} onScroll={onScroll} role="log" aria-live="off" aria-label={texts.conversation} tabIndex={0}>
        <div class="column">
          {state.phase === "opening" && <Skeleton label={texts.loading} />}
          {state.phase === "asking" && consent && <Consent consent={consent} texts={texts} onAgree={() => void chat.agree()} />}
          {state.phase === "broken" && <Problem text={state.reason} texts={texts} onRetry={() => void chat.open()} />}
          {state.phase === "ready" && <Greeting state={state} texts={texts} onAsk={onAsk} />}
          {messages.map((message) => <MessageView key={message.id} message={message} texts={texts} onOpenSource={onOpenSource} onRate={onRate} files={chat.files} />)}
          {state.line && <Answer text={state.line.text} citations={NO_CITATIONS} texts={texts} onOpenSource={nothing} />}
          {outgoing && <OutgoingView outgoing={outgoing} texts={texts} onRetry={() => void chat.sendAgain()} files={chat.files} />}
          {state.queued.map((each) => <QueuedView key={each.key} text={each.text} sent={each.files} texts={texts} files={chat.files} />)}
          {incoming && <IncomingView incoming={incoming} texts={texts} onOpenSource={onOpenSource} />}
          {state.typing && <p class="stage"><span class="dots" aria-hidden="true"><i /><i /><i /></span>{fill(texts.typing, { name: state.typing })}</p>}
          {failure && <FailureView failure={failure} texts={texts} onRetry={() => void chat.askAgain()} onOpenSource={onOpenSource} />}
        </div>
      </div>
      {isAway && <button type="button" class="latest" aria-label={texts.latest} onClick={() => toEnd("smooth")}><Icon name="down" /></button>}
    </main>
  );
}

/** Who answers now: an agent, somebody who is awaited, or a person by name. */
function subtitle(state: State, texts: Texts): string {
  if (state.who === "waiting") return texts.waitingForPerson;
  if (state.who !== "human") return texts.subtitle;
  const name = state.messages.findLast((message) => message.role === "human")?.author_name;
  return name ? fill(texts.withPerson, { name }) : texts.withSomebody;
}

const never = () => null;
const NO_CITATIONS: Citation[] = [];
const nothing = () => undefined;

function Greeting({ state, texts, onAsk }: { state: State; texts: Texts; onAsk: (question: string) => void }) {
  const agent = state.agent!;
  const isFresh = state.messages.length === 0 && !state.outgoing;
  const first = state.messages[0] ?? state.line;
  if (first && (!("role" in first) || first.role === "agent")) return null; // it began with a proactive message
  return (
    <>
      <div class="greeting"><Answer text={agent.greeting || texts.defaultGreeting} citations={NO_CITATIONS} texts={texts} onOpenSource={nothing} isComing={false} /></div>
      {isFresh && agent.suggested_questions.length > 0 && (
        <ul class="suggestions" aria-label={texts.suggestions}>
          {agent.suggested_questions.map((question) => (
            <li key={question}><button type="button" onClick={() => onAsk(question)}>{question}</button></li>
          ))}
        </ul>
      )}
    </>
  );
}

function Skeleton({ label }: { label: string }) {
  return <div class="skeleton" role="status" aria-label={label}><i /><i /><i /></div>;
}

/** Tells screen readers what happened, whole sentences at a time; the tokens themselves would be noise. */
function Announcer({ state, texts }: { state: State; texts: Texts }) {
  const [spoken, setSpoken] = useState("");
  const known = useRef<string | null>(null);
  const last = state.messages.at(-1);
  useEffect(() => {
    if (state.phase !== "ready") return;
    const isNew = known.current !== null && (last?.role === "agent" || last?.role === "human" || last?.role === "system") && last.id !== known.current;
    known.current = last?.id ?? "";
    if (isNew) setSpoken(spokenAnswer(last, texts));
    else if (!last) setSpoken(""); // another visitor may be here now
  }, [state.phase, last?.id]);
  const stage = state.incoming && ((texts as Record<string, string>)[state.incoming.stage] ?? texts.thinking);
  return <div class="hidden" role="status" aria-live="polite">{stage ?? spoken}</div>;
}
