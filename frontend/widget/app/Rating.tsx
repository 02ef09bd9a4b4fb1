// What the visitor thinks of an answer: a thumb, and after a bad one why, if they like to say it.
import { useState } from "preact/hooks";
import type { Message, Opinion } from "./api";
import { Icon } from "./icons";
import type { Texts } from "./texts";

/** False when it could not be kept. */
export type Rate = (message: Message, opinion: Opinion | null) => Promise<boolean>;

const REASONS = ["wrong", "incomplete", "outdated", "off_topic", "unclear"] as const;

export function Rating({ message, texts, onRate }: { message: Message; texts: Texts; onRate: Rate }) {
  const [isAsking, setAsking] = useState(false);
  const [word, setWord] = useState("");
  const keep = async (opinion: Opinion | null, thanks = "") => {
    setWord((await onRate(message, opinion)) ? thanks : texts.notKept);
  };
  const choose = (rating: "good" | "bad") => {
    const isBack = message.rating === rating;
    setAsking(rating === "bad" && !isBack);
    void keep(isBack ? null : { rating });
  };
  return (
    <div class="rating">
      <Thumb name="thumbUp" label={texts.helpful} isOn={message.rating === "good"} onClick={() => choose("good")} />
      <Thumb name="thumbDown" label={texts.notHelpful} isOn={message.rating === "bad"} onClick={() => choose("bad")} />
      <span class="word" role="status">{word}</span>
      {isAsking && (
        <Why
          texts={texts}
          onSay={(reason, comment) => {
            setAsking(false);
            void keep({ rating: "bad", reason, comment }, texts.thanks);
          }}
        />
      )}
    </div>
  );
}

interface ThumbProps {
  name: "thumbUp" | "thumbDown";
  label: string;
  isOn: boolean;
  onClick: () => void;
}

function Thumb({ name, label, isOn, onClick }: ThumbProps) {
  return (
    <button type="button" class="thumb" aria-pressed={isOn} aria-label={label} title={label} onClick={onClick}>
      <Icon name={name} />
    </button>
  );
}

function Why({ texts, onSay }: { texts: Texts; onSay: (reason: string, comment: string) => void }) {
  const [reason, setReason] = useState("");
  const [comment, setComment] = useState("");
  const names = { wrong: texts.isWrong, incomplete: texts.isIncomplete, outdated: texts.isOutdated, off_topic: texts.isOffTopic, unclear: texts.isUnclear };
  return (
    <form
      class="why"
      onSubmit={(event) => {
        event.preventDefault();
        onSay(reason, comment);
      }}
    >
      <fieldset>
        <legend>{texts.whyNot}</legend>
        {REASONS.map((each) => (
          <button key={each} type="button" class="chip" aria-pressed={reason === each} onClick={() => setReason(reason === each ? "" : each)}>
            {names[each]}
          </button>
        ))}
      </fieldset>
      <textarea rows={2} maxLength={2000} aria-label={texts.sayMore} placeholder={texts.sayMore} value={comment} onInput={(event) => setComment(event.currentTarget.value)} />
      <button type="submit" class="say" disabled={!reason && !comment.trim()}>{texts.send}</button>
    </form>
  );
}
