// Where a visitor who waits for a person leaves an address, so that the answer comes by mail when the page is closed by
// then. Nobody has to: one button sends the question away until the next conversation.
import { useState } from "preact/hooks";
import type { Texts } from "./texts";
import { fill } from "./texts";

interface Props {
  texts: Texts;
  /** "" while none was left. */
  address: string;
  /** What is wrong, "" when it is kept. */
  onLeave: (address: string) => Promise<string>;
  onRemove: () => Promise<string>;
  onDecline: () => void;
}

export function ReplyAddress({ texts, address, onLeave, onRemove, onDecline }: Props) {
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState("");
  const [isBusy, setBusy] = useState(false);
  const act = async (work: Promise<string>) => {
    setBusy(true);
    setProblem(await work);
    setBusy(false);
  };
  if (address) {
    return (
      <div class="reply">
        <p>{fill(texts.mailedTo, { address })} <button type="button" class="quiet" disabled={isBusy} onClick={() => void act(onRemove())}>{texts.noMail}</button></p>
        {problem && <p class="reply__problem" role="alert">{problem}</p>}
      </div>
    );
  }
  return (
    <form class="reply" noValidate onSubmit={(event) => { event.preventDefault(); void act(onLeave(typed)); }}>
      <label for="reply-address">{texts.leaveAddress}</label>
      <div class="reply__row">
        <input id="reply-address" type="email" autocomplete="email" required maxLength={254} placeholder={texts.addressExample} value={typed} aria-describedby={problem ? "reply-problem" : undefined} aria-invalid={problem ? true : undefined} onInput={(event) => setTyped(event.currentTarget.value)} />
        <button type="submit" class="say" disabled={isBusy || !typed.trim()}>{texts.keepAddress}</button>
      </div>
      {problem && <p class="reply__problem" id="reply-problem" role="alert">{problem}</p>}
      <button type="button" class="quiet" onClick={onDecline}>{texts.noThanks}</button>
    </form>
  );
}
