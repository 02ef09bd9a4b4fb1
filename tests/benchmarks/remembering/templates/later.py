"""Those that were held out in a second round; now they are known."""

from tests.benchmarks.remembering.templates.shape import Templates

LATER: Templates = {
    "name": {
        "en": {
            "state": ("You're speaking with {v}.", "Hey there, my full name is {v}.", "I'm {v}, by the way."),
            "update": ("I've taken my husband's surname: my name is now {v}.",
                       "Please change my file, my name is {v} now."),
            "correct": ("No, that's wrong. My name is {v}.",),
            "deny": ("Please stop calling me {v}, my name is not {v}.", "I'm not called {v}."),
            "doubt": ("Assuming my name is {v}, would that work?", "Someone wrote that my name is {v}."),
            "other": ("The package was signed for by {v}.", "My manager's name is {v}."),
        },
        "de": {
            "state": ("Sie sprechen mit {v}.", "Servus, ich bin die {v}.", "Übrigens heiße ich {v}."),
            "update": ("Nach der Hochzeit heiße ich jetzt {v}.", "Bitte ändern Sie das: Mein Name ist nun {v}."),
            "correct": ("Nein, das stimmt nicht. Ich heiße {v}.",),
            "deny": ("Mein Name ist nicht mehr {v}.", "Ich heiße gar nicht {v}."),
            "doubt": ("Wenn ich {v} heißen würde, ginge das?", "Jemand schrieb, mein Name sei {v}."),
            "other": ("Das Paket hat {v} angenommen.", "Meine Chefin heißt {v}."),
        },
    },
    "email": {
        "en": {
            "state": ("Drop me a line at {v}.", "My address for receipts is {v}.", "Sure: {v}"),
            "update": ("I switched providers, my email address is now {v}.", "Going forward my email will be {v}."),
            "correct": ("There was a typo, my email is {v}.",),
            "deny": ("My e-mail isn't {v} any longer.", "I no longer use {v}."),
            "doubt": ("It could be that my email is {v}.", "My email is probably {v}."),
            "other": ("Please don't write to my ex-husband's email {v}.", "The shop's address is {v}."),
        },
        "de": {
            "state": ("Am besten erreichen Sie mich über {v}.", "Mailen Sie mir: {v}", "Hier meine Mailadresse: {v}"),
            "update": ("Ich habe den Anbieter gewechselt, meine E-Mail ist jetzt {v}.",
                       "Meine E-Mail-Adresse hat sich geändert, sie lautet {v}."),
            "correct": ("Da war ein Tippfehler, meine E-Mail ist {v}.",),
            "deny": ("Ich verwende {v} nicht mehr.", "Meine E-Mail war nie {v}."),
            "doubt": ("Es kann sein, dass meine E-Mail {v} ist.", "Meine E-Mail dürfte {v} sein."),
            "other": ("Die Mailadresse meines Vermieters ist {v}.", "Auf Ihrer Seite steht {v} als Adresse."),
        },
    },
    "phone": {
        "en": {
            "state": ("You can ring me on {v}.", "Here's my mobile number: {v}", "My cell is {v}, call any time."),
            "update": ("My phone number has changed to {v}.", "I have a new mobile, the number is {v}."),
            "correct": ("I mistyped it, my number is {v}.",),
            "deny": ("The number {v} is no longer mine.", "My number was never {v}."),
            "doubt": ("My phone number should be {v}.", "If I'm not mistaken my number is {v}."),
            "other": ("My flatmate's phone number is {v}.", "I called {v} but nobody answered."),
        },
        "de": {
            "state": ("Telefonisch bin ich unter {v} erreichbar.", "Hier ist meine Handynummer: {v}",
                      "Meine Rufnummer lautet {v}."),
            "update": ("Meine Telefonnummer hat sich geändert: {v}", "Ich habe jetzt die Nummer {v}."),
            "correct": ("Vertippt, meine Nummer ist {v}.",),
            "deny": ("Die Nummer {v} gehört mir nicht mehr.",
                     "Meine Nummer stimmt nicht mehr, {v} ist nicht mehr meine Nummer."),
            "doubt": ("Meine Nummer sollte {v} sein.", "Wenn ich mich richtig erinnere, ist meine Nummer {v}."),
            "other": ("Die Handynummer meiner Mitbewohnerin ist {v}.", "Unter {v} ging niemand ans Telefon."),
        },
    },
    "place": {
        "en": {
            "state": ("I currently reside in {v}.", "I live just outside, in {v}.",
                      "I've been living in {v} for ages."),
            "update": ("I no longer live where I used to, I moved to {v}.", "We've relocated to {v}.",
                       "My new home is in {v}."),
            "correct": ("You have the wrong town, I live in {v}.",),
            "deny": ("I don't reside in {v}.", "I've moved away from {v}."),
            "doubt": ("Imagine I live in {v}.", "Maybe I live in {v} next year, who knows."),
            "other": ("My landlord lives in {v}.", "Your shop in {v} was closed."),
        },
        "de": {
            "state": ("Ich lebe in {v}.", "Zu Hause bin ich in {v}.", "Ich wohne derzeit in {v}."),
            "update": ("Wir sind kürzlich nach {v} umgezogen.", "Neuerdings wohne ich in {v}.",
                       "Ich habe meinen Wohnsitz nach {v} verlegt."),
            "correct": ("Der Ort ist falsch, ich wohne in {v}.",),
            "deny": ("Ich wohne nicht länger in {v}.", "In {v} wohne ich nicht mehr."),
            "doubt": ("Stellen Sie sich vor, ich wohne in {v}.", "Eventuell wohne ich bald in {v}."),
            "other": ("Mein Vermieter wohnt in {v}.", "Ihre Filiale in {v} war zu."),
        },
    },
    "order": {
        "en": {
            "state": ("I'm writing regarding order {v}.", "The order number I have is {v}.",
                      "Could you look up my order {v}?"),
            "deny": ("My order number is not {v}.",),
            "doubt": ("Perhaps it's order {v}.", "The order number may be {v}."),
            "other": ("My boss's order number is {v}.", "Their order {v} was lost."),
        },
        "de": {
            "state": ("Ich schreibe wegen der Bestellung {v}.", "Meine Bestellung hat die Nummer {v}.",
                      "Können Sie meine Bestellung {v} prüfen?"),
            "deny": ("Meine Bestellnummer lautet nicht {v}.",),
            "doubt": ("Eventuell ist es Bestellung {v}.", "Die Bestellnummer dürfte {v} sein."),
            "other": ("Die Bestellnummer meines Chefs ist {v}.", "Deren Bestellung {v} ging verloren."),
        },
    },
    "budget": {
        "en": {
            "state": ("My budget is around {v} euros.", "I want to spend no more than {v} €."),
            "update": ("We raised it: our budget is {v} euros.",),
            "correct": ("Correction: my budget is {v} euros.",),
            "doubt": ("I guess my budget is {v} euros.",),
            "other": ("My colleague's budget is {v} euros.",),
        },
        "de": {
            "state": ("Mein Budget beträgt etwa {v} Euro.", "Ich will nicht mehr als {v} € ausgeben."),
            "update": ("Wir haben aufgestockt: unser Budget beträgt {v} Euro.",),
            "correct": ("Falsch, mein Budget ist {v} Euro.",),
            "doubt": ("Wahrscheinlich liegt mein Budget bei {v} Euro.",),
            "other": ("Das Budget meines Kollegen ist {v} Euro.",),
        },
    },
    "prefers": {
        "en": {
            "state": ("I'd prefer {v} if possible.", "I would rather have {v}."),
            "deny": ("I no longer like {v}.",),
            "doubt": ("Perhaps I'd prefer {v}.",),
            "other": ("My partner would prefer {v}.",),
        },
        "de": {
            "state": ("Ich bevorzuge immer {v}.", "Lieber hätte ich {v}."),
            "deny": ("Ich will keine {v} mehr.",),
            "doubt": ("Eventuell bevorzuge ich {v}.",),
            "other": ("Meine Partnerin bevorzugt {v}.",),
        },
    },
    "avoids": {
        "en": {"state": ("I really don't like {v}.", "I can't stand {v}."), "other": ("My kids don't like {v}.",)},
        "de": {"state": ("Ich möchte bitte keine {v}.", "Ich hasse {v}."), "other": ("Meine Kinder mögen keine {v}.",)},
    },
    "instruction": {
        "en": {"state": ("One more thing: {v}.", "In future, please {v}."), "other": ("The sign said: {v}.",)},
        "de": {"state": ("Noch etwas: bitte {v}.", "In Zukunft bitte {v}."), "other": ("Auf dem Schild stand: {v}.",)},
    },
}  # fmt: skip
