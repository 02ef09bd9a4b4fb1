// What the visitor agrees to before anything of them is kept: the company's words, as plain text.
import type { ConsentText } from "./api";
import type { Texts } from "./texts";

export function Consent({ consent, texts, onAgree }: { consent: ConsentText; texts: Texts; onAgree: () => void }) {
  return (
    <section class="consent" aria-label={texts.consent}>
      <p>{consent.text}</p>
      {consent.link && <p><a href={consent.link} target="_blank" rel="noopener noreferrer">{texts.readMore}</a></p>}
      <button type="button" class="say" onClick={onAgree}>{texts.agree}</button>
      <p class="hint">{texts.untilThen}</p>
    </section>
  );
}
