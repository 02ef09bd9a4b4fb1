// Where the visitor writes: grows with the text, Enter sends, Shift+Enter makes a line.
import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";
import { Icon } from "./icons";
import { fill, type Texts } from "./texts";

const LIMIT = 4000; // the server takes more; a question this long is a mistake

interface Props {
  texts: Texts;
  field: RefObject<HTMLTextAreaElement | null>;
  draft: string;
  isBusy: boolean;
  /** Given while an answer comes that can be stopped. */
  onStop: (() => void) | undefined;
  onDraft: (text: string) => void;
  onSend: (text: string) => void;
}

export function Composer({ texts, field, draft, isBusy, onStop, onDraft, onSend }: Props) {
  const [text, setText] = useState(draft);
  const isTooLong = text.length > LIMIT;
  const canSend = Boolean(text.trim()) && !isBusy && !isTooLong;
  useLayoutEffect(() => {
    const area = field.current!;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
  }, [text]);
  const change = (value: string) => {
    setText(value);
    onDraft(value);
  };
  const send = () => {
    if (!canSend) return;
    change("");
    onSend(text);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <form class="composer" onSubmit={(event) => { event.preventDefault(); send(); }}>
      {isTooLong && <p class="hint" role="alert">{fill(texts.tooLong, { limit: LIMIT })}</p>}
      <div class="field">
        <textarea
          ref={field}
          rows={1}
          value={text}
          placeholder={texts.placeholder}
          aria-label={texts.composer}
          onInput={(event) => change(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        {onStop
          ? <button type="button" class="send stop" onClick={onStop} aria-label={texts.stop}><Icon name="stop" /></button>
          : <button type="submit" class="send" disabled={!canSend} aria-label={texts.send}><Icon name="send" /></button>}
      </div>
    </form>
  );
}
