"""What this floor and the ground beneath it hold: Django's and allauth's tables, the event machinery, and our own."""

from collections.abc import Iterator

from django.db.models import Q

from tenants.privacy.exporting import EXPORTS
from tenants.privacy.holdings import (
    IDS_TOGETHER,
    OfContact,
    OfPlatform,
    OfTenant,
    Person,
    by_field,
    by_links,
    declare,
    declare_links,
    declare_store,
)

_CLAIM = "ids and a hash, kept so that the same call sent again brings nothing back"
_EVENTS = "ids and counts only: events carry no words, which tests/tenants/privacy/test_events.py shows"


def _claims(person: Person) -> Iterator[Q]:
    """A claim's operation ends with the id of what it was made on: `post_message:<conversation>`."""
    ids = [*person.contacts, *person.linked("conversations")]
    for start in range(0, len(ids), IDS_TOGETHER // 10):
        condition = Q()
        for each in ids[start : start + IDS_TOGETHER // 10]:
            condition |= Q(operation__endswith=f":{each}")
        yield condition


def _buckets(person: Person) -> Iterator[Q]:
    for contact_id in person.contacts:
        yield Q(name__endswith=f":contact:{contact_id.hex}")


declare("auth.Permission", OfPlatform("Django's own permissions, which are not used"))
declare("auth.Group", OfPlatform("Django's own groups, which are not used"))
declare("contenttypes.ContentType", OfPlatform("names of models"))
declare("sessions.Session", OfPlatform("people who sign in, not contacts; over after two weeks"))
declare("account.EmailAddress", OfPlatform("of people who sign in: an account is a person's own, in all companies"))
declare("account.EmailConfirmation", OfPlatform("of people who sign in"))
declare("mfa.Authenticator", OfPlatform("of people who sign in"))
declare("usersessions.UserSession", OfPlatform("of people who sign in"))

declare("events.OutboxEvent", OfTenant(_EVENTS, is_exported=False))
declare("events.InboxEvent", OfTenant(_EVENTS, is_exported=False))
declare("events.KeyLease", OfTenant(_EVENTS, is_exported=False))
declare("events.LogRecord", OfPlatform(f"{_EVENTS}; pruned after EVENT_RETENTION_HOURS, like Kafka's topics"))
declare("events.LogPartition", OfPlatform("how long the log is"))
declare("events.GroupOffset", OfPlatform("how far the log was read"))
declare("events.GroupMember", OfPlatform("processes that read the log"))
declare("events.Role", OfPlatform("processes that do a job alone"))
declare("breakers.Breaker", OfPlatform("which models rest after failures; the name of a company's own has its id"))

declare("idempotency.IdempotencyClaim", OfContact(_claims, part=_CLAIM, is_exported=False))
declare("ratelimits.CacheEntry", OfPlatform("which one-time codes of people who sign in were used; over in minutes"))
declare("ratelimits.TokenBucket", OfContact(_buckets, part="numbers", tenant_field="", is_exported=False))

declare("tenants.User", OfPlatform("people who sign in: an account is a person's own, in all companies"))
declare("tenants.Tenant", OfTenant("the company itself", tenant_field="id"))
declare("tenants.Membership", OfTenant("who of the company's people may do what", goes_with="tenants.Tenant"))
declare("tenants.Invitation", OfTenant("who was asked to join", hidden=frozenset({"digest"})))
declare("tenants.WidgetKey", OfTenant("public keys of chats"))
declare("tenants.IdentitySecret", OfTenant("with what visitors are signed", hidden=frozenset({"secret"})))
declare("tenants.ApiKey", OfTenant("what keys may do", hidden=frozenset({"digest"})))
declare("tenants.SignOn", OfTenant("how its people sign in", hidden=frozenset({"client_secret"})))
declare("tenants.SignOnDomain", OfTenant("its mail domains"))
declare("tenants.SignOnIdentity", OfTenant("whom its provider means"))
declare("tenants.AuditEntry", OfTenant("ids and facts, never content: a contact is an id in it", is_append_only=True))
declare("tenants.WebhookEndpoint", OfTenant("where the company is told", hidden=frozenset({"secret", "old_secret"})))
declare("tenants.WebhookDelivery", OfTenant("ids and facts, never content: a contact is an id in it"))
declare("tenants.WebhookAttempt", OfTenant("what the company's own systems answered; forgotten after 30 days"))

declare(
    "tenants.Erasure", OfTenant("proof that someone was erased: counts, times and an id that means nothing any more")
)
declare("tenants.Tombstone", OfTenant("keyed hashes of whom was erased", is_exported=False))
declare("tenants.DataExport", OfContact(by_field("contact_id"), part=by_links("id", "exports"), is_exported=False))
declare("tenants.Departure", OfPlatform("companies that were deleted: counts, times and the receipt"))
declare_links("exports", "tenants.DataExport", "contact_id")
declare_store(EXPORTS)
