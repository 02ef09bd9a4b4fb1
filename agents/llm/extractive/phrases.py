"""What the built-in model says in its own words: politeness, and that it does not know. English and German.

It never states a fact; facts are quoted.
"""

import re
from typing import Literal

SmallTalk = Literal["greeting", "thanks", "goodbye", "about"]

_PATTERNS: tuple[tuple[SmallTalk, str], ...] = (
    ("greeting", r"(?:hi|hello|hey|hiya|howdy|greetings|good (?:morning|afternoon|evening|day)|hallo|servus|moin|"
                 r"gr(?:ü|ue)(?:ß|ss) (?:gott|dich)|guten (?:morgen|tag|abend))"
                 r"(?: (?:there|all|everyone|team|zusammen))?"),
    ("thanks", r"(?:ok(?:ay)?|great|perfect|super|cool|nice|alright|toll|prima)?[ ,!.]*(?:thank you|thanks|thx|cheers|"
               r"danke|vielen dank|besten dank)"
               r"(?: (?:so much|very much|a lot|for (?:your|the) help|schön|sehr|dir|ihnen))*"),
    ("goodbye", r"(?:good ?bye|bye(?: bye)?|see you(?: later)?|have a (?:nice|good|great) (?:day|one|evening|weekend)|"
                r"tsch(?:ü|ue)(?:ß|ss)|auf wiedersehen|ciao)"),
    ("about", r"(?:who|what) are you|what can you do|are you (?:a |an )?(?:bot|robot|human|person|ai|real)|"
              r"(?:can|could) you help(?: me)?|i need (?:some )?help|help|wer bist du|wer sind sie|was kannst du|"
              r"bist du ein (?:bot|mensch|roboter)|(?:kannst du|können sie) mir helfen|hilfe"),
)  # fmt: skip
_EDGE = r"[\s,.!?:;)(👋🙏🙂😊-]*"
_WHOLE = tuple((kind, re.compile(rf"{_EDGE}(?:{pattern}){_EDGE}", re.IGNORECASE)) for kind, pattern in _PATTERNS)
_GERMAN = re.compile(
    r"\b(?:hallo|servus|moin|gr(?:ü|ue)(?:ß|ss)|guten|danke|vielen|dank|tsch(?:ü|ue)(?:ß|ss)|wiedersehen|wer|bist|hilfe|mir)\b",
    re.IGNORECASE,
)
_OPENING = re.compile(rf"{_EDGE}(?:{_PATTERNS[0][1]}|{_PATTERNS[1][1]})[\s,.!:;-]+(?=\S+\s+\S+)", re.IGNORECASE)

# "My name is Kari Moe." and "I'm Kari." name who asks, and would be searched for; nothing else about a person is cut.
_INTRODUCTION = re.compile(
    r"\b(?:my name is|mein name ist|ich hei(?:ß|ss)e|(?:i am|i['’]m|this is|ich bin|hier ist)(?-i:(?=\s+[A-ZÄÖÜ])))"
    r"(?:\s+[\w'’-]+){1,4}[.!]\s+",
    re.IGNORECASE,
)
_SENTENCES: dict[str, dict[str, str]] = {
    "en": {
        "greeting": "Hello! What would you like to know?",
        "thanks": "You are welcome. Is there anything else you would like to know?",
        "goodbye": "Goodbye, and thank you for stopping by.",
        "about": "I am an assistant that answers from this company's documents and shows where each answer comes from. "
        "Ask me a question.",
        "unknown": "I could not find the answer to that in the documents I have. Could you put it in other words, or "
        "name the product or topic it is about? Otherwise the team can help you directly.",
        "unknown_near": "I could not find the answer to that in the documents I have. The closest page I know is "
        "“{title}”. Could you put it in other words? Otherwise the team can help you directly.",
        "no_documents": "I have no documents to answer from yet, so I do not know. The team can help you directly.",
    },
    "de": {
        "greeting": "Hallo! Was möchten Sie wissen?",
        "thanks": "Gern geschehen. Möchten Sie noch etwas wissen?",
        "goodbye": "Auf Wiedersehen und danke für Ihren Besuch.",
        "about": "Ich bin ein Assistent, der aus den Dokumenten dieses Unternehmens antwortet und zeigt, woher jede "
        "Antwort stammt. Stellen Sie mir eine Frage.",
        "unknown": "Dazu habe ich in den Dokumenten keine Antwort gefunden. Können Sie es anders fragen oder das "
        "Produkt oder Thema nennen, um das es geht? Sonst hilft Ihnen das Team direkt weiter.",
        "unknown_near": "Dazu habe ich in den Dokumenten keine Antwort gefunden. Die nächstliegende Seite ist "
        "„{title}“. Können Sie es anders fragen? Sonst hilft Ihnen das Team direkt weiter.",
        "no_documents": "Ich habe noch keine Dokumente, aus denen ich antworten kann, und weiß es daher nicht. "
        "Das Team hilft Ihnen direkt weiter.",
    },
}  # fmt: skip


def recognise_small_talk(message: str) -> SmallTalk | None:
    """The kind of politeness that the message consists of; None when it asks or tells anything more."""
    return next((kind for kind, pattern in _WHOLE if pattern.fullmatch(message)), None)


def language_of_small_talk(message: str, otherwise: str) -> str:
    """Politeness has too few function words to tell its language by; its own words do."""
    return "de" if _GERMAN.search(message) else otherwise


def strip_greeting(message: str) -> str:
    """The message without a greeting or thanks before its question."""
    return _OPENING.sub("", message, count=1) or message


def strip_introduction(message: str) -> str:
    """The message without sentences that only say who is asking, when a question comes after them."""
    asked = _INTRODUCTION.sub("", message)
    return asked if asked.rstrip().endswith("?") else message


def say(phrase: str, language: str, **values: str) -> str:
    """One of the sentences above, in English where the language has none. Raises KeyError for an unknown phrase."""
    sentences = _SENTENCES.get(language, _SENTENCES["en"])
    return sentences[phrase].format(**values)
