// One source of an answer: its title, the passage the answer rests on, and the way to the page at that passage.
import { useEffect, useRef } from "preact/hooks";
import type { Citation } from "./api";
import { Icon } from "./icons";
import { addressAtPassage } from "./passage";
import type { Texts } from "./texts";

export function SourcePanel({ citation, texts, onClose }: { citation: Citation; texts: Texts; onClose: () => void }) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    ref.current!.showModal(); // the browser keeps the focus inside and gives it back after
  }, []);
  const address = addressAtPassage(citation.url, citation.quote);
  return (
    <dialog ref={ref} class="source" aria-labelledby="source-title" onClose={onClose} onClick={(event) => event.target === ref.current && onClose()}>
      <div class="sheet">
        <button type="button" class="back" onClick={onClose}><Icon name="back" />{texts.closeSource}</button>
        <p class="kicker"><span class="number">{citation.marker}</span>{texts.source}</p>
        <h2 id="source-title">{citation.title}</h2>
        <blockquote tabIndex={0}>{citation.quote}</blockquote>
        {address ? (
          <a class="open" href={address} target="_blank" rel="noopener noreferrer">{texts.openSource}<Icon name="out" /></a>
        ) : (
          <p class="hint">{texts.noAddress}</p>
        )}
      </div>
    </dialog>
  );
}
