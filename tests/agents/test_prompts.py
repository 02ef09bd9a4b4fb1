"""The registry: versions stay, labels move, variables are checked before anything is published, and what a label's move
changes is the next prompt and nothing else.
"""

from typing import Any
from uuid import UUID

import pytest
from django.db import ProgrammingError

from agents.errors import InvalidAgent, InvalidPrompt, PromptExists, PromptInUse, PromptNotFound
from agents.models import Agent, AgentVersion, PromptVersion, Turn
from agents.selectors import get_trace_of_turn
from agents.selectors.prompts import get_prompt, list_prompts
from agents.services import (
    AgentChanges,
    add_prompt_version,
    archive_prompt,
    create_prompt,
    move_label,
    remove_label,
    update_agent,
)
from agents.tracing import names
from rapport.config import get_config
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tenants.models import AuditEntry
from tests.agents.conftest import Ask
from tests.agents.scripted import scripted_parts
from tests.cast import Cast, make_visitor

pytestmark = pytest.mark.django_db

TONE = {"prompt": "tone", "label": "production"}


def make(cast: Cast, text: str = "Speak for {{ company }}.", name: str = "tone") -> UUID:
    return create_prompt(tenant_id=cast.acme.tenant_id, name=name, text=text, actor=SYSTEM)


def add(cast: Cast, prompt: UUID, text: str) -> int:
    return add_prompt_version(tenant_id=cast.acme.tenant_id, prompt_id=prompt, text=text, actor=SYSTEM)


def move(cast: Cast, prompt: UUID, number: int, label: str = "production") -> None:
    move_label(tenant_id=cast.acme.tenant_id, prompt_id=prompt, label=label, number=number, actor=SYSTEM)


def use(cast: Cast, *blocks: dict[str, Any], publish: bool = True, **prompt: Any) -> int:
    changes = AgentChanges(config={"prompt": {"blocks": blocks, **prompt}})
    return update_agent(
        tenant_id=cast.acme.tenant_id, agent_id=cast.acme.agent_id, changes=changes, actor=SYSTEM, publish=publish
    )


def test_moving_a_label_back_changes_the_next_prompts_hash_and_nothing_else(cast: Cast, ask: Ask) -> None:
    prompt, parts = make(cast), scripted_parts()
    use(cast, {"text": "Be kind."}, TONE | {"variables": {"company": "Acme"}})
    add(cast, prompt, "You are {{company}}'s voice.")

    def asked() -> tuple[str, str]:
        turn_id = ask("How long does delivery take?", parts, make_visitor(cast.acme)).turn_id
        trace = get_trace_of_turn(tenant_id=cast.acme.tenant_id, turn_id=turn_id)
        (span,) = [each for each in trace.spans if each.name == names.CHAT]
        return str(span.attributes[names.PROMPT_DIGEST]), parts.model.requests[-1].instructions  # type: ignore[attr-defined]

    first = asked()
    with tenant_scope(cast.acme.tenant_id):
        before = (
            list(Agent.objects.values()),
            list(AgentVersion.objects.values()),
            list(PromptVersion.objects.values()),
        )
    move(cast, prompt, 2)
    second = asked()
    move(cast, prompt, 1)
    with tenant_scope(cast.acme.tenant_id):
        after = (
            list(Agent.objects.values()),
            list(AgentVersion.objects.values()),
            list(PromptVersion.objects.values()),
        )
        versions = set(Turn.objects.values_list("agent_version", flat=True))
    third = ask("How long does delivery take?", parts, make_visitor(cast.acme)).turn_id
    assert "You are Acme's voice." in second[1]
    assert second[1] == first[1].replace("Speak for Acme.", "You are Acme's voice.")
    assert first[0] != second[0]
    assert (before, versions) == (after, {2})
    kept = get_trace_of_turn(tenant_id=cast.acme.tenant_id, turn_id=third)
    assert not [each for each in kept.spans if each.name == names.CHAT], "the answer under the first hash was kept"


def test_blocks_come_in_their_order_and_values_are_no_templates(cast: Cast, ask: Ask) -> None:
    make(cast, "{{ company }} in {{ city }}")
    use(
        cast,
        TONE | {"variables": {"city": "{{ company }}"}},
        {"text": "Last."},
        instructions="First.",
        variables={"company": "Acme", "city": "Ulm"},
    )
    parts = scripted_parts()
    ask("How long does delivery take?", parts)
    told = parts.model.requests[-1].instructions  # type: ignore[attr-defined]
    assert told == "First.\n\nAcme in {{ company }}\n\nLast."


@pytest.mark.parametrize(
    ("block", "path"),
    [
        (TONE, "prompt.blocks.0.variables.company"),
        ({"prompt": "tone", "label": "beta"}, "prompt.blocks.0.label"),
        ({"prompt": "tone", "version": 9}, "prompt.blocks.0.version"),
        ({"prompt": "other", "version": 1}, "prompt.blocks.0.prompt"),
    ],
)
def test_what_is_missing_is_told_when_it_is_published(cast: Cast, block: dict[str, Any], path: str) -> None:
    make(cast)
    with pytest.raises(InvalidAgent) as caught:
        use(cast, block)
    assert caught.value.param == path
    assert use(cast, block, publish=False) == 1, "a draft may wait for it"


def test_a_label_does_not_move_to_where_an_agent_could_not_answer(cast: Cast) -> None:
    prompt = make(cast)
    use(cast, TONE | {"variables": {"company": "Acme"}})
    add(cast, prompt, "Speak for {{ company }} in {{ city }}.")
    with pytest.raises(PromptInUse, match="needs the variable city"):
        move(cast, prompt, 2)
    with pytest.raises(PromptInUse):
        remove_label(tenant_id=cast.acme.tenant_id, prompt_id=prompt, label="production", actor=SYSTEM)
    move(cast, prompt, 2, "beta")
    found = get_prompt(tenant_id=cast.acme.tenant_id, prompt_id=prompt)
    assert (found.labels, found.used_by) == ({"beta": 2, "production": 1}, (("Acme assistant", 2),))
    remove_label(tenant_id=cast.acme.tenant_id, prompt_id=prompt, label="beta", actor=SYSTEM)
    with tenant_scope(cast.acme.tenant_id):
        rows = AuditEntry.objects.filter(action__startswith="prompt").order_by("id")
        actions = list(rows.values_list("action", "after"))
    assert actions[-2:] == [("prompt.label_moved", {"beta": 2}), ("prompt.label_removed", {"beta": None})]


def test_a_prompts_text_is_not_in_the_log(cast: Cast) -> None:
    add(cast, make(cast, "quokka"), "Quokka again")
    with tenant_scope(cast.acme.tenant_id):
        assert "quokka" not in str(list(AuditEntry.objects.values())).lower()


def test_the_same_text_is_the_same_version(cast: Cast) -> None:
    prompt = make(cast)
    assert (add(cast, prompt, "Two"), add(cast, prompt, "Two"), add(cast, prompt, "Three")) == (2, 2, 3)
    (found,) = list_prompts(tenant_id=cast.acme.tenant_id)
    assert (found.latest, found.labels, found.versions[0].text) == (3, {"production": 1}, "Three")


@pytest.mark.parametrize("text", [" ", "x" * 8001, "{{ Company }}", "{{ company | upper }}", "{{company"])
def test_a_text_that_cannot_be_filled_is_refused(cast: Cast, text: str) -> None:
    with pytest.raises(InvalidPrompt) as caught:
        make(cast, text)
    assert caught.value.param == "text"


def test_a_name_is_taken_once_and_by_each_company(cast: Cast) -> None:
    prompt = make(cast)
    with pytest.raises(PromptExists):
        make(cast)
    with pytest.raises(InvalidPrompt):
        make(cast, name="Not a slug")
    create_prompt(tenant_id=cast.other.tenant_id, name="tone", text="Theirs", actor=SYSTEM)
    with pytest.raises(PromptNotFound):
        get_prompt(tenant_id=cast.other.tenant_id, prompt_id=prompt)
    with pytest.raises(PromptNotFound):
        move_label(tenant_id=cast.other.tenant_id, prompt_id=prompt, label="production", number=1, actor=SYSTEM)


@pytest.mark.skipif(get_config().is_embedded, reason="SQLite has no roles: RAPPORT_TEST_DATABASE=postgres")
@pytest.mark.django_db(transaction=True)
def test_the_apps_role_cannot_change_a_version(cast: Cast) -> None:
    make(cast)
    with pytest.raises(ProgrammingError, match="permission denied"), tenant_scope(cast.acme.tenant_id):
        PromptVersion.objects.update(text="better")
    with pytest.raises(ProgrammingError, match="permission denied"), tenant_scope(cast.acme.tenant_id):
        PromptVersion.objects.all().delete()


def put_away(cast: Cast, prompt: UUID, *, is_archived: bool = True) -> None:
    archive_prompt(tenant_id=cast.acme.tenant_id, prompt_id=prompt, is_archived=is_archived, actor=SYSTEM)


def test_what_nobody_answers_with_is_put_away_and_taken_out_again(cast: Cast) -> None:
    prompt, tenant_id = make(cast), cast.acme.tenant_id
    put_away(cast, prompt)
    assert [list_prompts(tenant_id=tenant_id), len(list_prompts(tenant_id=tenant_id, is_archived=True))] == [[], 1]
    put_away(cast, prompt, is_archived=False)
    assert [each.is_archived for each in list_prompts(tenant_id=tenant_id)] == [False]
    with tenant_scope(tenant_id):
        rows = AuditEntry.objects.filter(action__in=["prompt.archived", "prompt.restored"]).order_by("id")
        assert [row.action for row in rows] == ["prompt.archived", "prompt.restored"]


def test_one_that_an_agent_answers_with_stays(cast: Cast) -> None:
    prompt = make(cast)
    use(cast, TONE | {"variables": {"company": "Acme"}})
    with pytest.raises(PromptInUse, match="answers with it"):
        put_away(cast, prompt)


def test_an_agent_that_goes_back_to_it_still_answers(cast: Cast, ask: Ask) -> None:
    prompt = make(cast)
    use(cast, TONE | {"variables": {"company": "Acme"}})
    use(cast, {"text": "Be kind."})
    put_away(cast, prompt)
    use(cast, TONE | {"variables": {"company": "Acme"}})
    assert ask("How long does delivery take?", scripted_parts()).text
