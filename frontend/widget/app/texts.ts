// Every sentence the widget says, by language. Adding a language is adding an entry; English is what is missing elsewhere.

const en = {
  tag: "en",
  subtitle: "AI agent · answers with sources",
  close: "Close chat",
  restart: "New conversation",
  placeholder: "Ask a question…",
  composer: "Your message",
  send: "Send",
  you: "You",
  conversation: "Conversation",
  suggestions: "Suggested questions",
  sources: "Sources",
  source: "Source",
  openSource: "Open the source",
  closeSource: "Back to the conversation",
  noAddress: "This source has no public address. The passage above is the part the answer rests on.",
  latest: "Jump to the latest message",
  copy: "Copy answer",
  copied: "Copied",
  thinking: "Thinking",
  queued: "Getting started",
  guard: "Reading your question",
  cache: "Looking for a known answer",
  recall: "Remembering",
  retrieval: "Searching the documents",
  model: "Writing",
  grounding: "Checking the sources",
  reconnecting: "The connection dropped. Reconnecting…",
  offline: "You are offline. Your message is sent when you are back.",
  notSent: "Not sent.",
  tryAgain: "Try again",
  cutShort: "The answer stopped before its end.",
  lost: "The answer did not arrive. Your question is kept; try again in a moment.",
  unreachable: "The chat cannot be reached. Check your connection, then try again.",
  notAllowed: "This chat is not set up for this website. Its owner can add the site to the allowed origins.",
  signIn: "Please sign in on this website to chat here.",
  notRecognised: "The chat could not recognise you. Reload the page, or sign in again.",
  enoughForToday: "That was a lot of questions for one day. Please come back tomorrow, or write to the team directly.",
  tooLong: "That is a long message. Please shorten it to {limit} characters.",
  loading: "Opening the chat…",
  answered: "Answer: {text}",
  note: "AI can be wrong. Check the sources.",
  defaultGreeting: "Hello! Ask me anything about us.",
};

export type Texts = typeof en;

const de: Texts = {
  tag: "de",
  subtitle: "KI-Assistent · antwortet mit Quellen",
  close: "Chat schließen",
  restart: "Neues Gespräch",
  placeholder: "Stellen Sie eine Frage…",
  composer: "Ihre Nachricht",
  send: "Senden",
  you: "Sie",
  conversation: "Gespräch",
  suggestions: "Vorgeschlagene Fragen",
  sources: "Quellen",
  source: "Quelle",
  openSource: "Quelle öffnen",
  closeSource: "Zurück zum Gespräch",
  noAddress: "Diese Quelle hat keine öffentliche Adresse. Auf der Stelle oben beruht die Antwort.",
  latest: "Zur neuesten Nachricht",
  copy: "Antwort kopieren",
  copied: "Kopiert",
  thinking: "Denkt nach",
  queued: "Beginnt",
  guard: "Liest Ihre Frage",
  cache: "Sucht eine bekannte Antwort",
  recall: "Erinnert sich",
  retrieval: "Durchsucht die Dokumente",
  model: "Schreibt",
  grounding: "Prüft die Quellen",
  reconnecting: "Die Verbindung ist abgebrochen. Neuer Versuch…",
  offline: "Sie sind offline. Ihre Nachricht wird gesendet, sobald Sie wieder online sind.",
  notSent: "Nicht gesendet.",
  tryAgain: "Erneut versuchen",
  cutShort: "Die Antwort endete zu früh.",
  lost: "Die Antwort kam nicht an. Ihre Frage bleibt erhalten; versuchen Sie es gleich noch einmal.",
  unreachable: "Der Chat ist nicht erreichbar. Prüfen Sie Ihre Verbindung und versuchen Sie es erneut.",
  notAllowed: "Dieser Chat ist für diese Website nicht eingerichtet. Die Betreiber können sie freigeben.",
  signIn: "Bitte melden Sie sich auf dieser Website an, um hier zu chatten.",
  notRecognised: "Der Chat konnte Sie nicht erkennen. Laden Sie die Seite neu, oder melden Sie sich noch einmal an.",
  enoughForToday: "Das waren viele Fragen für einen Tag. Kommen Sie morgen wieder, oder schreiben Sie dem Team direkt.",
  tooLong: "Diese Nachricht ist lang. Bitte kürzen Sie sie auf {limit} Zeichen.",
  loading: "Der Chat wird geöffnet…",
  answered: "Antwort: {text}",
  note: "Die KI kann irren. Prüfen Sie die Quellen.",
  defaultGreeting: "Guten Tag! Fragen Sie mich gern.",
};

const LANGUAGES: Record<string, Texts> = { en, de };

/** The texts of the first language in `wanted` (BCP 47 tags, best first) that there is; else English. */
export function chooseTexts(wanted: readonly string[]): Texts {
  for (const tag of wanted) {
    const found = LANGUAGES[tag.toLowerCase().split("-")[0] ?? ""];
    if (found) return found;
  }
  return en;
}

/** Put values into `{name}` places. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
