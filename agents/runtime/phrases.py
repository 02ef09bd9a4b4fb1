"""The few sentences that the product says itself, in the languages it knows; English for all others."""

_SENTENCES = {
    "ungrounded": {
        "en": (
            "I am not sure enough of the answer: what I found in the documents does not support it. "
            "Could you ask in other words, or contact the team directly?"
        ),
        "de": (
            "Ich bin mir der Antwort nicht sicher genug: Was ich in den Dokumenten gefunden habe, belegt sie nicht. "
            "Können Sie es anders fragen oder sich direkt an das Team wenden?"
        ),
    },
    "handed_off": {
        "en": "I am not sure enough of the answer, so I am handing this over to a person from the team.",
        "de": "Ich bin mir der Antwort nicht sicher genug und gebe Ihre Frage an einen Menschen aus dem Team weiter.",
    },
    "handing_over": {
        "en": "I am handing this over to a person from the team.",
        "de": "Ich gebe das an einen Menschen aus dem Team weiter.",
    },
    "calling_person": {
        "en": "Of course. I am handing this over to a person from the team.",
        "de": "Gern. Ich gebe das an einen Menschen aus dem Team weiter.",
    },
    "taken_over": {
        "en": "A person from the team answers here now.",
        "de": "Hier antwortet jetzt ein Mensch aus dem Team.",
    },
    "cancelled": {
        "en": "The answer was stopped.",
        "de": "Die Antwort wurde angehalten.",
    },
    "contradicted": {
        "en": "Another source, “{}”, says otherwise:",
        "de": "Eine andere Quelle, „{}“, sagt etwas anderes:",
    },
    "away": {
        "en": "I cannot look that up right now. Please ask me again in a few minutes.",
        "de": "Ich kann das gerade nicht nachschlagen. Bitte fragen Sie mich in ein paar Minuten noch einmal.",
    },
    "noted": {
        "en": "Thank you{}. I have noted that. What can I do for you?",
        "de": "Danke{}. Das habe ich mir gemerkt. Was kann ich für Sie tun?",
    },
    "forgotten": {
        "en": "Done. I do not use that any more.",
        "de": "Erledigt. Ich verwende das nicht mehr.",
    },
    "forgotten_all": {
        "en": (
            "I do not use anything I knew about you any more. To have it erased for good, I have told the team; "
            "they may have to ask you who you are."
        ),
        "de": (
            "Ich verwende nichts mehr, was ich über Sie wusste. Damit es endgültig gelöscht wird, habe ich dem Team "
            "Bescheid gegeben; es muss Sie vielleicht fragen, wer Sie sind."
        ),
    },
    "last_conversation": {
        "en": "This is what it was about on {}:",
        "de": "Darum ging es am {}:",
    },
    "earlier_conversation": {
        "en": "Earlier conversation, {}",
        "de": "Früheres Gespräch, {}",
    },
    "no_conversation": {
        "en": "This is our first conversation, as far as I remember. What can I do for you?",
        "de": "Soweit ich mich erinnere, ist das unser erstes Gespräch. Was kann ich für Sie tun?",
    },
    "confirm": {
        "en": "Shall I do this for you: {}?{}Please answer yes or no.",
        "de": "Soll ich das für Sie tun: {}?{}Bitte antworten Sie mit Ja oder Nein.",
    },
    "waits_for_person": {
        "en": "Someone of the team has to agree to that first. I have asked, and will write here when I know.",
        "de": "Dem muss zuerst jemand aus dem Team zustimmen. Ich habe gefragt und melde mich hier, wenn ich es weiß.",
    },
    "failed": {
        "en": "The answer could not be completed. Please ask again in a moment.",
        "de": "Die Antwort konnte nicht fertiggestellt werden. Bitte fragen Sie gleich noch einmal.",
    },
}


def say(phrase: str, language: str = "en") -> str:
    """Raises KeyError for a phrase that does not exist."""
    sentences = _SENTENCES[phrase]
    return sentences.get(language, sentences["en"])
