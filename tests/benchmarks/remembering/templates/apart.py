"""Those that are held out: no rule was changed because of them."""

from tests.benchmarks.remembering.templates.shape import Templates

APART: Templates = {
    "name": {
        "en": {
            "state": ("Hi! My name's {v}.", "Please put it under my name, I'm {v}.", "Good evening, this is {v}."),
            "update": ("My surname is different since the wedding, my name is now {v}.", "I go by {v} these days."),
            "correct": ("You misspelled it. My name is {v}.",),
            "deny": ("My name is definitely not {v}.", "Who is {v}? I am not {v}."),
            "doubt": ("Would it help if my name were {v}?", "Suppose my name is {v}."),
            "other": ("I spoke to {v} on the phone.", "Her name is {v}."),
        },
        "de": {
            "state": ("Grüß Gott, mein Name ist {v}.", "Ich bin {v}, guten Tag.", "Hallo zusammen, ich heiße {v}."),
            "update": ("Seit der Scheidung heiße ich wieder {v}.",
                       "Mein Name hat sich geändert, ich heiße jetzt {v}."),
            "correct": ("Falsch geschrieben. Mein Name ist {v}.",),
            "deny": ("Mein Name ist doch nicht {v}.", "Wer ist {v}? Ich bin nicht {v}."),
            "doubt": ("Falls ich {v} heiße, was dann?", "Angenommen, ich heiße {v}."),
            "other": ("Ich habe mit {v} telefoniert.", "Ihr Name ist {v}."),
        },
    },
    "email": {
        "en": {
            "state": ("Email me at {v}, please.", "It's {v}.", "My mail is {v}"),
            "update": ("I have changed my email to {v}.", "Could you use {v} instead?"),
            "correct": ("Typo! My email is {v}.",),
            "deny": ("My email was never {v}.", "Please delete it, {v} is not my email."),
            "doubt": ("Perhaps my e-mail is {v}?", "My email should be {v}."),
            "other": ("My landlord's email is {v}.", "I got a message from {v}."),
        },
        "de": {
            "state": ("Schreiben Sie mir bitte an {v}.", "Das ist {v}.", "Meine Mail ist {v}"),
            "update": ("Ich habe meine E-Mail auf {v} geändert.", "Bitte nutzen Sie stattdessen {v}."),
            "correct": ("Tippfehler! Meine E-Mail ist {v}.",),
            "deny": ("Meine E-Mail ist schon lange nicht mehr {v}.", "Bitte löschen, {v} ist nicht meine E-Mail."),
            "doubt": ("Vielleicht lautet meine E-Mail {v}?", "Meine E-Mail sollte {v} sein."),
            "other": ("Die E-Mail meines Chefs ist {v}.", "Ich bekam Post von {v}."),
        },
    },
    "phone": {
        "en": {
            "state": ("Please call me on {v}.", "It's {v}.", "My telephone number is {v}."),
            "update": ("My new mobile number is {v}.", "Please use {v} from now on."),
            "correct": ("Sorry, the correct number is {v}.",),
            "deny": ("I no longer use {v}.", "My mobile number is not {v}."),
            "doubt": ("I suppose my number is {v}.", "My number is {v} or so."),
            "other": ("My daughter's mobile number is {v}.", "Somebody rang me from {v}."),
        },
        "de": {
            "state": ("Bitte rufen Sie mich an unter {v}.", "Das ist {v}.", "Meine Handynummer: {v}"),
            "update": ("Meine neue Nummer lautet {v}.", "Bitte nutzen Sie ab jetzt {v}."),
            "correct": ("Entschuldigung, die richtige Nummer ist {v}.",),
            "deny": ("Ich nutze {v} nicht mehr.", "Meine Handynummer ist nicht {v}."),
            "doubt": ("Ich vermute, meine Nummer ist {v}.", "Meine Nummer ist {v} oder so."),
            "other": ("Die Nummer meiner Tochter ist {v}.", "Jemand rief mich von {v} an."),
        },
    },
    "place": {
        "en": {
            "state": ("We're based in {v}.", "I'm living in {v} at the moment.", "My city is {v}."),
            "update": ("I've moved to {v}.", "Since then I have relocated to {v}.", "We now live in {v}."),
            "correct": ("No, I live in {v}.",),
            "deny": ("I am no longer living in {v}.", "We don't live in {v}."),
            "doubt": ("Could be that I live in {v} soon.", "If we lived in {v}, would it be cheaper?"),
            "other": ("He lives in {v}.", "The parcel is stuck in {v}."),
        },
        "de": {
            "state": ("Ich wohne hier in {v}.", "Wir leben in {v}.",
                      "Ich komme ursprünglich nicht von hier, aber ich wohne in {v}."),
            "update": ("Ich bin inzwischen nach {v} gezogen.", "Nun wohnen wir in {v}.", "Wir wohnen jetzt in {v}."),
            "correct": ("Nein, ich wohne in {v}.",),
            "deny": ("Wir wohnen nicht mehr in {v}.", "Ich lebe nicht in {v}."),
            "doubt": ("Möglicherweise wohne ich bald in {v}.", "Wenn wir in {v} wohnen, wird es dann billiger?"),
            "other": ("Er wohnt in {v}.", "Das Paket hängt in {v} fest."),
        },
    },
    "order": {
        "en": {
            "state": ("Order {v} please.", "I need help with my order {v}.", "My purchase number is {v}."),
            "deny": ("The order number is not {v}.",),
            "doubt": ("My order number is probably {v}.", "Was it order {v}, maybe?"),
            "other": ("My mother's order {v} is late.", "Her order number is {v}."),
        },
        "de": {
            "state": ("Bestellung {v} bitte.", "Ich brauche Hilfe mit meiner Bestellung {v}.",
                      "Meine Buchungsnummer ist {v}."),
            "deny": ("Die Bestellnummer ist nicht {v}.",),
            "doubt": ("Meine Bestellnummer ist wahrscheinlich {v}.", "War es vielleicht Bestellung {v}?"),
            "other": ("Die Bestellung {v} meiner Mutter ist verspätet.", "Ihre Bestellnummer ist {v}."),
        },
    },
    "budget": {
        "en": {
            "state": ("Our budget is {v} euros.", "I can only spend {v} euros."),
            "update": ("Plans changed: my budget is {v} euros.",),
            "correct": ("Wrong, my budget is {v} euros.",),
            "doubt": ("Probably my budget is {v} euros.",),
            "other": ("Their budget is {v} euros.",),
        },
        "de": {
            "state": ("Unser Budget ist {v} Euro.", "Ich kann nur {v} Euro ausgeben."),
            "update": ("Neuer Plan: mein Budget ist {v} Euro.",),
            "correct": ("Nein, mein Budget ist {v} Euro.",),
            "doubt": ("Vermutlich ist mein Budget {v} Euro.",),
            "other": ("Deren Budget ist {v} Euro.",),
        },
    },
    "prefers": {
        "en": {
            "state": ("I usually prefer {v}.", "Honestly, I'd rather have {v}."),
            "deny": ("I don't want {v} any more.",),
            "doubt": ("I might prefer {v}.",),
            "other": ("My parents prefer {v}.",),
        },
        "de": {
            "state": ("Grundsätzlich bevorzuge ich {v}.", "Ehrlich gesagt hätte ich lieber {v}."),
            "deny": ("Ich mag keine {v} mehr.",),
            "doubt": ("Möglicherweise bevorzuge ich {v}.",),
            "other": ("Meine Eltern bevorzugen {v}.",),
        },
    },
    "avoids": {
        "en": {"state": ("I dislike {v}.", "I don't need {v}, thanks."), "other": ("My flatmate dislikes {v}.",)},
        "de": {"state": ("Ich will bitte keine {v}.", "Ich meide {v}."), "other": ("Mein Mitbewohner hasst {v}.",)},
    },
    "instruction": {
        "en": {"state": ("Thanks, and please {v}.", "As a rule, {v}."), "other": ("My neighbour says: {v}.",)},
        "de": {"state": ("Danke, und bitte {v}.", "Ab sofort bitte {v}."), "other": ("Mein Nachbar sagt: {v}.",)},
    },
}  # fmt: skip
