// The conversation's log: questions, answers with their sources, the answer that is coming, and what went wrong.
import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { Attachment, Citation, Message } from "./api";
import { isOnlyFiles } from "./attached";
import type { Files } from "./filing";
import { Icon } from "./icons";
import { parseMarkdown, plainText, settle } from "./markdown";
import { Rating, type Rate } from "./Rating";
import { Rendered } from "./Rendered";
import type { Failure, Incoming, Outgoing } from "./store";
import { fill, type Texts } from "./texts";

type OpenSource = (citation: Citation) => void;

interface AnswerProps {
  text: string;
  citations: Citation[];
  texts: Texts;
  onOpenSource: OpenSource;
  isComing?: boolean;
  children?: ComponentChildren;
}

interface MessageProps {
  message: Message;
  texts: Texts;
  onOpenSource: OpenSource;
  onRate: Rate;
  files: Files | undefined;
}

export function MessageView({ message, texts, onOpenSource, onRate, files }: MessageProps) {
  if (message.role === "contact") return <Question text={isOnlyFiles(message) ? "" : message.text} sent={message.attachments} texts={texts} files={files} />;
  if (message.role === "system") return <p class="system">{message.text}</p>;
  if (message.role === "human") return <Person message={message} />;
  return (
    <Answer text={message.text} citations={message.citations} texts={texts} onOpenSource={onOpenSource}>
      {message.turn_id && <Rating message={message} texts={texts} onRate={onRate} />}
    </Answer>
  );
}

/** What a person of the company wrote: their words as they are, under their name. */
function Person({ message }: { message: Message }) {
  return (
    <div class="person">
      <span class="person__name">{message.author_name}</span>
      {message.text}
    </div>
  );
}

interface QuestionProps {
  text: string;
  sent?: Attachment[] | undefined;
  texts: Texts;
  isFaint?: boolean;
  files: Files | undefined;
}

function Question({ text, sent = [], texts, isFaint = false, files }: QuestionProps) {
  return (
    <>
      {text && (
        <div class={`question${isFaint ? " faint" : ""}`}>
          <span class="hidden">{texts.you}: </span>
          {text}
        </div>
      )}
      {files && sent.length > 0 && <div class={`sent${isFaint ? " faint" : ""}`}><files.List files={files} sent={sent} /></div>}
    </>
  );
}

export function Answer({ text, citations, texts, onOpenSource, isComing = false, children }: AnswerProps) {
  const blocks = useMemo(() => parseMarkdown(isComing ? settle(text) : text), [text, isComing]);
  const cites = useMemo(() => citeViews(citations, texts, onOpenSource), [citations, texts, onOpenSource]);
  return (
    <div class={`answer${isComing ? " coming" : ""}`} aria-busy={isComing}>
      <div class="rendered"><Rendered blocks={blocks} cites={cites} /></div>
      {citations.length > 0 && <Sources citations={citations} texts={texts} onOpenSource={onOpenSource} />}
      {!isComing && <CopyButton text={plainText(blocks)} texts={texts} />}
      {children}
    </div>
  );
}

function citeViews(citations: Citation[], texts: Texts, onOpenSource: OpenSource) {
  const byMarker = new Map(citations.map((citation) => [citation.marker, citation]));
  return {
    markers: new Set(byMarker.keys()),
    label: (marker: number) => `${texts.source} ${marker}: ${byMarker.get(marker)?.title ?? ""}`,
    onOpen: (marker: number) => onOpenSource(byMarker.get(marker)!),
  };
}

function Sources({ citations, texts, onOpenSource }: { citations: Citation[]; texts: Texts; onOpenSource: OpenSource }) {
  return (
    <ul class="sources" aria-label={texts.sources}>
      {citations.map((citation) => (
        <li key={citation.marker}>
          <button type="button" onClick={() => onOpenSource(citation)}>
            <span class="number">{citation.marker}</span>
            <span class="title">{citation.title}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function CopyButton({ text, texts }: { text: string; texts: Texts }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      return; // the browser forbids it; the text can still be selected
    }
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <button type="button" class="copy" onClick={copy} aria-label={isCopied ? texts.copied : texts.copy} title={texts.copy}>
      <Icon name={isCopied ? "check" : "copy"} />
    </button>
  );
}

export function OutgoingView({ outgoing, texts, onRetry, files }: { outgoing: Outgoing; texts: Texts; onRetry: () => void; files: Files | undefined }) {
  return (
    <>
      <Question text={outgoing.text} sent={outgoing.files} texts={texts} isFaint files={files} />
      {outgoing.status === "waiting" && <p class="hint" role="status">{outgoing.reason}</p>}
      {outgoing.status === "failed" && (
        <Problem text={`${texts.notSent} ${outgoing.reason}`} texts={texts} {...(outgoing.isFinal ? {} : { onRetry })} />
      )}
    </>
  );
}

/** Written while another one waits for the network. */
export function QueuedView({ text, sent, texts, files }: { text: string; sent?: Attachment[] | undefined; texts: Texts; files: Files | undefined }) {
  return (
    <>
      <Question text={text} sent={sent} texts={texts} isFaint files={files} />
      <p class="hint">{texts.queuedUp}</p>
    </>
  );
}

export function IncomingView({ incoming, texts, onOpenSource }: { incoming: Incoming; texts: Texts; onOpenSource: OpenSource }) {
  const stage = (texts as Record<string, string>)[incoming.stage] ?? texts.thinking;
  return (
    <>
      {incoming.text && <Answer text={incoming.text} citations={incoming.citations} texts={texts} onOpenSource={onOpenSource} isComing />}
      {(!incoming.text || incoming.isReconnecting) && (
        <p class="stage"><span class="dots" aria-hidden="true"><i /><i /><i /></span>{incoming.isReconnecting ? texts.reconnecting : stage}</p>
      )}
    </>
  );
}

export function FailureView({ failure, texts, onRetry, onOpenSource }: { failure: Failure; texts: Texts; onRetry: () => void; onOpenSource: OpenSource }) {
  return (
    <>
      {failure.text && <Answer text={failure.text} citations={failure.citations} texts={texts} onOpenSource={onOpenSource} />}
      <Problem text={failure.message} texts={texts} onRetry={onRetry} />
    </>
  );
}

export function Problem({ text, texts, onRetry }: { text: string; texts: Texts; onRetry?: () => void }) {
  return (
    <div class="problem" role="alert">
      <Icon name="warn" />
      <span>{text}</span>
      {onRetry && <button type="button" onClick={onRetry}>{texts.tryAgain}</button>}
    </div>
  );
}

/** What a screen reader is told when an answer is whole. */
export function spokenAnswer(message: Message, texts: Texts): string {
  return fill(texts.answered, { text: plainText(parseMarkdown(message.text)) });
}
