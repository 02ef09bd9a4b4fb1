"""Words that the floors below give pages, which themselves speak English: here so that languages have them.

Templates write them with the filter `translated`.
"""

from django.utils.translation import gettext_noop as _

FILTERS = (_("Needs a person"), _("Mine"), _("Waiting"), _("With people"), _("With the agent"), _("Closed"), _("All"))
ROLES = (_("Owner"), _("Admin"), _("Developer"), _("Analyst"), _("Billing"))
ROLES_IN_SENTENCES = (_("owner"), _("admin"), _("developer"), _("analyst"), _("billing"))
DELIVERIES = (_("Waiting"), _("Delivered"), _("Failed"), _("Not sent"))
STAGES = (
    _("Waiting"),
    _("Reading the file"),
    _("Splitting into passages"),
    _("Computing meaning"),
    _("Writing to the stores"),
    _("Checking the stores"),
    _("Ready"),
    _("Failed"),
)
STAGES_IN_SENTENCES = (
    _("waiting"),
    _("reading the file"),
    _("splitting into passages"),
    _("computing meaning"),
    _("writing to the stores"),
    _("checking the stores"),
    _("ready"),
    _("failed"),
)
METERS = (
    _("Model input tokens"),
    _("Model input tokens read from cache"),
    _("Model tokens written to cache for five minutes"),
    _("Model tokens written to cache for an hour"),
    _("Model output tokens"),
    _("Model reasoning tokens"),
    _("Model audio tokens heard"),
    _("Model audio tokens spoken"),
    _("Embedding tokens"),
    _("Conversations closed without a person"),
    _("Calls of tools"),
    _("Passages stored for a day"),
    _("Bytes stored for a day"),
    _("Minutes of telephone calls"),
    _("Seconds of calls that a provider listened to"),
    _("Characters that a provider spoke in calls"),
)
SPEECH = (_("Understands callers"), _("Speaks to callers"))
MAILBOXES = (_("Talk on"), _("Hang up"), _("Leave a message"))
IDENTITIES = (_("Your id"), _("E-mail"), _("Phone"), _("Anonymous id"))
STATEMENT_LINES = (_("Seats beyond those included"), _("Model tokens"))
UNITS = (
    *(_("month"), _("seat"), _("token"), _("message"), _("conversation"), _("call"), _("passage-day"), _("byte-day")),
    *(_("minute"), _("second"), _("character"), _("coupon")),
)
REASONS = (
    _("It is wrong"),
    _("Something is missing"),
    _("It is out of date"),
    _("It answers something else"),
    _("It is hard to understand"),
    _("The tone is wrong"),
    _("Something else"),
)
EVENTS = (
    _("A conversation began"),
    _("A person is to answer"),
    _("A person answers from now on"),
    _("A conversation is somebody's, or nobody's"),
    _("The agent answers again"),
    _("A conversation was closed"),
    _("A closed conversation goes on"),
    _("A contact wrote a message"),
    _("An agent answered"),
    _("An answer failed for good"),
    _("An agent opened a ticket for a contact"),
    _("A ticket is seen to"),
    _("A contact wants to be called back"),
    _("A callback is seen to"),
    _("A call of a tool waits for a person"),
    _("Somebody agreed to a call"),
    _("Somebody does not want it made"),
    _("Nobody agreed in time"),
    _("A document, or a new version of it, came in"),
    _("A document answers questions"),
    _("A document could not be read"),
    _("A document was not taken"),
    _("A failed document is read again"),
    _("A document was deleted"),
    _("A source was added"),
    _("A website is looked at again"),
    _("A source was deleted, with its documents"),
    _("An agent was made"),
    _("An agent was changed"),
    _("A version of an agent answers from now on"),
    _("Someone was seen for the first time"),
    _("What is known of a contact changed"),
    _("A contact is known by an address or id now"),
    _("Two contacts are one"),
    _("They are two again"),
    _("A message was forgotten, with what was made of it"),
    _("A conversation was forgotten, with what was made of it"),
    _("A contact was forgotten, everywhere"),
    _("A fact about a contact is known"),
    _("A newer fact took its place"),
    _("A fact holds no longer"),
    _("A fact that was over holds again"),
    _("Something was said with a doubt"),
    _("A fact was pinned, or unpinned"),
    _("A person put a fact right"),
    _("So much of a quota is used"),
    _("The company is on another plan"),
    _("A billing period was closed"),
    _("A secret key was made"),
    _("A secret key was replaced"),
    _("A secret key was revoked"),
    _("A secret key was found in the open, and revoked"),
    _("Someone joined the company"),
    _("Someone has another role"),
    _("Someone left the company"),
    _("Someone was invited"),
    _("An invitation was withdrawn"),
)
# What errors put into their sentences.
VALUES = (
    *(_("a Markdown file"), _("an HTML page"), _("plain text"), _("a PDF"), _("a Word document (.docx)")),
    *(_("a CSV table"), _("a PNG picture"), _("a JPEG picture"), _("a GIF picture")),
    *(_("a sound, film or picture file"), _("a program"), _("a Windows program"), _("a gzip archive")),
    *(_("a 7-Zip archive"), _("a RAR archive"), _("a bzip2 archive"), _("an xz archive"), _("a zip archive")),
    *(_("a database file"), _("a sound file"), _("a film"), _("an Excel workbook")),
    *(_("a PowerPoint presentation"), _("an OpenDocument or e-book file"), _("text")),
    *(_("phone"), _("trace export"), _("contact"), _("conversation"), _("message")),
    *(_("A provider's name"), _("A region"), _("name"), _("label")),
)
MORE_PROBLEMS = (_("There is one more problem."), _("There are {number} more problems."))
# What is remembered: predicates and what they are called, what somebody is to a contact, and kinds of things.
THINGS = frozenset(
    (
        *(_("name"), _("email"), _("phone"), _("place"), _("employer"), _("language"), _("birthday"), _("appointment")),
        *(_("budget"), _("order"), _("prefers"), _("avoids"), _("instruction"), _("cancels"), _("paid")),
        *(_("commitment"), _("e-mail address"), _("phone number"), _("order number"), _("preference"), _("dislike")),
        *(_("standing instruction"), _("cancellation"), _("payment"), _("open commitment"), _("plan")),
        *(_("sister"), _("brother"), _("mother"), _("father"), _("wife"), _("husband"), _("daughter"), _("son")),
        *(_("partner"), _("friend"), _("boss"), _("colleague")),
        *(_("contact"), _("person"), _("company"), _("product"), _("event"), _("value"), _("page"), _("url")),
        *(_("belongs to"), _("viewed"), _("ordered"), _("added"), _("visited"), _("turn"), _("fact")),
        *(_("chat"), _("api"), _("test"), _("conversation"), _("day"), _("week"), _("month"), _("year")),
    )
)
SUMMARIES = (
    *(_("Asked: “{text}”"), _("Said: “{text}”"), _("Answer: “{text}”"), _("Done: {what}."), _("Closed.")),
    *(_("Asked: “{text}…"), _("Said: “{text}…"), _("That was not answered."), _("Handed over to a person.")),
    _("{number} conversation, on {day} ({channels})."),
    _("{number} conversations since {first}, the last on {last} ({channels})."),
    _("{contacts} contact wrote in {conversations} conversation since {first}, the last on {last}."),
    _("{contacts} contact wrote in {conversations} conversations since {first}, the last on {last}."),
    _("{contacts} contacts wrote in {conversations} conversations since {first}, the last on {last}."),
    _("{number} open: tickets and callbacks."),
    _("{number} conversation handed to people."),
    _("{number} conversations handed to people."),
    _("{number} conversation with a question left open."),
    _("{number} conversations with a question left open."),
    _("Often about: {subjects}."),
)
STEPS = (
    *(_("Answer"), _("Guard"), _("Known answers"), _("Memory"), _("Search"), _("Model"), _("Grounding"), _("Files")),
    *(_("Question's meaning"), _("Follow-up"), _("Wants a person?"), _("Summary for colleagues"), _("Facts")),
    *(_("Summary"), _("Last conversation"), _("Earlier conversations"), _("Search refused"), _("Graph of memory")),
)
FIGURES = (
    *(_("score"), _("dense rank"), _("dense score"), _("words rank"), _("words score"), _("sentences rank")),
    *(_("sentences score"), _("entities rank"), _("entities score"), _("links rank"), _("links score")),
)
PARTS = (*(_("database"), _("relay"), _("consumer"), _("worker"), _("broker"), _("streams"), _("vectors"), _("graph")),)
DIFFERENCES = (
    *(_("Passages missing from the vector store"), _("Passages left over in the vector store")),
    *(_("Passages under a wrong document or version"), _("Passages stored but not found by searching")),
    *(_("Nodes missing from the graph"), _("Edges missing from the graph"), _("Edges left over in the graph")),
    *(_("Removed versions left over in the graph"), _("Nodes of no version in the graph")),
    _("Removed tenants left over in a store"),
)
NOUNS = (
    *(_("Conversation"), _("Message"), _("Turn"), _("Ticket"), _("Callback"), _("Tool approval"), _("Document")),
    *(_("Source"), _("Agent"), _("Contact"), _("Memory fact"), _("Quota"), _("Plan"), _("Period"), _("API key")),
    *(_("Member"), _("Invitation"), _("Campaign"), _("Widget key"), _("Budget")),
)
TOLD_BY_SYSTEMS = (
    *(_("Identified"), _("Linked"), _("Joined a company")),
    *(_("identify"), _("group"), _("alias"), _("track")),
)
# Built-in tools say this to the model.
TOOLS = (
    _(
        "Searches the company's documents again, with a question of your own. What it finds is added to the numbered "
        "passages. Use it when the passages do not answer the question."
    ),
    _("Remembers a fact that the customer has just told about themselves, word for word."),
    _("Hands the conversation to a person of the company. Only when the customer asks for one."),
    _("Opens a ticket, so that people of the company look into something that you cannot solve."),
    _("Books a call back by a person of the company, at a number that the customer gave."),
)
STATE_WORDS = (
    *(_("ticket"), _("callback"), _("approved"), _("refused"), _("expired"), _("requested"), _("revoked")),
    *(_("rotated"), _("done"), _("failed"), _("running"), _("unknown"), _("pending"), _("answered"), _("busy")),
    *(_("paid"), _("void"), _("uncollectible")),
    *(_("draft"), _("open"), _("message"), _("cancelled"), _("no_answer"), _("not_taken"), _("joined")),
)
# What lines of the audit log name.
AUDITED = (
    *(_("agent"), _("allowed origins"), _("amounts"), _("answer"), _("arms"), _("asked of"), _("auth"), _("by")),
    *(_("channel"), _("code"), _("coupon"), _("currency"), _("customer"), _("delivery"), _("domain"), _("due at")),
    *(_("due micros"), _("erasure"), _("export"), _("failing since"), _("feedback"), _("from"), _("good")),
    *(_("has correction"), _("has new secret"), _("into"), _("invitation"), _("is archived"), _("is enabled")),
    *(_("issuer"), _("link"), _("meter"), _("methods"), _("month micros"), _("outcome"), _("owner"), _("predicate")),
    *(_("prices"), _("provider"), _("quantity"), _("rates"), _("reason"), _("role"), _("rows"), _("seats")),
    *(_("secret replaced"), _("sign on"), _("starts at"), _("state"), _("subscription"), _("to"), _("tool")),
    *(_("trial"), _("trial until"), _("version"), _("widget"), _("scopes"), _("email"), _("days")),
)
UNNAMED = (_("Erased contact"), _("Uploaded files"), _("Approved answers"))
