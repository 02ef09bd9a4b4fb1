"""Those that were held out once; now they are known."""

from tests.benchmarks.remembering.templates.shape import Templates

FORMER: Templates = {
    "name": {
        "en": {
            "state": ("The name's {v}.", "Good morning, I am {v}, a long-time customer.",
                      "Dear team, I'm {v} and I have a question."),
            "update": ("I got married, so my name is now {v}.", "Please note that my name is now {v}."),
            "correct": ("You have my name wrong, it is not {w}: my name is {v}.",),
            "deny": ("I am not {v}.", "My name was never {v}."),
            "doubt": ("Let's say my name is {v}.", "Imagine my name is {v}."),
            "other": ("The driver's name is {v}.", "My daughter is called {v}."),
        },
        "de": {
            "state": ("Hallo, ich bin {v}.", "Moin, mein Name lautet {v}.",
                      "Liebes Team, ich heiße {v} und habe eine Frage."),
            "update": ("Ich habe geheiratet und heiße jetzt {v}.", "Mein Name lautet inzwischen {v}."),
            "correct": ("Sie haben meinen Namen falsch: ich heiße {v}.",),
            "deny": ("Ich bin nicht {v}.", "Ich heiße nicht {v}."),
            "doubt": ("Nehmen wir an, ich heiße {v}.", "Falls mein Name {v} ist, was passiert dann?"),
            "other": ("Der Fahrer heißt {v}.", "Mein Sohn heißt {v}."),
        },
    },
    "email": {
        "en": {
            "state": ("Sure, it's {v}", "Please send the invoice to {v}.", "My work email: {v}"),
            "update": ("I have a new address, my email is {v} now.", "From today my e-mail address is {v}."),
            "correct": ("That was wrong, my e-mail address is {v}.",),
            "deny": ("I don't use {v} any more.", "My e-mail address isn't {v}."),
            "doubt": ("I'm not sure, but my email might be {v}.", "My email is {v}, if I remember correctly."),
            "other": ("My boss's e-mail is {v}.", "Their support answers at {v}."),
        },
        "de": {
            "state": ("Klar, das ist {v}", "Bitte schicken Sie die Rechnung an {v}.", "Meine private E-Mail: {v}"),
            "update": ("Ab heute ist meine E-Mail-Adresse {v}.", "Bitte verwenden Sie künftig {v}."),
            "correct": ("Das war falsch, meine E-Mail-Adresse ist {v}.",),
            "deny": ("Ich benutze {v} nicht mehr.", "Meine E-Mail-Adresse ist nicht {v}."),
            "doubt": ("Ich bin nicht sicher, aber meine E-Mail müsste {v} sein.",
                      "Meine E-Mail ist wahrscheinlich {v}."),
            "other": ("Die E-Mail-Adresse von meinem Chef ist {v}.", "Deren Support antwortet unter {v}."),
        },
    },
    "phone": {
        "en": {
            "state": ("Text me at {v}, please.", "My mobile is {v}.", "Phone: {v}"),
            "update": ("I've got a new phone number, it's {v}.", "Please call {v} instead."),
            "correct": ("Oops, wrong digits: my phone number is {v}.",),
            "deny": ("{v} is no longer my number.", "I don't have {v} any more."),
            "doubt": ("I believe my number is {v}.", "Perhaps my mobile number is {v}."),
            "other": ("The courier's number is {v}.", "My mother can be reached at {v}."),
        },
        "de": {
            "state": ("Rufen Sie mich unter {v} an.", "Meine Mobilnummer ist {v}.", "Tel.: {v}"),
            "update": ("Ich habe eine neue Nummer: {v}.", "Meine Handynummer ist inzwischen {v}."),
            "correct": ("Zahlendreher, richtig ist: meine Nummer ist {v}.",),
            "deny": ("{v} ist nicht mehr meine Nummer.", "Ich habe {v} nicht mehr."),
            "doubt": ("Ich denke, meine Nummer ist {v}.", "Meine Nummer ist wohl {v}."),
            "other": ("Die Nummer des Kuriers ist {v}.", "Meine Mutter erreicht man unter {v}."),
        },
    },
    "place": {
        "en": {
            "state": ("I'm based in {v}.", "My home town is {v}.", "I have lived in {v} for years."),
            "update": ("We've just moved to {v}.", "I relocated to {v}.", "I'm now living in {v}."),
            "correct": ("I meant that I live in {v}.",),
            "deny": ("I moved away from {v}.", "We do not live in {v} any more."),
            "doubt": ("Perhaps I live in {v} by then.", "What if I moved to {v}?"),
            "other": ("My colleague is from {v}.", "The warehouse is based in {v}."),
        },
        "de": {
            "state": ("Mein Wohnort ist {v}.", "Ich lebe seit Jahren in {v}.", "Ich bin aus {v}."),
            "update": ("Wir sind gerade nach {v} gezogen.", "Mittlerweile lebe ich in {v}."),
            "correct": ("Ich meinte, ich wohne in {v}.",),
            "deny": ("Ich lebe nicht mehr in {v}.", "Ich bin aus {v} weggezogen."),
            "doubt": ("Vielleicht wohne ich dann in {v}.", "Was wäre, wenn ich nach {v} ziehe?"),
            "other": ("Mein Kollege kommt aus {v}.", "Das Lager steht in {v}."),
        },
    },
    "order": {
        "en": {
            "state": ("I am asking about purchase {v}.", "Please check order no. {v}.", "My booking number is {v}."),
            "deny": ("{v} is not my order.",),
            "doubt": ("I think it was order {v}.", "It could be order {v}, I'm not sure."),
            "other": ("My friend's order {v} came the next day.", "His order number is {v}."),
        },
        "de": {
            "state": ("Bitte prüfen Sie Bestellung Nr. {v}.", "Meine Auftragsnummer lautet {v}.",
                      "Ich warte auf meine Bestellung {v}."),
            "deny": ("{v} ist nicht meine Bestellung.",),
            "doubt": ("Ich glaube, es war Bestellung {v}.", "Es war wohl Bestellung {v}."),
            "other": ("Die Bestellung {v} von meinem Freund kam am nächsten Tag.", "Seine Bestellnummer ist {v}."),
        },
    },
    "budget": {
        "en": {
            "state": ("We can spend at most {v} euros.", "My budget: {v} EUR."),
            "update": ("I have to change that, my budget is only {v} euros now.",),
            "correct": ("I meant that my budget is {v} euros.",),
            "doubt": ("My budget might be {v} euros.",),
            "other": ("Her budget is {v} euros.",),
        },
        "de": {
            "state": ("Wir können maximal {v} Euro ausgeben.", "Mein Budget: {v} EUR."),
            "update": ("Das hat sich geändert, mein Budget ist jetzt {v} Euro.",),
            "correct": ("Ich meinte, mein Budget liegt bei {v} Euro.",),
            "doubt": ("Mein Budget könnte {v} Euro sein.",),
            "other": ("Ihr Budget liegt bei {v} Euro.",),
        },
    },
    "prefers": {
        "en": {
            "state": ("I would always prefer {v}.", "I really prefer {v}, please."),
            "deny": ("I no longer prefer {v}.",),
            "doubt": ("I guess I prefer {v}.",),
            "other": ("Most people prefer {v}.",),
        },
        "de": {
            "state": ("Ich möchte lieber {v}.", "Am liebsten hätte ich {v}."),
            "deny": ("Ich bevorzuge keine {v} mehr.",),
            "doubt": ("Ich glaube, ich bevorzuge {v}.",),
            "other": ("Die meisten bevorzugen {v}.",),
        },
    },
    "avoids": {
        "en": {"state": ("I do not want {v} at all.", "I hate {v}."), "other": ("Nobody wants {v}.",)},
        "de": {"state": ("Ich mag keine {v}.", "Ich brauche keine {v}."), "other": ("Niemand will {v}.",)},
    },
    "instruction": {
        "en": {"state": ("And please {v}.", "From now on, {v}."), "other": ("They were told to {v}.",)},
        "de": {"state": ("Und bitte {v}.", "Ab jetzt bitte {v}."), "other": ("Man hat ihnen gesagt, sie sollen {v}.",)},
    },
}  # fmt: skip
