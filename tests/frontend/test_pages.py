"""Each page shows what is there, to those who may see it, under a policy that lets no foreign script in."""

import html
import re
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from agents.models import Turn
from ingestion.errors import DocumentNotFound
from ingestion.models import EmbeddingState, ProjectionCheck
from ingestion.selectors import list_documents, list_sources, list_versions
from rapport.events.models import InboxEvent
from rapport.events.selectors import list_inbox
from rapport.ids import Prefix, encode, new_id
from tenants.context import tenant_scope
from tenants.models import Membership
from tenants.selectors import get_tenant, list_widget_keys
from tests.cast import Cast, sign_in
from tests.frontend.places import LISTS, actions, objects
from tests.frontend.seed import Seeded

INLINE = re.compile(r"""<[^>]*\s(?:style|on[a-z]+)\s*=\s*["']""")
SCRIPT = re.compile(r"<script\b([^>]*)>")


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def post(client: Client, path: str, data: Mapping[str, object]) -> int:
    """As a browser does it: with the token of a page that was loaded before."""
    client.get("/settings/")
    data = {"csrfmiddlewaretoken": client.cookies["csrftoken"].value, **data}
    return client.post(path, data).status_code


def states(cast: Cast) -> list[tuple[str, str]]:
    return [(each.name, each.state) for each in list_documents(tenant_id=cast.acme.tenant_id)]


def test_every_page_opens_for_the_owner(cast: Cast, seeded: Seeded, alice_client: Client) -> None:
    for path in (*LISTS, *objects(cast, seeded)):
        text_of(alice_client, path)


def test_a_new_company_is_told_what_to_do_next(charlie_client: Client) -> None:
    assert charlie_client.get("/").headers["Location"] == "/welcome/"
    assert "Add what your agent should know" in text_of(charlie_client, "/welcome/")
    for path, words in (
        ("/knowledge/", "Nothing to answer from yet"),
        ("/conversations/", "No conversations yet"),
        ("/contacts/", "Nobody yet"),
        ("/usage/", "Nothing used yet"),
        ("/search/", "Nothing to search yet"),
    ):
        assert words in text_of(charlie_client, path)


def test_whoever_is_not_signed_in_is_sent_to_sign_in(cast: Cast, seeded: Seeded, client: Client) -> None:
    for path in (*LISTS, *objects(cast, seeded), "/usage.csv"):
        response = client.get(path)
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/accounts/login/?next=")


def test_a_stranger_sees_nothing_of_acme(cast: Cast, seeded: Seeded, charlie_client: Client) -> None:
    for path in (*objects(cast, seeded), f"/traces/turn/{encode(Prefix.TURN, seeded.turn_id)}/"):
        assert charlie_client.get(path).status_code == 404, path
    for path in LISTS:
        page = charlie_client.get(path, follow=True).content.decode()
        assert not re.search(r"Returns and refunds|Mara Lind|alice@acme|help\.acme|shop\.acme", page), path
    assert charlie_client.get("/usage.csv").getvalue().count(b"\n") == 1


def test_a_stranger_changes_nothing_of_acme(cast: Cast, seeded: Seeded, charlie_client: Client) -> None:
    before = states(cast)
    for path in actions(cast, seeded):
        assert post(charlie_client, path, {"name": "Taken over"}) == 404, path
    stolen = {"key": encode(Prefix.WIDGET_KEY, cast.acme.key_id), "origins": "https://thief.example"}
    assert post(charlie_client, "/widget/", stolen) == 404
    assert states(cast) == before
    assert list_widget_keys(cast.acme.tenant_id)[0].allowed_origins == (cast.acme.origin,)


def test_an_analyst_reads_and_changes_nothing(cast: Cast, seeded: Seeded, bob_client: Client) -> None:
    assert "Mara Lind" in text_of(bob_client, "/contacts/")
    for path in (*actions(cast, seeded), "/knowledge/website/", "/widget/", "/settings/"):
        assert post(bob_client, path, {"name": "Bob's", "url": "https://x.example"}) == 403, path
    assert get_tenant(cast.acme.tenant_id).name == "Acme"


def test_the_billing_role_sees_costs_and_no_conversations(cast: Cast, seeded: Seeded) -> None:
    Membership.objects.filter(user=cast.bob).update(role="billing")
    client = sign_in(cast.bob)
    assert "Mara Lind" not in text_of(client, "/")
    text_of(client, "/usage/")
    for path in ("/knowledge/", "/conversations/", "/contacts/", *objects(cast, seeded)):
        assert client.get(path).status_code == 403, path


def test_an_id_of_another_kind_is_a_page_that_is_not_there(cast: Cast, alice_client: Client) -> None:
    agent = encode(Prefix.AGENT, cast.acme.agent_id)
    for path in (f"/knowledge/documents/{agent}/", f"/traces/{agent}/", "/contacts/con_x/", "/knowledge/?source=src_!"):
        assert alice_client.get(path).status_code == 404, path


def test_pages_run_no_script_but_their_own(cast: Cast, seeded: Seeded, alice_client: Client) -> None:
    for path in (*LISTS, *objects(cast, seeded), "/accounts/password/change/", "/accounts/email/", "/dev/gallery/"):
        response = alice_client.get(path)
        page, policy = response.content.decode(), response.headers["Content-Security-Policy"]
        assert not INLINE.search(page), (path, INLINE.search(page))
        nonce = re.search(r"script-src 'nonce-([^']+)'", policy)
        assert nonce, path
        for attributes in SCRIPT.findall(page):
            assert "application/json" in attributes or f'nonce="{nonce[1]}"' in attributes, (path, attributes)


def test_a_citation_opens_the_document_at_the_passage(seeded: Seeded, alice_client: Client) -> None:
    page = text_of(alice_client, f"/conversations/{encode(Prefix.CONVERSATION, seeded.conversation_id)}/")
    link = re.search(r'data-source="1" href="([^"]+)"', page)
    assert link
    opened = text_of(alice_client, link[1].replace("&amp;", "&"))
    assert f'id="c-{encode(Prefix.CHUNK, seeded.chunk_id)}" data-asked' in opened
    quote = "You may return anything within 30 days of delivery, unused and in its box."
    assert f'<mark class="passage__quote">{quote}</mark>' in opened


def test_a_document_shows_its_versions_and_which_one_answers(cast: Cast, seeded: Seeded, alice_client: Client) -> None:
    page = text_of(alice_client, f"/knowledge/documents/{encode(Prefix.DOCUMENT, seeded.document_id)}/")
    assert "answering" in page
    assert "3 passages, 3 computed" in page
    with pytest.raises(DocumentNotFound):
        list_versions(tenant_id=cast.other.tenant_id, document_id=seeded.document_id)


def test_a_turn_leads_to_its_trace_with_arms_and_costs(seeded: Seeded, alice_client: Client) -> None:
    response = alice_client.get(f"/traces/turn/{encode(Prefix.TURN, seeded.turn_id)}/", follow=True)
    page = response.content.decode()
    assert response.status_code == 200
    for words in ("Grounding", "$0.000028", "dense score", "0.7134", "words rank", "gen_ai.retrieval.query.text"):
        assert words in page, words


def test_a_failed_document_says_why_and_can_be_tried_again(cast: Cast, seeded: Seeded, alice_client: Client) -> None:
    page = text_of(alice_client, "/knowledge/?state=failed")
    assert "pdf_without_text" in page
    assert "Run text recognition (OCR)" in page
    path = f"/knowledge/documents/{encode(Prefix.DOCUMENT, seeded.failed_document_id)}/retry/"
    assert post(alice_client, path, {}) == 302
    assert list_documents(tenant_id=cast.acme.tenant_id, state="failed") == []


def test_the_board_asks_by_itself_only_while_something_moves(cast: Cast, seeded: Seeded, alice_client: Client) -> None:
    assert "data-live-every" in text_of(alice_client, "/knowledge/board/")
    for source in list_sources(tenant_id=cast.acme.tenant_id):
        assert post(alice_client, f"/knowledge/sources/{encode(Prefix.SOURCE, source.id)}/delete/", {}) == 302
    assert "data-live-every" not in text_of(alice_client, "/knowledge/board/")


def test_a_conversation_renews_itself_only_when_it_changed(cast: Cast, seeded: Seeded, alice_client: Client) -> None:
    """What is unfolded on its page stays so while others talk."""
    path = f"/conversations/{encode(Prefix.CONVERSATION, seeded.conversation_id)}/"
    page = text_of(alice_client, path)
    assert 'data-live="conversations"' in page
    found = re.search(r'hx-get="([^"]+\?seen=[^"]+)"', page)
    assert found
    assert alice_client.get(found[1]).status_code == 204
    with tenant_scope(cast.acme.tenant_id):
        Turn.objects.filter(id=seeded.turn_id).update(state="running", answer=None)
    assert alice_client.get(found[1]).status_code == 200


def test_an_answer_under_way_shows_and_is_asked_for_again(cast: Cast, seeded: Seeded, alice_client: Client) -> None:
    path = f"/conversations/{encode(Prefix.CONVERSATION, seeded.conversation_id)}/"
    assert "data-live-every" not in text_of(alice_client, path)
    with tenant_scope(cast.acme.tenant_id):
        Turn.objects.filter(id=seeded.turn_id).update(state="running", answer=None)
    assert "data-live-every" in text_of(alice_client, path)
    with tenant_scope(cast.acme.tenant_id):
        Turn.objects.filter(id=seeded.turn_id).update(state="failed", error_code="turn_failed")
    page = text_of(alice_client, path)
    assert "This question got no answer" in page
    assert "turn_failed" in page


@pytest.mark.parametrize("origins", ["shop.example", "https://*.example", "javascript:alert(1)"])
def test_a_wrong_website_is_refused_with_a_sentence(cast: Cast, alice_client: Client, origins: str) -> None:
    alice_client.get("/widget/")
    data = {
        "csrfmiddlewaretoken": alice_client.cookies["csrftoken"].value,
        "key": encode(Prefix.WIDGET_KEY, cast.acme.key_id),
        "origins": origins,
    }
    response = alice_client.post("/widget/", data)
    assert response.status_code == 400
    assert "is not an origin" in response.content.decode()


def test_settings_rename_the_company_and_move_its_clock(cast: Cast, seeded: Seeded, alice_client: Client) -> None:
    form = {"name": "  Acme   Tools ", "slug": "acme", "locale": "en", "time_zone": "Asia/Kolkata", "traces_days": "30"}
    assert post(alice_client, "/settings/", form) == 302
    assert get_tenant(cast.acme.tenant_id).retention.traces_days == 30
    assert get_tenant(cast.acme.tenant_id).name == "Acme Tools"
    assert "IST" in text_of(alice_client, "/conversations/")
    assert post(alice_client, "/settings/", form | {"time_zone": "Mars/Olympus"}) == 400


def test_a_failed_event_is_tried_again_by_its_own_company_only(
    cast: Cast, seeded: Seeded, alice_client: Client, bob_client: Client, charlie_client: Client
) -> None:
    page = text_of(alice_client, "/health/")
    assert "The embedder did not answer. Try again when it is back." in page
    other, dead = list_inbox(tenant_id=cast.acme.tenant_id)
    assert post(charlie_client, "/health/replay/", {"id": dead.id}) == 404
    assert post(charlie_client, "/health/drop/", {}) == 302  # drops all of its own, which are none
    assert post(bob_client, "/health/replay/", {"id": dead.id}) == 403
    assert list_inbox(tenant_id=cast.acme.tenant_id) == [other, dead]
    assert "The embedder did not answer" not in text_of(charlie_client, "/health/")
    assert post(alice_client, "/health/replay/", {"id": dead.id}) == 302
    assert list_inbox(tenant_id=cast.acme.tenant_id) == [other]


def test_failed_events_of_one_kind_are_shown_and_tried_again_however_many(
    cast: Cast, seeded: Seeded, alice_client: Client
) -> None:
    InboxEvent.objects.bulk_create(
        InboxEvent(
            tenant_id=cast.acme.tenant_id,
            source="tests",
            subscription="remember-turns",
            event_id=new_id(),
            key=str(number),
            payload={},
            state="dead",
            error_code="worker_died",
        )
        for number in range(120)
    )
    kind = {"subscription": "remember-turns", "code": "worker_died"}
    page = text_of(alice_client, f"/health/?{urlencode(kind)}")
    assert "Try these again" in page
    assert "These are the newest" in page
    assert "The embedder did not answer" not in page
    assert post(alice_client, "/health/replay/", kind) == 302
    (left,) = list_inbox(tenant_id=cast.acme.tenant_id)
    assert left.subscription == "ingest-documents"
    assert "None of this kind" in text_of(alice_client, f"/health/?{urlencode(kind)}")


def test_the_health_page_tells_what_the_last_comparison_found(
    cast: Cast, seeded: Seeded, alice_client: Client, charlie_client: Client
) -> None:
    page = text_of(alice_client, "/health/")
    assert "Passages missing from the vector store" in page
    assert "1,840 passages and 211 documents compared" in page
    assert "Not compared yet" in text_of(charlie_client, "/health/")
    ProjectionCheck.objects.update(report={})
    assert "Nothing differs" in text_of(alice_client, "/health/")


def test_the_health_page_shows_how_far_a_move_to_another_model_is(
    cast: Cast, seeded: Seeded, alice_client: Client, charlie_client: Client
) -> None:
    page = text_of(alice_client, "/health/")
    assert "1,200 of 1,840 passages" in page
    assert "12 a second · about 53 s left" in page
    assert "Moving to another embedding model" not in text_of(charlie_client, "/health/")
    with tenant_scope(cast.acme.tenant_id):
        EmbeddingState.objects.update(runner_until=timezone.now() - timedelta(minutes=1))
    assert "It goes on where it was" in text_of(alice_client, "/health/")


def test_usage_is_exported_with_one_line_a_row(cast: Cast, seeded: Seeded, alice_client: Client) -> None:
    response = alice_client.get("/usage.csv?days=7")
    lines = response.getvalue().decode().splitlines()
    assert lines[0].startswith("id,occurred_at,meter,model")
    assert len(lines) == 1 + 4 * 4
    assert all(line.startswith("usg_") for line in lines[1:])


def test_conversations_are_found_by_words_and_state(alice_client: Client, seeded: Seeded) -> None:
    page = alice_client.get("/conversations/?q=GREEN").content.decode()
    assert '<mark class="passage__quote">green</mark>' in page
    assert "No conversation fits" in text_of(alice_client, "/conversations/?q=zebra")
    assert "No conversation fits" in text_of(alice_client, "/conversations/?state=human&days=1")
    assert "No conversation fits" not in text_of(alice_client, "/conversations/?state=gone&days=9")
    assert alice_client.get("/conversations/?agent=nonsense").status_code == 404


@pytest.mark.parametrize(
    ("path", "query", "looked_at", "end"),
    [
        ("/conversations/", "?q=zebra", "agents.selectors.conversations.LOOKED_AT", "No older conversation fits"),
        ("/traces/", "?slow=10000", "agents.selectors.traces.LOOKED_AT", "No older trace fits"),
    ],
)
def test_what_is_rare_is_looked_for_part_by_part(
    alice_client: Client,
    seeded: Seeded,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    query: str,
    looked_at: str,
    end: str,
) -> None:
    monkeypatch.setattr(looked_at, 20)
    page, parts = alice_client.get(path + query).content.decode(), 1
    while following := re.search(r'hx-get="([^"]+)" hx-trigger="load" hx-select="#found"', page):
        assert "Looking further back" in page
        page, parts = alice_client.get(html.unescape(following[1])).content.decode(), parts + 1
    assert 1 < parts < 20
    assert end in page
