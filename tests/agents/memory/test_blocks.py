"""What is always told of a contact, and what the agent's tools have promised it."""

from uuid import UUID

import pytest

from agents.llm.port import ChatRequest
from agents.llm.prompt import prompt_of
from agents.memory.blocks import Known, blocks_of
from agents.memory.commitments import remember_actions
from agents.memory.recall import recall
from agents.models import Span
from agents.runtime.manifest import read_manifest
from agents.selectors import list_facts
from agents.tools.requests import close_request, list_requests
from agents.tracing import names
from rapport.ids import new_id
from tenants.actors import user_actor
from tenants.context import tenant_scope
from tests.agents.conftest import Ask
from tests.agents.memory.test_ledger import tell
from tests.agents.scripted import scripted_parts
from tests.agents.tools.calling import allow_tools, calls
from tests.cast import Cast, Visitor


@pytest.fixture
def tenant_id(cast: Cast) -> UUID:
    return cast.acme.tenant_id


def test_blocks_are_bounded_and_their_version_follows_the_facts() -> None:
    facts = [Known(new_id(), "instruction", f"Never do {number} {'x' * 300}") for number in range(50)]
    [block] = blocks_of(facts)
    assert len(block.text) <= 800
    assert block.version == blocks_of(facts)[0].version
    assert block.version != blocks_of(facts[1:])[0].version
    assert blocks_of([Known(new_id(), "order", "A-1")]) == ()


def test_who_it_is_and_what_it_asked_for_is_always_told(tenant_id: UUID, visitor: Visitor, ask: Ask) -> None:
    tell(tenant_id, visitor, "My name is Anna. Please never call me before ten. My order number is A-4711.")
    seen: list[ChatRequest] = []

    def script(request: ChatRequest):  # type: ignore[no-untyped-def]
        seen.append(request)
        yield from scripted(request)

    scripted = calls(answer="Two days.")
    parts = scripted_parts(script=script)
    ask("How long does delivery take?", parts)
    told = {block.label: block.text for block in seen[0].about}
    assert told == {"Profile": "- name: Anna", "Standing instructions": "- Never call me before ten"}
    assert "Never call me before ten" in prompt_of(seen[0]).system
    with tenant_scope(tenant_id):
        span = Span.objects.filter(attributes__has_key=names.MANIFEST).latest("id")
    manifest = read_manifest(span.attributes[names.MANIFEST])
    assert manifest
    kept = [(block.label, block.source_id) for block in manifest.blocks if block.kind == "memory"]
    assert kept == [(block.label, block.version) for block in seen[0].about]


def test_what_a_tool_did_is_promised_until_it_is_seen_to(cast: Cast, visitor: Visitor, ask: Ask) -> None:
    allow_tools(cast, "open_ticket")
    tenant_id = cast.acme.tenant_id
    script = calls([("open_ticket", {"subject": "Broken zip", "text": "The zip is broken."})])
    ask("My zip is broken, open a ticket", scripted_parts(script=script))
    ask("yes", scripted_parts(script=script))
    for _ in range(2):
        remember_actions(tenant_id=tenant_id, conversation_id=visitor.conversation_id)
    [fact] = [
        each
        for each in list_facts(tenant_id=tenant_id, contact_id=visitor.contact_id)
        if each.predicate == "commitment"
    ]
    assert (fact.value, fact.is_current, len(fact.sources)) == ("ticket opened: Broken zip", True, 1)
    assert fact.sources[0].run_id
    recalled = recall(
        tenant_id=tenant_id, contact_id=visitor.contact_id, conversation_id=visitor.conversation_id, question="Hm?"
    )
    assert [block.label for block in recalled.about] == ["Open commitments"]
    [request] = list_requests(tenant_id=tenant_id, limit=5)
    close_request(tenant_id=tenant_id, request_id=request.id, actor=user_actor(cast.alice.id))
    [fact] = [
        each
        for each in list_facts(tenant_id=tenant_id, contact_id=visitor.contact_id)
        if each.predicate == "commitment"
    ]
    assert (fact.status, fact.is_current) == ("superseded", False)
    assert fact.valid_to is not None
