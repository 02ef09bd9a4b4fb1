"""Where a widget asks for a proof of work, a new visitor is made for a solved challenge: its own, in time, once."""

import base64
import json
from typing import Any

import altcha
import pytest
from django.test import Client

from agents.channels.chat import proofs
from ingestion.models import Contact
from tenants.context import tenant_scope
from tenants.models import WidgetKey
from tests.agents.api.conftest import Caller, open_session
from tests.cast import Cast, Company


@pytest.fixture(autouse=True)
def _asked_for(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "ITERATIONS", 20)
    WidgetKey.objects.update(requires_proof=True)


def _ask(company: Company, what: str, **body: Any) -> Any:
    return Caller(Client(), Origin=company.origin).post(f"/v1/widget/{what}", {"key": company.key, **body})


def _challenge(company: Company) -> dict[str, Any]:
    answer = _ask(company, "challenges")
    assert answer.status_code == 201
    assert "no-store" in answer["Cache-Control"]
    challenge: dict[str, Any] = answer.json()
    return challenge


def _solved(challenge: dict[str, Any]) -> dict[str, Any]:
    solution = altcha.solve_challenge(altcha.Challenge.from_dict(challenge))
    assert solution is not None
    return {"challenge": challenge, "solution": solution.to_dict()}


def _sent(proof: object) -> str:
    return base64.b64encode(json.dumps(proof).encode()).decode()


def _count(company: Company) -> int:
    with tenant_scope(company.tenant_id):
        return Contact.objects.count()


def test_a_solved_challenge_makes_one_visitor(cast: Cast) -> None:
    proof = _sent(_solved(_challenge(cast.acme)))
    opened = _ask(cast.acme, "sessions", proof=proof)
    assert opened.status_code == 201
    before = _count(cast.acme)
    again = _ask(cast.acme, "sessions", proof=proof)
    assert (again.status_code, again.json()["error"]["code"]) == (403, "proof_of_work_required")
    assert "used already" in again.json()["error"]["message"]
    assert _count(cast.acme) == before
    known = open_session(cast.acme, Authorization=f"Bearer {opened.json()['token']}")
    assert known.json()["contact_id"] == opened.json()["contact_id"], "Who is known proves nothing again."


@pytest.mark.parametrize("proof", ["", "e30=", "!", _sent([]), _sent({"challenge": 1, "solution": 2}), _sent("x" * 80)])
def test_what_is_no_proof_is_refused_and_makes_nobody(cast: Cast, proof: str) -> None:
    before = _count(cast.acme)
    refused = _ask(cast.acme, "sessions", proof=proof)
    error = refused.json()["error"]
    assert (refused.status_code, error["code"], error["param"]) == (403, "proof_of_work_required", "proof")
    assert "/v1/widget/challenges" in error["message"]
    assert _count(cast.acme) == before


def test_another_companys_proof_an_easier_one_and_a_late_one_are_refused(cast: Cast) -> None:
    theirs = _solved(_challenge(cast.other))
    assert _ask(cast.acme, "sessions", proof=_sent(theirs)).status_code == 403
    assert _ask(cast.other, "sessions", proof=_sent(theirs)).status_code == 201, "It was not used up here."
    easy = _challenge(cast.acme)
    easy["parameters"].update(cost=1, keyPrefix="", expiresAt=easy["parameters"]["expiresAt"] + 9_000)
    assert _ask(cast.acme, "sessions", proof=_sent(_solved(easy))).status_code == 403
    unsigned = altcha.create_challenge("PBKDF2/SHA-256", 1, counter=0, data={"key": cast.acme.key}).to_dict()
    assert _ask(cast.acme, "sessions", proof=_sent(_solved(unsigned))).status_code == 403
    for signature in (7, "ü", ["x"]):
        odd = _solved(_challenge(cast.acme))
        odd["challenge"]["signature"] = signature
        assert _ask(cast.acme, "sessions", proof=_sent(odd)).status_code == 403
    wrong = _solved(_challenge(cast.acme))
    wrong["solution"]["derivedKey"] = "00" * 32
    assert _ask(cast.acme, "sessions", proof=_sent(wrong)).status_code == 403


def test_a_late_proof_is_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "LIFETIME", -proofs.LIFETIME)
    refused = _ask(cast.acme, "sessions", proof=_sent(_solved(_challenge(cast.acme))))
    assert "too late" in refused.json()["error"]["message"]


def test_challenges_are_for_the_widgets_own_pages(cast: Cast) -> None:
    elsewhere = Caller(Client(), Origin="https://evil.example").post("/v1/widget/challenges", {"key": cast.acme.key})
    assert (elsewhere.status_code, elsewhere.json()["error"]["code"]) == (403, "origin_not_allowed")
    assert _ask(cast.acme, "challenges", key="rp_pk_none").status_code == 404


def test_nothing_is_asked_where_it_is_off(cast: Cast) -> None:
    WidgetKey.objects.update(requires_proof=False)
    assert open_session(cast.acme).status_code == 201
