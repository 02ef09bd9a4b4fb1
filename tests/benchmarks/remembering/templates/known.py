"""Those that were there while the rules were written."""

from tests.benchmarks.remembering.templates.shape import Templates

KNOWN: Templates = {
    "name": {
        "en": {
            "state": ("My name is {v}.", "Hi, I'm {v}.", "Hello, this is {v} speaking."),
            "update": ("My name is now {v}.", "I changed my name to {v}."),
            "correct": ("Sorry, my name is actually {v}.",),
            "deny": ("My name is not {v}.", "My name isn't {v}."),
            "doubt": ("If my name is {v}, what happens?", 'The letter said "my name is {v}" on top.'),
            "other": ("My wife's name is {v}.", "Your colleague said his name is {v}.",
                      "My neighbour {v} has the same boots."),
        },
        "de": {
            "state": ("Mein Name ist {v}.", "Ich heiße {v}.", "Guten Tag, hier spricht {v}."),
            "update": ("Ich heiße jetzt {v}.", "Mein Name ist jetzt {v}."),
            "correct": ("Tut mir leid, mein Name ist eigentlich {v}.",),
            "deny": ("Mein Name ist nicht {v}.", "Ich heiße nicht mehr {v}."),
            "doubt": ("Angenommen, mein Name ist {v}: was dann?",
                      "Auf dem Brief stand „mein Name ist {v}“ ganz oben."),
            "other": ("Meine Frau heißt {v}.", "Der Name meiner Schwester ist {v}.", "Ihr Kollege heißt {v}."),
        },
    },
    "email": {
        "en": {
            "state": ("My e-mail address is {v}.", "You can write to {v}.", "E-mail: {v}"),
            "update": ("My new email is {v}.", "Please use {v} from now on.", "My e-mail is now {v}."),
            "correct": ("Sorry, I meant my email is {v}.",),
            "deny": ("My email is no longer {v}.", "{v} is not my email any more."),
            "doubt": ("Maybe my email is {v}.", "I think my email is {v}."),
            "other": ("My husband's email is {v}.", "I wrote to your address {v} yesterday.",
                      "Is your e-mail {v} still right?"),
        },
        "de": {
            "state": ("Meine E-Mail-Adresse ist {v}.", "Schreiben Sie mir an {v}.", "E-Mail: {v}"),
            "update": ("Meine neue E-Mail ist {v}.", "Meine E-Mail lautet jetzt {v}."),
            "correct": ("Falsch, meine E-Mail ist {v}.",),
            "deny": ("Meine E-Mail ist nicht mehr {v}.", "{v} ist nicht mehr meine E-Mail."),
            "doubt": ("Vielleicht ist meine E-Mail {v}.", "Ich glaube, meine E-Mail ist {v}."),
            "other": ("Die E-Mail meiner Frau ist {v}.", "Ihre Adresse {v} geht nicht."),
        },
    },
    "phone": {
        "en": {
            "state": ("My phone number is {v}.", "You can reach me at {v}.", "Call {v} after six."),
            "update": ("My new number is {v}.", "My mobile number is now {v}."),
            "correct": ("Sorry, my number is {v}.",),
            "deny": ("My number is no longer {v}.", "My phone number isn't {v}."),
            "doubt": ("My number could be {v}.", "My phone number is {v}, I think."),
            "other": ("My brother's phone number is {v}.", "Your number {v} is always busy."),
        },
        "de": {
            "state": ("Meine Telefonnummer ist {v}.", "Sie erreichen mich unter {v}."),
            "update": ("Meine neue Handynummer ist {v}.", "Meine Telefonnummer lautet jetzt {v}."),
            "correct": ("Tut mir leid, meine Nummer ist {v}.",),
            "deny": ("Meine Nummer ist nicht mehr {v}.", "Meine Telefonnummer ist nicht {v}."),
            "doubt": ("Meine Telefonnummer könnte {v} sein.", "Meine Nummer ist {v}, glaube ich."),
            "other": ("Die Telefonnummer meines Bruders ist {v}.", "Ihre Nummer {v} ist immer besetzt."),
        },
    },
    "place": {
        "en": {
            "state": ("I live in {v}.", "I'm from {v}.", "We live in {v}."),
            "update": ("I moved to {v}.", "I have moved from {w} to {v}.", "I live in {v} now."),
            "correct": ("Sorry, I live in {v}.", "Actually, I live in {v}."),
            "deny": ("I no longer live in {v}.", "I don't live in {v} any more."),
            "doubt": ("Suppose I live in {v}.", "If I live in {v}, what does shipping cost?"),
            "other": ("My sister lives in {v}.", "My parents moved to {v}.", "Do you live in {v}?"),
        },
        "de": {
            "state": ("Ich wohne in {v}.", "Ich komme aus {v}.", "Wir wohnen in {v}."),
            "update": ("Ich bin nach {v} umgezogen.", "Ich wohne jetzt in {v}.", "Inzwischen wohne ich in {v}."),
            "correct": ("Falsch, ich wohne in {v}.",),
            "deny": ("Ich wohne nicht mehr in {v}.",),
            "doubt": ("Wenn ich in {v} wohne, was kostet der Versand?", "Angenommen, ich wohne in {v}."),
            "other": ("Meine Schwester wohnt in {v}.", "Meine Eltern sind nach {v} gezogen."),
        },
    },
    "order": {
        "en": {
            "state": ("My order number is {v}.", "It is about order {v}.", "Where is my order {v}?"),
            "deny": ("My order number isn't {v}.",),
            "doubt": ("Maybe my order number is {v}.", "My order number might be {v}."),
            "other": ("The order number of my wife is {v}.", "Your order number {v} is on the slip."),
        },
        "de": {
            "state": ("Meine Bestellnummer ist {v}.", "Es geht um die Bestellung {v}.",
                      "Wann kommt meine Bestellung {v}?"),
            "deny": ("Meine Bestellnummer ist nicht {v}.",),
            "doubt": ("Vielleicht ist meine Bestellnummer {v}.", "Meine Bestellnummer könnte {v} sein."),
            "other": ("Die Bestellnummer meiner Frau ist {v}.", "Ihre Auftragsnummer {v} steht auf dem Zettel."),
        },
    },
    "budget": {
        "en": {
            "state": ("My budget is {v} euros.", "I can spend up to {v} €."),
            "update": ("My budget is now {v} euros.",),
            "correct": ("Sorry, my budget is {v} euros.",),
            "doubt": ("Maybe my budget is {v} euros.",),
            "other": ("My brother's budget is {v} euros.",),
        },
        "de": {
            "state": ("Mein Budget liegt bei {v} Euro.", "Ich möchte höchstens {v} € ausgeben."),
            "update": ("Mein Budget beträgt jetzt {v} Euro.",),
            "correct": ("Korrektur: mein Budget ist {v} Euro.",),
            "doubt": ("Vielleicht liegt mein Budget bei {v} Euro.",),
            "other": ("Das Budget meiner Mutter liegt bei {v} Euro.",),
        },
    },
    "prefers": {
        "en": {
            "state": ("I prefer {v}.", "I'd rather have {v}, thanks."),
            "deny": ("I no longer want {v}.",),
            "doubt": ("Maybe I prefer {v}.",),
            "other": ("My husband prefers {v}.",),
        },
        "de": {
            "state": ("Ich bevorzuge {v}.", "Ich hätte lieber {v}, danke."),
            "deny": ("Ich möchte keine {v} mehr.",),
            "doubt": ("Vielleicht bevorzuge ich {v}.",),
            "other": ("Mein Mann bevorzugt {v}.",),
        },
    },
    "avoids": {
        "en": {"state": ("I don't want {v}.", "I never want {v}, please."), "other": ("My boss doesn't want {v}.",)},
        "de": {
            "state": ("Ich möchte keine {v}.", "Ich will keine {v}, bitte."),
            "other": ("Mein Chef möchte keine {v}.",),
        },
    },
    "instruction": {
        "en": {"state": ("Please {v}.", "{V}, please."), "other": ("My boss told me to {v}.",)},
        "de": {"state": ("Bitte {v}.",), "other": ("Mein Chef sagte, ich soll {v}.",)},
    },
}  # fmt: skip
