"""The audit log in sentences: who did what, and what a value is called."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from frontend.formats import format_moment
from rapport.errors import InvalidId
from rapport.ids import Prefix, decode, encode
from tenants.api_keys import list_api_keys
from tenants.audit_log import AuditView
from tenants.selectors import list_members

# What someone did, as it follows their name. What is not here is read from its own name: "thing.made" → "made a thing".
SENTENCES = {
    "agent.candidate_made": "kept an agent's draft as a version",
    "agent.created": "made an agent",
    "agent.draft_changed": "changed an agent's draft",
    "agent.published": "published a version of an agent",
    "agent.updated": "changed an agent",
    "answer.approved": "approved an answer",
    "answer.suggestion_requested": "asked the agent what it would answer",
    "answer.rated": "rated an answer",
    "answer.rating_withdrawn": "took a rating back",
    "api_key.created": "made an API key",
    "api_key.leaked": "found an API key in the open and revoked it",
    "api_key.revoked": "revoked an API key",
    "api_key.rotated": "replaced an API key",
    "audit.redacted": "took content out of the audit log",
    "conversation.assigned": "assigned a conversation",
    "conversation.closed": "closed a conversation",
    "conversation.given_back": "gave a conversation back to the agent",
    "conversation.handed_off": "handed a conversation over to a person",
    "conversation.noted": "left a note on a conversation",
    "conversation.reopened": "opened a conversation again",
    "conversation.taken_over": "took a conversation over",
    "conversation.carried_over": "carried a conversation over to a known contact",
    "budget.changed": "changed what the company may spend in a month",
    "plan.changed": "changed the company's plan",
    "quota.reached": "saw a quota reached",
    "period.closed": "closed a billing period",
    "customer.linked": "made the company a customer of Stripe",
    "checkout.opened": "opened Stripe's page to buy a plan",
    "payment_portal.opened": "opened Stripe's page for cards and invoices",
    "subscription.changed": "saw what the company buys change at Stripe",
    "usage.corrected": "corrected a row of the ledger",
    "usage_limit.changed": "changed where the company's usage stops",
    "call.requested": "had an agent call a contact",
    "call.listened_to": "listened to a call's recording",
    "call.recording_agreed": "agreed to be recorded",
    "call.recording_refused": "did not agree to be recorded",
    "call.transfer_begun": "put a call through to a person",
    "call.transfer_failed": "could not put a call through",
    "call.transferred": "had a call taken by a person",
    "contact.call_permission_changed": "changed whether a contact may be called",
    "contact.calls_refused": "noted that a contact wants no calls",
    "canned_reply.changed": "changed a canned reply",
    "canned_reply.created": "kept a canned reply",
    "canned_reply.deleted": "removed a canned reply",
    "contact.created": "became known as a contact",
    "message.erased": "erased a message",
    "message.erasure_requested": "asked for a message to be erased",
    "conversation.erased": "erased a conversation",
    "conversation.erasure_requested": "asked for a conversation to be erased",
    "contact.erased": "erased a contact",
    "contact.erasure_requested": "asked for a contact to be erased",
    "contact.export_requested": "asked for all that is known of a contact",
    "contact.identified": "said who a contact is",
    "contact.merged": "made one contact of two",
    "contact.unmerged": "took a merge of contacts back",
    "contact.updated": "changed what is known of a contact",
    "conversation.started": "started a conversation",
    "document.deleted": "deleted a document",
    "document.failed": "could not read a document",
    "document.ready": "finished reading a document",
    "document.refused": "sent a document that was not taken",
    "document.retried": "had a failed document read again",
    "document.submitted": "sent a document",
    "embedding_model.switched": "moved to another embedding model",
    "experiment.started": "started an experiment",
    "experiment.stopped": "stopped an experiment",
    "failed_events.dropped": "gave failed events up",
    "failed_events.replayed": "had failed events tried again",
    "identity_secret.created": "made a secret that signs who a visitor is",
    "identity_secret.revoked": "revoked a secret that signs who a visitor is",
    "invitation.created": "invited someone",
    "invitation.withdrawn": "withdrew an invitation",
    "member.joined": "joined the company",
    "member.removed": "removed a member",
    "member.signed_in": "signed in",
    "member.role_changed": "changed someone's role",
    "memory.fact.learned": "learned a fact about a contact",
    "memory.fact.edited": "put a fact about a contact right",
    "memory.fact.pinned": "pinned or unpinned a fact about a contact",
    "memory.fact.proposed": "noted a fact about a contact as a proposal",
    "memory.fact.restored": "found that a fact holds again",
    "memory.fact.retracted": "learned that a fact holds no longer",
    "memory.fact.superseded": "learned a newer fact about a contact",
    "message.posted": "wrote a message",
    "model_provider.added": "added a key at a provider of models",
    "model_provider.key_replaced": "replaced a key at a provider of models",
    "model_provider.removed": "removed a key at a provider of models",
    "model_provider.tested": "tried a model of the company's own",
    "price.removed": "took back what tokens of a model cost",
    "price.set": "said what tokens of a model cost",
    "prompt.created": "made a prompt",
    "prompt.label_moved": "moved a prompt's label",
    "prompt.label_removed": "took a label off a prompt",
    "prompt.version_added": "added a version to a prompt",
    "retention.enforced": "removed what was kept long enough",
    "sign_on.removed": "switched the company's own sign-in off",
    "sign_on.saved": "changed the company's own sign-in",
    "source.crawl_requested": "had a website looked at again",
    "source.created": "added a source",
    "source.deleted": "deleted a source",
    "tenant.created": "founded the company",
    "tenant.export_requested": "asked for all that the company has here",
    "tenant.deletion_cancelled": "kept the company after all",
    "tenant.deletion_requested": "asked for the company to be deleted",
    "tenant.updated": "changed the company's settings",
    "turn.cancelled": "stopped an answer",
    "trace_export.added": "had traces sent to a collector of the company's own",
    "trace_export.changed": "changed where traces are sent",
    "trace_export.removed": "had traces sent nowhere any more",
    "trace_export.tested": "sent a trace to the company's collector",
    "turn.completed": "answered",
    "turn.failed": "failed to answer",
    "sign_on_domain.added": "named a domain for the company's own sign-in",
    "sign_on_domain.removed": "took a domain out of the company's own sign-in",
    "sign_on_domain.verified": "showed that a domain is the company's",
    "callback.booked": "booked a callback",
    "callback.closed": "closed a callback",
    "ticket.closed": "closed a ticket",
    "ticket.opened": "opened a ticket",
    "tool.approved": "agreed to what a server says of a tool",
    "tool.changed": "switched a tool off, because its server says something else of it by now",
    "tool.created": "added a tool",
    "tool.deleted": "removed a tool",
    "tool.tried": "tried a tool",
    "tool.updated": "changed a tool",
    "tool_approval.approved": "agreed to a call of a tool",
    "tool_approval.expired": "let a call of a tool lapse",
    "tool_approval.refused": "refused a call of a tool",
    "tool_approval.requested": "asked whether a tool may be called",
    "tool_connection.created": "added a system for tools",
    "tool_connection.deleted": "removed a system for tools",
    "tool_connection.refreshed": "asked a server what it has",
    "tool_connection.updated": "replaced a system's credential",
    "webhook.created": "added a webhook",
    "webhook.deleted": "removed a webhook",
    "webhook.disabled": "switched a webhook off, because it took nothing any more",
    "webhook.resent": "sent a webhook delivery again",
    "webhook.secret_rotated": "replaced a webhook's secret",
    "webhook.tested": "tried a webhook",
    "webhook.updated": "changed a webhook",
    "widget_key.created": "made a widget key",
    "widget_key.origins_changed": "changed where the widget may be",
    "widget_key.proactive_changed": "changed what a widget says by itself",
    "widget_key.revoked": "revoked a widget key",
    "widget_key.rules_changed": "changed what visitors of a widget may",
}
_KINDS = {"system": "Rapport", "visitor": "A visitor", "agent": "An agent", "key": "An API key", "user": "Someone"}
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
    keys = {f"key:{encode(Prefix.API_KEY, each.id)}": f"Key “{each.name}”" for each in list_api_keys(tenant_id)}
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
        return "yes" if value else "no"
    if value is None or value == "":
        return "nothing"
    if isinstance(value, dict) and value.keys() == {"characters", "sha256"}:
        return f"a text of {value['characters']} characters ({value['sha256'][:6]})"
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value) or "nothing"
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
        tuple((_plain(name), written(value)) for name, value in entry.details.items()),
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


def _plain(name: str) -> str:
    return name.replace("_", " ").replace(".", " ")
