"""The editor, the versions, experiments and prompts as people use them."""

import re
from collections.abc import Mapping

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from agents.configuration import to_document
from agents.selectors import get_agent
from agents.selectors.agents import DRAFT
from agents.selectors.experiments import list_experiments
from agents.selectors.prompts import list_prompts
from agents.selectors.versions import list_versions
from frontend.agent_form import SECTIONS, fields_of, read_section
from rapport.ids import Prefix, encode
from tests.cast import Cast

APPEARANCE = {"name": "Ada", "greeting": "Hello", "suggested_questions": "One?\n\n Two? ", "color": "#0c6a58"}


def post(client: Client, path: str, data: Mapping[str, object]) -> tuple[int, str]:
    client.get("/settings/")
    token = client.cookies["csrftoken"].value
    answer = client.post(path, {"csrfmiddlewaretoken": token, **data}, follow=True)
    return answer.status_code, answer.content.decode()


@pytest.fixture
def path(cast: Cast) -> str:
    return f"/agents/{encode(Prefix.AGENT, cast.acme.agent_id)}/"


def names(cast: Cast) -> tuple[str, str, int]:
    published = get_agent(tenant_id=cast.acme.tenant_id, agent_id=cast.acme.agent_id)
    draft = get_agent(tenant_id=cast.acme.tenant_id, agent_id=cast.acme.agent_id, version=DRAFT)
    return published.name, draft.name, published.version


def test_a_section_is_saved_in_the_draft_and_published_when_asked(cast: Cast, alice_client: Client, path: str) -> None:
    _, page = post(alice_client, path, APPEARANCE)
    assert names(cast) == ("Acme assistant", "Ada", 1)
    assert "The draft differs from version 1 in" in page
    post(alice_client, path, {**APPEARANCE, "name": "Eve", "publish": "1"})
    assert names(cast) == ("Eve", "Eve", 2)
    agent = get_agent(tenant_id=cast.acme.tenant_id, agent_id=cast.acme.agent_id)
    assert agent.suggested_questions == ("One?", "Two?")


def test_what_is_wrong_stands_beside_its_field_and_what_was_written_stays(
    cast: Cast, alice_client: Client, path: str
) -> None:
    status, page = post(alice_client, path, {**APPEARANCE, "name": "Eve", "color": "red"})
    assert (status, 'value="Eve"' in page) == (400, True)
    assert 'id="field-appearance-color-error"' in page
    assert names(cast) == ("Acme assistant", "Acme assistant", 1)
    status, page = post(alice_client, f"{path}?section=prompt", {"instructions": "x", "blocks": "- {text: ["})
    assert (status, 'id="field-prompt-blocks-error"' in page) == (400, True)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_comes_back_from_its_form_as_it_was(
    cast: Cast, alice_client: Client, path: str, section: str
) -> None:
    """Whatever fields a section has: what the page shows, sent back, changes nothing."""
    config = get_agent(tenant_id=cast.acme.tenant_id, agent_id=cast.acme.agent_id).config
    sent = {each.name: each.value for each in fields_of(config, section)}
    status, _ = post(alice_client, f"{path}?section={section}", {**sent, "publish": "1"})
    assert (status, names(cast)) == (200, ("Acme assistant", "Acme assistant", 1))
    query = alice_client.get("/settings/").wsgi_request.POST.copy()
    query.update(sent)
    assert set(read_section(section, query)) == set(to_document(config)[section])


def test_versions_are_compared_published_again_and_thrown_away(cast: Cast, alice_client: Client, path: str) -> None:
    post(alice_client, path, {**APPEARANCE, "publish": "1"})
    page = alice_client.get(f"{path}difference/?from=1&to=2").content.decode()
    assert "<del>Acme assistant</del> <ins>Ada</ins>" in page
    _, page = post(alice_client, f"{path}roll-back/", {"version": "1"})
    assert "version 1 again" in page
    post(alice_client, path, APPEARANCE)
    _, page = post(alice_client, f"{path}keep/", {"note": "To be tried"})
    assert "To be tried" in page
    rows = list_versions(tenant_id=cast.acme.tenant_id, agent_id=cast.acme.agent_id)
    assert [each.is_candidate for each in rows] == [True, False, False, False]
    post(alice_client, f"{path}discard/", {})
    assert names(cast) == ("Acme assistant", "Acme assistant", 3)


def test_a_file_goes_out_and_comes_in(cast: Cast, alice_client: Client, path: str) -> None:
    out = alice_client.get(f"{path}file/")
    assert out["Content-Disposition"] == 'attachment; filename="acme-assistant.yaml"'
    changed = out.content.replace(b"passages: 10", b"passages: 3")
    into = {"into": encode(Prefix.AGENT, cast.acme.agent_id)}
    _, page = post(alice_client, "/agents/import/", {"file": SimpleUploadedFile("a.yaml", changed), **into})
    assert "The file is in the draft." in page
    bad = changed.replace(b"passages: 3", b"passages: 0").replace(b"#4f46e5", b"red")
    status, page = post(alice_client, "/agents/import/", {"file": SimpleUploadedFile("a.yaml", bad)})
    assert (status, "appearance.color" in page, "knowledge.passages" in page) == (400, True, True)


def test_an_experiment_is_started_and_stopped(cast: Cast, alice_client: Client, path: str) -> None:
    post(alice_client, path, {**APPEARANCE, "publish": "1"})
    form = {"name": "Names", "version_a": "1", "percent_a": "60", "version_b": "2", "percent_b": "41"}
    status, page = post(alice_client, f"{path}experiments/", form)
    assert (status, "together they are 100" in page) == (400, True)
    status, page = post(alice_client, f"{path}experiments/", {**form, "percent_b": "40"})
    assert (status, "running" in page) == (200, True)
    (row,) = list_experiments(tenant_id=cast.acme.tenant_id, agent_id=cast.acme.agent_id)
    post(alice_client, f"{path}experiments/{encode(Prefix.EXPERIMENT, row.id)}/stop/", {})
    (row,) = list_experiments(tenant_id=cast.acme.tenant_id, agent_id=cast.acme.agent_id)
    assert not row.is_running


def test_a_prompt_is_made_changed_and_labelled(cast: Cast, alice_client: Client) -> None:
    status, page = post(alice_client, "/prompts/", {"name": "Not a slug", "text": "x"})
    assert (status, 'id="prompt-name-error"' in page) == (400, True)
    post(alice_client, "/prompts/", {"name": "tone", "text": "Speak for {{ company }}."})
    (prompt,) = list_prompts(tenant_id=cast.acme.tenant_id)
    one = f"/prompts/{encode(Prefix.PROMPT, prompt.id)}/"
    _, page = post(alice_client, f"{one}add/", {"text": "Speak kindly for {{ company }}."})
    assert re.search(r"<ins>\s*kindly\s*</ins>", page)
    _, page = post(alice_client, f"{one}move/", {"label": "production", "version": "2"})
    assert "on version 2 now" in page
    assert post(alice_client, f"{one}remove/", {"label": "nothing"})[0] == 404
    (prompt,) = list_prompts(tenant_id=cast.acme.tenant_id)
    assert prompt.labels == {"production": 2}


def test_who_may_only_read_changes_nothing(cast: Cast, bob_client: Client, path: str) -> None:
    for where in (path, f"{path}publish/", f"{path}experiments/", "/prompts/", "/agents/import/"):
        assert post(bob_client, where, APPEARANCE)[0] == 403
    assert 'name="publish"' not in bob_client.get(path).content.decode()
