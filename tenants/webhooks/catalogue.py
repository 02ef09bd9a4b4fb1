"""Every type of event that a webhook can bring: actions of the audit log. `docs/webhooks.md` shows this list.

What is not here is told to nobody: webhooks themselves, so that none tells of its own delivery, and what only matters
inside. `fields` are what an event's data may hold beside `id`, `actor` and `changes`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

TEST_TYPE = "webhook.test"


@dataclass(frozen=True, slots=True)
class EventType:
    """`subject`: of what kind `data.id` is, as a prefix; "" where there is none."""

    name: str
    meaning: str
    subject: str
    fields: tuple[str, ...] = ()

    @property
    def noun(self) -> str:
        return self.name.rpartition(".")[0]


CATALOGUE: tuple[EventType, ...] = (
    EventType("conversation.started", "A conversation began", "cnv", ("agent", "contact", "channel")),
    EventType("conversation.handed_off", "A person is to answer", "cnv", ("agent", "contact", "reason")),
    EventType("conversation.taken_over", "A person answers from now on", "cnv", ("assignee",)),
    EventType("conversation.assigned", "A conversation is somebody's, or nobody's", "cnv", ("assignee", "from")),
    EventType("conversation.given_back", "The agent answers again", "cnv"),
    EventType("conversation.closed", "A conversation was closed", "cnv"),
    EventType("conversation.reopened", "A closed conversation goes on", "cnv"),
    EventType("message.posted", "A contact wrote a message", "msg", ("conversation", "turn")),
    EventType(
        "turn.completed", "An agent answered", "trn", ("conversation", "contact", "answer", "channel", "outcome")
    ),
    EventType("turn.failed", "An answer failed for good", "trn", ("conversation", "code")),
    EventType("ticket.opened", "An agent opened a ticket for a contact", "srq", ("conversation", "contact")),
    EventType("ticket.closed", "A ticket is seen to", "srq"),
    EventType("callback.booked", "A contact wants to be called back", "srq", ("conversation", "contact")),
    EventType("callback.closed", "A callback is seen to", "srq"),
    EventType(
        "tool_approval.requested", "A call of a tool waits for a person", "apr", ("tool", "conversation", "contact")
    ),
    EventType(
        "tool_approval.approved", "Somebody agreed to a call", "apr", ("tool", "asked_of", "conversation", "contact")
    ),
    EventType(
        "tool_approval.refused",
        "Somebody does not want it made",
        "apr",
        ("tool", "asked_of", "conversation", "contact"),
    ),
    EventType("tool_approval.expired", "Nobody agreed in time", "apr", ("tool", "asked_of", "conversation", "contact")),
    EventType("campaign.started", "A campaign of calls began", "cmp", ("calls", "left_out", "estimate_micros")),
    EventType("campaign.paused", "A campaign was paused, or was stopped by something", "cmp", ("reason",)),
    EventType("campaign.resumed", "A paused campaign goes on", "cmp"),
    EventType("campaign.finished", "Everybody of a campaign was called, or its end came", "cmp", ("reached",)),
    EventType("campaign.cancelled", "A campaign was ended by somebody", "cmp", ("reached",)),
    EventType("document.submitted", "A document, or a new version of it, came in", "doc", ("version",)),
    EventType("document.ready", "A document answers questions", "doc", ("source", "version", "passages")),
    EventType("document.failed", "A document could not be read", "doc", ("version", "code")),
    EventType("document.refused", "A document was not taken", "doc", ("code",)),
    EventType("document.retried", "A failed document is read again", "doc"),
    EventType("document.deleted", "A document was deleted", "doc"),
    EventType("source.created", "A source was added", "src", ("kind",)),
    EventType("source.crawl_requested", "A website is looked at again", "src"),
    EventType("source.deleted", "A source was deleted, with its documents", "src"),
    EventType("agent.created", "An agent was made", "agt"),
    EventType("agent.updated", "An agent was changed", "agt", ("version",)),
    EventType("agent.published", "A version of an agent answers from now on", "agt", ("version", "from_version")),
    EventType("contact.created", "Someone was seen for the first time", "con", ("is_anonymous", "by", "fields")),
    EventType("contact.updated", "What is known of a contact changed", "con", ("fields",)),
    EventType("contact.identified", "A contact is known by an address or id now", "con", ("fields", "by")),
    EventType("contact.merged", "Two contacts are one", "con", ("into", "reason")),
    EventType("contact.unmerged", "They are two again", "con", ("into", "reason")),
    EventType("message.erased", "A message was forgotten, with what was made of it", "msg", ("contact",)),
    EventType("conversation.erased", "A conversation was forgotten, with what was made of it", "cnv", ("contact",)),
    EventType("contact.erased", "A contact was forgotten, everywhere", "con"),
    EventType("memory.fact.learned", "A fact about a contact is known", "fct", ("contact", "predicate")),
    EventType("memory.fact.superseded", "A newer fact took its place", "fct", ("contact", "predicate", "by")),
    EventType("memory.fact.retracted", "A fact holds no longer", "fct", ("contact", "predicate")),
    EventType("memory.fact.restored", "A fact that was over holds again", "fct", ("contact", "predicate")),
    EventType("memory.fact.proposed", "Something was said with a doubt", "fct", ("contact", "predicate")),
    EventType("memory.fact.pinned", "A fact was pinned, or unpinned", "fct", ("contact", "predicate", "is_pinned")),
    EventType("memory.fact.edited", "A person put a fact right", "fct", ("contact", "predicate", "by")),
    EventType("quota.reached", "So much of a quota is used", "ten", ("meter", "level", "used", "quota")),
    EventType("plan.changed", "The company is on another plan", "ten", ("plan", "seats", "trial", "from")),
    EventType("period.closed", "A billing period was closed", "per", ("starts_at", "due_micros", "currency")),
    EventType("api_key.created", "A secret key was made", "key", ("name", "scopes", "is_test")),
    EventType("api_key.rotated", "A secret key was replaced", "key", ("successor", "accepted_until")),
    EventType("api_key.revoked", "A secret key was revoked", "key"),
    EventType("api_key.leaked", "A secret key was found in the open, and revoked", "key", ("where",)),
    EventType("member.joined", "Someone joined the company", "usr", ("invitation",)),
    EventType("member.role_changed", "Someone has another role", "usr"),
    EventType("member.removed", "Someone left the company", "usr"),
    EventType("invitation.created", "Someone was invited", "inv"),
    EventType("invitation.withdrawn", "An invitation was withdrawn", "inv"),
)
BY_NAME = {each.name: each for each in CATALOGUE}
ALL = "*"


def is_selector(text: str) -> bool:
    """A type, all types of a noun ("document.*"), or all ("*")."""
    return text == ALL or text in BY_NAME or (text.endswith(".*") and text[:-2] in {each.noun for each in CATALOGUE})


def is_wanted(name: str, selectors: Iterable[str]) -> bool:
    return any(each in (ALL, name, f"{BY_NAME[name].noun}.*") for each in selectors)
