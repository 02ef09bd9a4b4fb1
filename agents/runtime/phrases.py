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
    "away": {
        "en": "I cannot look that up right now. Please ask me again in a few minutes.",
        "de": "Ich kann das gerade nicht nachschlagen. Bitte fragen Sie mich in ein paar Minuten noch einmal.",
    },
    "noted": {
        "en": "Thank you{}. I have noted that. What can I do for you?",
        "de": "Danke{}. Das habe ich mir gemerkt. Was kann ich für Sie tun?",
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
