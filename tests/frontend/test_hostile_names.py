"""What strangers write is shown as text on every page: never as markup, never as a template.

Every text of every table of a company's is poisoned, found by walking the models: a new field joins by itself. What the
product alone writes stands in `OUR_OWN`, and why.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client

from agents.services.agents import AgentChanges, update_agent
from tenants.actors import user_actor
from tenants.context import tenant_scope
from tenants.models import Tenant, User
from tenants.scoped import TenantModel
from tests.cast import Cast
from tests.environment import ON_POSTGRES
from tests.frontend.places import LISTS, objects
from tests.frontend.seed import Seeded

MARKUP = "\"'><img src=x onerror=alert(1)>"
HOSTILE = f"{MARKUP}{{{{ request.user.email }}}}{{% now 'Y' %}}</script>"

_MADE_BY_US = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")  # an id

# Written by the product alone, from its own code; a page takes them apart, so they must be what they are.
OUR_OWN = {
    "agents.Agent.draft": "a document of sections, which its own service poisons below",
    "agents.AgentVersion.actor": "an actor's label",
    "agents.AgentVersion.config": "a document of sections, which its own service poisons below",
    "agents.AgentVersion.digest": "a digest",
    "agents.CacheEvidence.basis": "names of our rule and of an embedding model",
    "agents.CachedAnswer.documents": "ids",
    "agents.CachedAnswer.key": "a digest",
    "agents.CachedAnswer.partition": "a digest",
    "agents.CachedAnswer.usage": "numbers, read back by the turn alone",
    "agents.Fact.predicate": "one of a fixed list",
    "agents.Fact.extractor": "the name of one of our rules",
    "agents.FactSource.extractor": "the name of one of our rules",
    "agents.FactSource.told_by": "an actor's label",
    "agents.Span.name": "one of a fixed list",
    "agents.Turn.asked": "read back by the turn alone",
    "agents.Turn.error_code": "one of a fixed list",
    "billing.UsageRecord.price_version": "the name of one of our tables",
    "billing.Spend.subject": "ids and digests",
    "billing.BudgetHold.subjects": "ids and digests",
    "ingestion.Chunk.content_hash": "a digest",
    "ingestion.ContactIdentity.digest": "a digest",
    "ingestion.ContactMerge.merged_by": "an actor's id",
    "ingestion.ContactMerge.unmerged_by": "an actor's id",
    "ingestion.ContactRelation.kind": "one of a fixed list",
    "ingestion.ContactRelation.target_key": "ids and digests",
    "ingestion.Document.error_code": "one of a fixed list",
    "ingestion.DocumentVersion.blob_key": "a place in our store",
    "ingestion.DocumentVersion.content_hash": "a digest",
    "ingestion.EmbeddingState.model": "the name of one of our collections",
    "ingestion.EmbeddingState.next_model": "the name of one of our collections",
    "ingestion.EmbeddingState.runner": "the name of a process",
    "ingestion.EmbeddingState.held": "names of our collections",
    "ingestion.Source.crawl_error_code": "one of a fixed list",
    "tenants.AuditEntry.action": "of a fixed list",
    "tenants.AuditEntry.actor": "an actor's id",
    "tenants.AuditEntry.subject": "an id",
    "tenants.DataExport.error_code": "one of a fixed list",
    "tenants.DataExport.requested_by": "an actor's id",
    "tenants.DataExport.sha256": "a digest",
    "tenants.Erasure.error_code": "one of a fixed list",
    "tenants.Erasure.receipt": "signed by us",
    "tenants.Erasure.requested_by": "an actor's id",
    "tenants.Erasure.stores": "names of our stores",
    "tenants.Erasure.work": "written by the erasure",
    "tenants.IdentitySecret.secret": "encrypted",
    "tenants.Tombstone.digest": "a digest",
    "tenants.WebhookDelivery.event_type": "of a fixed list",
    "tenants.WebhookDelivery.last_error": "one of a fixed list",
    "tenants.WebhookAttempt.error": "one of a fixed list",
    "tenants.WebhookEndpoint.event_types": "of a fixed list",
    "tenants.WebhookEndpoint.old_secret": "encrypted",
    "tenants.WebhookEndpoint.secret": "encrypted",
}


@pytest.mark.skipif(ON_POSTGRES, reason="the app's role may not write over the audit log there; the pages are the same")
def test_names_from_outside_are_text_everywhere(cast: Cast, seeded: Seeded, alice_client: Client) -> None:
    poison(cast)
    for path in (*LISTS, *objects(cast, seeded), "/search/?q=" + MARKUP, "/knowledge/?state=failed"):
        response = alice_client.get(path)
        page = response.content.decode()
        assert response.status_code == 200, path
        assert "<img src=x" not in page, path
        assert "onerror=alert(1)>" not in page, path
        assert "&lt;img src=x" in page, f"{path} shows none of it: this test looks at nothing"
        assert "&amp;lt;" not in page, f"{path} escapes twice"
        shown = re.sub(r"<[^>]*>", "", page)
        assert "alert(1)&gt;alice@acme" not in shown, f"{path} ran what it was given as a template"


def test_what_is_our_own_is_still_there() -> None:
    fields = {name_of(field) for model in tenant_models() for field in model._meta.get_fields() if is_text(field)}
    gone = sorted(OUR_OWN.keys() - fields)
    assert not gone, "these are gone, or cannot hold markup anyway: take them off the list"


@pytest.mark.skipif(ON_POSTGRES, reason="the app's role may not write over the audit log there; the pages are the same")
def test_poison_reaches_what_people_write(cast: Cast, seeded: Seeded) -> None:
    """Were the walk to find nothing, the pages above would be innocent."""
    poison(cast)
    with tenant_scope(cast.acme.tenant_id):
        for model, field in (("Document", "title"), ("Contact", "name"), ("ContactEvent", "name"), ("Source", "name")):
            values = apps.get_model("ingestion", model)._default_manager.values_list(field, flat=True)
            assert values, model
            assert all(MARKUP in value for value in values), model


def poison(cast: Cast) -> None:
    Tenant.objects.filter(id=cast.acme.tenant_id).update(name=HOSTILE)
    User.objects.update(name=HOSTILE)
    update_agent(
        tenant_id=cast.acme.tenant_id,
        agent_id=cast.acme.agent_id,
        changes=AgentChanges(
            name=HOSTILE[:80], greeting=HOSTILE, suggested_questions=(HOSTILE[:120],), instructions=HOSTILE
        ),
        actor=user_actor(cast.alice.id),
    )
    with tenant_scope(cast.acme.tenant_id):
        for model in tenant_models():
            poison_rows(model, [each for each in model._meta.get_fields() if is_text(each)])


def tenant_models() -> Iterator[type[models.Model]]:
    return (model for model in apps.get_models() if issubclass(model, TenantModel))


def is_text(field: Any) -> bool:
    """Text that somebody else may have written, long enough for markup."""
    if isinstance(field, models.JSONField):
        return True
    if not isinstance(field, (models.CharField, models.TextField)) or field.choices:
        return False
    return (field.max_length or len(HOSTILE)) > len(MARKUP)


def name_of(field: Any) -> str:
    return f"{field.model._meta.app_label}.{field.model.__name__}.{field.name}"


def poison_rows(model: type[models.Model], fields: list[Any]) -> None:
    theirs = [field for field in fields if name_of(field) not in OUR_OWN]
    rows = list(model._default_manager.all()) if theirs else []
    for number, row in enumerate(rows):
        values = {field.attname: poisoned(field, getattr(row, field.attname), number) for field in theirs}
        model._default_manager.filter(pk=row.pk).update(**values)


def poisoned(field: Any, value: Any, number: int) -> Any:
    """The markup in place of the text; where rows may not be alike, with a number behind it."""
    if isinstance(field, models.JSONField):
        return poisoned_json(value)
    if str(value).startswith("{"):  # JSON that we wrote: what is in it may be anybody's
        return json.dumps(poisoned_json(json.loads(value)))
    room = field.max_length or len(HOSTILE) + 8
    return f"{HOSTILE[: room - 4]}{number}"[:room] if room < len(HOSTILE) + 8 else f"{HOSTILE}{number}"


def poisoned_json(value: Any) -> Any:
    """Every text in it but ids; names stay, so that readers find what they look for."""
    if isinstance(value, str):
        return value if _MADE_BY_US.fullmatch(value) else HOSTILE
    if isinstance(value, list):
        return [poisoned_json(each) for each in value]
    return {name: poisoned_json(each) for name, each in value.items()} if isinstance(value, dict) else value


@pytest.mark.parametrize("value", [{"a": ["b", 1, None]}, "b"])
def test_numbers_stay_numbers(value: Any) -> None:
    assert poisoned_json(value) in ({"a": [HOSTILE, 1, None]}, HOSTILE)
