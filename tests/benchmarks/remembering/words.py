"""The words that the suites of `make bench-facts` are made of: names, places and whatever else a contact may say."""

NAMES = {
    "en": ("Anna Porter", "James Hill", "Olivia Reed", "Paris Jordan", "April Summers", "Tom O'Brien", "Grace Li",
           "Noah van Dyke"),
    "de": ("Anna Schmidt", "Jürgen Müller", "Lena Weiß", "Mai Nguyen", "Paul von Berg", "Sabine Österle",
           "Karl Groß", "Ida Hofer"),
}  # fmt: skip
PLACES = {
    "en": ("Leeds", "New York", "Reading", "Bristol", "Nancy", "Austin", "Bath", "Cork"),
    "de": ("Köln", "Bad Homburg", "Essen", "München", "Halle", "Zürich", "Wien", "St. Gallen"),
}
LIKES = {
    "en": ("e-mail", "a refund", "morning deliveries", "written answers", "paper invoices"),
    "de": ("E-Mail", "eine Gutschrift", "Lieferungen am Morgen", "schriftliche Antworten", "Papierrechnungen"),
}
DISLIKES = {
    "en": ("phone calls", "newsletters", "plastic packaging", "reminders"),
    "de": ("Anrufe", "Newsletter", "Werbung", "Erinnerungen"),
}
ORDERS = {
    "en": {
        "never": ("call me before ten", "leave parcels with my neighbour", "send me letters"),
        "always": ("send invoices to my office", "ring twice", "write to my work address"),
    },
    "de": {
        "nie": ("vor zehn anrufen", "Pakete beim Nachbarn abgeben", "Briefe schicken"),
        "immer": ("an mein Büro liefern", "zweimal klingeln", "per E-Mail antworten"),
    },
}
FILLERS = {
    "en": (
        "Thank you so much for your help!", "How long does delivery take?", "I am still waiting for the parcel.",
        "The zip is broken and I am quite annoyed.", "Can I return a sale item?", "That sounds good to me.",
        "I'm Looking for black boots in size 39.", "What does shipping to Norway cost?", "It was 20 percent off.",
        "My parcel has not arrived yet.", "I called you twice on Monday.", "I live for good shoes.",
        "You should call it a day.", "Is your office open in May?", "I never thought it would be this easy.",
    ),
    "de": (
        "Vielen Dank für Ihre Hilfe!", "Wie lange dauert die Lieferung?", "Ich warte immer noch auf das Paket.",
        "Der Reißverschluss ist kaputt und ich bin verärgert.", "Kann ich reduzierte Ware zurückgeben?",
        "Das klingt gut.", "Ich suche schwarze Stiefel in Größe 39.", "Was kostet der Versand nach Norwegen?",
        "Es war um 20 Prozent reduziert.", "Mein Paket ist noch nicht da.", "Ich habe Montag zweimal angerufen.",
        "Ich lebe für gute Schuhe.", "Ist Ihr Büro im Mai geöffnet?", "Ich bin sehr zufrieden.",
    ),
}  # fmt: skip
SMALL_TALK = {
    "en": ("Hello! What can I do for you?", "I am sorry to hear that.", "Let me look that up."),
    "de": ("Guten Tag! Was kann ich für Sie tun?", "Das tut mir leid.", "Ich sehe gleich nach."),
}
