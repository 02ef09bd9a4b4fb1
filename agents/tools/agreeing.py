"""Whether a contact's message agrees to what it was asked, in the languages that contacts write. A message that says
anything else besides does not: then the call is not made, and the message is answered."""

from agents.tools.policy import normalised

_YES = frozenset(
    normalised(each)
    for each in (
        *("yes", "yes please", "yes do", "yes do it", "yes go ahead", "go ahead", "please do", "do it", "ok", "okay"),
        *("sure", "correct", "confirm", "i agree", "yes i agree", "yes that is right", "yep", "yeah", "y"),
        *(
            "ja",
            "ja bitte",
            "ja gern",
            "ja gerne",
            "ja mach das",
            "ja machen sie das",
            "gern",
            "gerne",
            "einverstanden",
        ),
        *("in ordnung", "bitte", "bitte machen", "genau", "stimmt", "jawohl", "passt", "ja passt", "ja das stimmt"),
        *("oui", "oui merci", "oui s il vous plait", "d accord", "si", "si por favor", "claro", "de acuerdo", "vale"),
        *("si grazie", "va bene", "certo", "sim", "sim por favor", "ja graag", "akkoord", "tak", "prosze", "dobrze"),
        *(
            "evet",
            "tamam",
            "da",
            "ano",
            "igen",
            "はい",
            "お願いします",
            "是",
            "是的",
            "好",
            "好的",
            "نعم",
            "да",
            "так",
            "네",
            "예",
        ),
    )
)


def is_agreement(text: str) -> bool:
    return normalised(text) in _YES
