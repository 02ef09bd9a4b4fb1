// What a visitor may do with what was said: keep it as a file, and have it forgotten. The second asks once more.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Texts } from "./texts";

interface Props {
  texts: Texts;
  onSave: () => void;
  /** Missing for who is known to the company otherwise: it is asked itself. False when it did not come through. */
  onForget: (() => Promise<boolean>) | undefined;
}

type Step = "" | "asked" | "busy" | "failed";

export function Keepsakes({ texts, onSave, onForget }: Props) {
  const [step, setStep] = useState<Step>("");
  const keep = useRef<HTMLButtonElement>(null);
  const ask = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (step === "asked") keep.current?.focus();
  }, [step]);
  const back = () => {
    setStep("");
    setTimeout(() => ask.current?.focus());
  };
  const forget = async () => {
    setStep("busy");
    setStep((await onForget!()) ? "" : "failed");
  };
  if (step && onForget) {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.stopPropagation(); // the chat itself stays open
      back();
    };
    return (
      <div class="problem" role="alertdialog" aria-label={texts.forget} aria-describedby="forget" onKeyDown={onKeyDown}>
        <span id="forget">{step === "failed" ? texts.notForgotten : texts.forgetWhat}</span>
        <button type="button" ref={keep} onClick={back}>{texts.keepIt}</button>
        <button type="button" disabled={step === "busy"} onClick={forget}>{texts.forgetNow}</button>
      </div>
    );
  }
  return (
    <p class="note keepsakes">
      <button type="button" onClick={onSave}>{texts.save}</button>
      {onForget && <button type="button" ref={ask} onClick={() => setStep("asked")}>{texts.forget}</button>}
    </p>
  );
}
