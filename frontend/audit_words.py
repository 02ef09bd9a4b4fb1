"""The audit log in sentences: who did what, and what a value is called."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext

from frontend.formats import format_moment
from frontend.memory_words import fact_label
from frontend.phrases import phrase
from rapport.errors import InvalidId
from rapport.ids import Prefix, decode, encode
from tenants.api_keys import list_api_keys
from tenants.audit_log import AuditView
from tenants.selectors import list_members

# What someone did, as it follows their name. What is not here is read from its own name: "thing.made" → "made a thing".
SENTENCES = {
    "agent.candidate_made": phrase("kept an agent's draft as a version"),
    "agent.created": phrase("made an agent"),
    "agent.draft_changed": phrase("changed an agent's draft"),
    "agent.published": phrase("published a version of an agent"),
    "agent.updated": phrase("changed an agent"),
    "answer.approved": phrase("approved an answer"),
    "answer.suggestion_requested": phrase("asked the agent what it would answer"),
    "answer.rated": phrase("rated an answer"),
    "answer.rating_withdrawn": phrase("took a rating back"),
    "api_key.created": phrase("made an API key"),
    "api_key.leaked": phrase("found an API key in the open and revoked it"),
    "api_key.revoked": phrase("revoked an API key"),
    "api_key.rotated": phrase("replaced an API key"),
    "audit.redacted": phrase("took content out of the audit log"),
    "conversation.assigned": phrase("assigned a conversation"),
    "conversation.closed": phrase("closed a conversation"),
    "conversation.given_back": phrase("gave a conversation back to the agent"),
    "conversation.address_left": phrase("left an address for the answer"),
    "conversation.address_removed": phrase("took the address for the answer back"),
    "conversation.mail_refused": phrase("wants no more answers by mail"),
    "conversation.handed_off": phrase("handed a conversation over to a person"),
    "conversation.noted": phrase("left a note on a conversation"),
    "conversation.reopened": phrase("opened a conversation again"),
    "conversation.taken_over": phrase("took a conversation over"),
    "conversation.carried_over": phrase("carried a conversation over to a known contact"),
    "budget.changed": phrase("changed what the company may spend in a month"),
    "plan.changed": phrase("changed the company's plan"),
    "quota.reached": phrase("saw a quota reached"),
    "period.closed": phrase("closed a billing period"),
    "customer.linked": phrase("made the company a customer of Stripe"),
    "subscription.change_asked": phrase("asked Stripe for another plan or other seats"),
    "currency.chosen": phrase("chose the currency of the company's invoices"),
    "cache.answer_reported": phrase("reported a known answer as wrong"),
    "call.answered": phrase("answered a telephone call"),
    "call.ended": phrase("ended a telephone call"),
    "message.replied": phrase("answered a customer"),
    "phone_number.added": phrase("added a telephone number"),
    "phone_number.changed": phrase("changed how a telephone number answers"),
    "phone_number.removed": phrase("removed a telephone number"),
    "prompt.archived": phrase("put a prompt away"),
    "prompt.restored": phrase("took a prompt out again"),
    "checkout.opened": phrase("opened Stripe's page to buy a plan"),
    "payment_portal.opened": phrase("opened Stripe's page for cards and invoices"),
    "subscription.changed": phrase("saw what the company buys change at Stripe"),
    "rest.invoiced": phrase("charged what a subscription that ended had left"),
    "subscription.priced": phrase("brought the company's prices at Stripe in line with its rates"),
    "usage.corrected": phrase("corrected a row of the ledger"),
    "usage_limit.changed": phrase("changed where the company's usage stops"),
    "call.requested": phrase("had an agent call a contact"),
    "call.listened_to": phrase("listened to a call's recording"),
    "call.recording_agreed": phrase("agreed to be recorded"),
    "call.recording_refused": phrase("did not agree to be recorded"),
    "call.transfer_begun": phrase("put a call through to a person"),
    "call.transfer_failed": phrase("could not put a call through"),
    "call.transferred": phrase("had a call taken by a person"),
    "campaign.created": phrase("drafted a campaign of calls"),
    "campaign.changed": phrase("changed the draft of a campaign"),
    "campaign.members_added": phrase("added contacts to a campaign"),
    "campaign.member_removed": phrase("took a contact out of a campaign"),
    "campaign.started": phrase("started a campaign"),
    "campaign.paused": phrase("paused a campaign"),
    "campaign.resumed": phrase("let a campaign go on"),
    "campaign.finished": phrase("finished a campaign"),
    "campaign.cancelled": phrase("ended a campaign"),
    "contact.call_permission_changed": phrase("changed whether a contact may be called"),
    "contact.calls_refused": phrase("noted that a contact wants no calls"),
    "canned_reply.changed": phrase("changed a canned reply"),
    "canned_reply.created": phrase("kept a canned reply"),
    "canned_reply.deleted": phrase("removed a canned reply"),
    "contact.created": phrase("became known as a contact"),
    "message.erased": phrase("erased a message"),
    "message.erasure_requested": phrase("asked for a message to be erased"),
    "conversation.erased": phrase("erased a conversation"),
    "conversation.erasure_requested": phrase("asked for a conversation to be erased"),
    "contact.erased": phrase("erased a contact"),
    "contact.erasure_requested": phrase("asked for a contact to be erased"),
    "contact.export_requested": phrase("asked for all that is known of a contact"),
    "contact.identified": phrase("said who a contact is"),
    "contact.merged": phrase("made one contact of two"),
    "contact.unmerged": phrase("took a merge of contacts back"),
    "contact.updated": phrase("changed what is known of a contact"),
    "conversation.started": phrase("started a conversation"),
    "document.deleted": phrase("deleted a document"),
    "document.failed": phrase("could not read a document"),
    "document.ready": phrase("finished reading a document"),
    "document.refused": phrase("sent a document that was not taken"),
    "document.retried": phrase("had a failed document read again"),
    "document.submitted": phrase("sent a document"),
    "embedding_model.switched": phrase("moved to another embedding model"),
    "experiment.started": phrase("started an experiment"),
    "experiment.stopped": phrase("stopped an experiment"),
    "failed_events.dropped": phrase("gave failed events up"),
    "failed_events.replayed": phrase("had failed events tried again"),
    "identity_secret.created": phrase("made a secret that signs who a visitor is"),
    "identity_secret.revoked": phrase("revoked a secret that signs who a visitor is"),
    "invitation.created": phrase("invited someone"),
    "invitation.withdrawn": phrase("withdrew an invitation"),
    "member.joined": phrase("joined the company"),
    "member.removed": phrase("removed a member"),
    "member.signed_in": phrase("signed in"),
    "member.role_changed": phrase("changed someone's role"),
    "memory.fact.learned": phrase("learned a fact about a contact"),
    "memory.fact.edited": phrase("put a fact about a contact right"),
    "memory.fact.pinned": phrase("pinned or unpinned a fact about a contact"),
    "memory.fact.proposed": phrase("noted a fact about a contact as a proposal"),
    "memory.fact.restored": phrase("found that a fact holds again"),
    "memory.fact.retracted": phrase("learned that a fact holds no longer"),
    "memory.fact.superseded": phrase("learned a newer fact about a contact"),
    "message.posted": phrase("wrote a message"),
    "model_provider.added": phrase("added a key at a provider of models"),
    "model_provider.key_replaced": phrase("replaced a key at a provider of models"),
    "model_provider.removed": phrase("removed a key at a provider of models"),
    "speech_key.set": phrase("set the company's own key at a provider of speech"),
    "speech_key.removed": phrase("removed the company's own key at a provider of speech"),
    "model_provider.tested": phrase("tried a model of the company's own"),
    "price.removed": phrase("took back what tokens of a model cost"),
    "price.set": phrase("said what tokens of a model cost"),
    "prompt.created": phrase("made a prompt"),
    "prompt.label_moved": phrase("moved a prompt's label"),
    "prompt.label_removed": phrase("took a label off a prompt"),
    "prompt.version_added": phrase("added a version to a prompt"),
    "retention.enforced": phrase("removed what was kept long enough"),
    "sign_on.removed": phrase("switched the company's own sign-in off"),
    "sign_on.saved": phrase("changed the company's own sign-in"),
    "source.crawl_requested": phrase("had a website looked at again"),
    "source.created": phrase("added a source"),
    "source.deleted": phrase("deleted a source"),
    "tenant.created": phrase("founded the company"),
    "tenant.export_requested": phrase("asked for all that the company has here"),
    "tenant.deletion_cancelled": phrase("kept the company after all"),
    "tenant.deletion_requested": phrase("asked for the company to be deleted"),
    "tenant.updated": phrase("changed the company's settings"),
    "turn.cancelled": phrase("stopped an answer"),
    "trace_export.added": phrase("had traces sent to a collector of the company's own"),
    "trace_export.changed": phrase("changed where traces are sent"),
    "trace_export.removed": phrase("had traces sent nowhere any more"),
    "trace_export.tested": phrase("sent a trace to the company's collector"),
    "turn.completed": phrase("answered"),
    "turn.failed": phrase("failed to answer"),
    "sign_on_domain.added": phrase("named a domain for the company's own sign-in"),
    "sign_on_domain.removed": phrase("took a domain out of the company's own sign-in"),
    "sign_on_domain.verified": phrase("showed that a domain is the company's"),
    "callback.booked": phrase("booked a callback"),
    "callback.closed": phrase("closed a callback"),
    "ticket.closed": phrase("closed a ticket"),
    "ticket.opened": phrase("opened a ticket"),
    "tool.approved": phrase("agreed to what a server says of a tool"),
    "tool.changed": phrase("switched a tool off, because its server says something else of it by now"),
    "tool.created": phrase("added a tool"),
    "tool.deleted": phrase("removed a tool"),
    "tool.tried": phrase("tried a tool"),
    "tool.updated": phrase("changed a tool"),
    "tool_approval.approved": phrase("agreed to a call of a tool"),
    "tool_approval.expired": phrase("let a call of a tool lapse"),
    "tool_approval.refused": phrase("refused a call of a tool"),
    "tool_approval.requested": phrase("asked whether a tool may be called"),
    "tool_connection.created": phrase("added a system for tools"),
    "tool_connection.deleted": phrase("removed a system for tools"),
    "tool_connection.refreshed": phrase("asked a server what it has"),
    "tool_connection.updated": phrase("replaced a system's credential"),
    "webhook.created": phrase("added a webhook"),
    "webhook.deleted": phrase("removed a webhook"),
    "webhook.disabled": phrase("switched a webhook off, because it took nothing any more"),
    "webhook.resent": phrase("sent a webhook delivery again"),
    "webhook.secret_rotated": phrase("replaced a webhook's secret"),
    "webhook.tested": phrase("tried a webhook"),
    "webhook.updated": phrase("changed a webhook"),
    "attachment.uploaded": phrase("attached a file to a conversation"),
    "attachment.removed": phrase("took a file away before it was sent"),
    "contact.consented": phrase("agreed to a widget's text"),
    "widget_key.attachments_changed": phrase("changed which files a widget takes"),
    "widget_key.consent_changed": phrase("changed what visitors of a widget agree to"),
    "widget_key.proactive_changed": phrase("changed what a widget says by itself"),
    "widget_key.created": phrase("made a widget key"),
    "widget_key.origins_changed": phrase("changed where the widget may be"),
    "widget_key.revoked": phrase("revoked a widget key"),
    "widget_key.rules_changed": phrase("changed what visitors of a widget may"),
}
_KINDS = {
    "system": "Rapport",
    "visitor": phrase("A visitor"),
    "agent": phrase("An agent"),
    "key": phrase("An API key"),
    "user": phrase("Someone"),
}
_PAGES = {
    "agt": "/agents/{}/",
    "prm": "/prompts/{}/",
    "cnv": "/conversations/{}/",
    "con": "/contacts/{}/",
    "doc": "/knowledge/documents/{}/",
    "trn": "/traces/turn/{}/",
    "tcn": "/tools/systems/{}/",
    "tol": "/tools/{}/",
    "whk": "/webhooks/{}/",
}


@dataclass(frozen=True, slots=True)
class Change:
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class AuditLine:
    """An entry as the page shows it. `href` is the subject's own page, "" where there is none."""

    id: UUID
    at: datetime
    actor: str
    actor_label: str
    sentence: str
    action: str
    subject: str
    href: str
    details: tuple[tuple[str, str], ...]
    changes: tuple[Change, ...]


def lines_of(tenant_id: UUID, entries: Iterable[AuditView]) -> list[AuditLine]:
    names = actor_names(tenant_id)
    return [_line(each, names) for each in entries]


def actor_names(tenant_id: UUID) -> dict[str, str]:
    """Label → what people call whoever that is: members by address, keys by name."""
    members = {f"user:{encode(Prefix.USER, each.user_id)}": each.email for each in list_members(tenant_id)}
    keys = {
        f"key:{encode(Prefix.API_KEY, each.id)}": gettext("Key “%(name)s”") % {"name": each.name}
        for each in list_api_keys(tenant_id)
    }
    return members | keys


def name_of(label: str, names: Mapping[str, str]) -> str:
    return names.get(label) or _KINDS.get(label.partition(":")[0], label)


def sentence_of(action: str) -> str:
    if action in SENTENCES:
        return SENTENCES[action]
    noun, _, verb = action.rpartition(".")
    return f"{_plain(verb)}: {_plain(noun)}"


def written(value: object) -> str:
    """A value of the log in one line."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if value is None or value == "":
        return gettext("nothing")
    if isinstance(value, dict) and value.keys() == {"characters", "sha256"}:
        return gettext("a text of %(characters)s characters (%(digest)s)") % {
            "characters": value["characters"],
            "digest": value["sha256"][:6],
        }
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value) or gettext("nothing")
    return _moment(value) if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _moment(text: str) -> str:
    """A time as people write it, in the page's zone; any other text as it is."""
    try:
        found = datetime.fromisoformat(text) if text[10:11] == "T" else None
    except ValueError:
        found = None
    return format_moment(timezone.localtime(found)) if found and found.tzinfo else text


def _line(entry: AuditView, names: Mapping[str, str]) -> AuditLine:
    return AuditLine(
        entry.id,
        entry.at,
        name_of(entry.actor, names),
        entry.actor,
        sentence_of(entry.action),
        entry.action,
        entry.subject,
        _href(entry.subject),
        tuple((_plain(name), _value(name, value)) for name, value in entry.details.items()),
        tuple(_changes(entry)),
    )


def _changes(entry: AuditView) -> Iterable[Change]:
    for name in dict.fromkeys((*entry.before, *entry.after)):
        before = written(entry.before[name]) if name in entry.before else ""
        after = written(entry.after[name]) if name in entry.after else ""
        yield Change(_plain(name), before, after)


def _href(subject: str) -> str:
    prefix = subject.partition("_")[0]
    try:
        decode(Prefix(prefix), subject)
    except (ValueError, InvalidId):
        return ""
    return _PAGES[prefix].format(subject) if prefix in _PAGES else ""


def _value(name: str, value: object) -> str:
    return fact_label(value) if name == "predicate" and isinstance(value, str) else written(value)


def _plain(name: str) -> str:
    words = name.replace("_", " ").replace(".", " ")
    return gettext(words)
