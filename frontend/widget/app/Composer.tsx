// Where the visitor writes: grows with the text, Enter sends, Shift+Enter makes a line.
import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Draft } from "./attached";
import type { Files } from "./filing";
import { Icon } from "./icons";
import { fill, type Texts } from "./texts";

const LIMIT = 4000; // the server takes more; a question this long is a mistake

interface Props {
  texts: Texts;
  field: RefObject<HTMLTextAreaElement | null>;
  draft: string;
  isBusy: boolean;
  files: Files | undefined;
  drafts: Draft[];
  filesProblem: string;
  /** Given while an answer comes that can be stopped. */
  onStop: (() => void) | undefined;
  onDraft: (text: string) => void;
  onSend: (text: string) => void;
}

export function Composer({ texts, field, draft, isBusy, files, drafts, filesProblem, onStop, onDraft, onSend }: Props) {
  const [text, setText] = useState(draft);
  const isTooLong = text.length > LIMIT;
  const chooser = useRef<HTMLInputElement>(null);
  const isSending = drafts.some((each) => !each.sent && !each.problem);
  const canSend = (Boolean(text.trim()) || drafts.some((each) => each.sent)) && !isBusy && !isTooLong && !isSending;
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
  const choose = (event: Event & { currentTarget: HTMLInputElement }) => {
    void files?.add([...(event.currentTarget.files ?? [])]);
    event.currentTarget.value = ""; // the same file may be chosen again
    field.current?.focus({ preventScroll: true });
  };
  const onPaste = (event: ClipboardEvent) => {
    const pasted = [...(event.clipboardData?.files ?? [])];
    if (!files?.rules || !pasted.length) return;
    event.preventDefault();
    void files.add(pasted);
  };
  return (
    <form class="composer" onSubmit={(event) => { event.preventDefault(); send(); }}>
      {isTooLong && <p class="hint" role="alert">{fill(texts.tooLong, { limit: LIMIT })}</p>}
      {files && <files.Drafts files={files} drafts={drafts} problem={filesProblem} />}
      <div class={`field${files?.rules ? " field--files" : ""}`}>
        {files?.rules && (
          <>
            <button type="button" class="attach" aria-label={files.texts.attach} title={files.texts.attach} onClick={() => chooser.current!.click()}><Icon name="clip" /></button>
            <input ref={chooser} type="file" hidden multiple accept={files.rules.accept} aria-label={files.texts.attach} onChange={choose} />
          </>
        )}
        <textarea
          ref={field}
          rows={1}
          value={text}
          placeholder={texts.placeholder}
          aria-label={texts.composer}
          onInput={(event) => change(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        {onStop
          ? <button type="button" class="send stop" onClick={onStop} aria-label={texts.stop}><Icon name="stop" /></button>
          : <button type="submit" class="send" disabled={!canSend} aria-label={texts.send}><Icon name="send" /></button>}
      </div>
    </form>
  );
}
