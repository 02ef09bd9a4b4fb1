"""The health page shows which models rest, and why; of another company's own key it shows nothing."""

import pytest
from django.test import Client
from django.urls import reverse

from rapport.breakers.breakers import Breakers
from rapport.breakers.database import DatabaseBreakers
from rapport.breakers.state import FAILURES
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_resting_model_is_shown_to_whom_it_concerns(cast: Cast, alice_client: Client) -> None:
    breakers = Breakers(DatabaseBreakers())
    for name in ("platform:openai:gpt-5", f"{cast.other.tenant_id}:anthropic:claude-of-another"):
        for _ in range(FAILURES):
            breakers.failed(f"llm:{name}", "model_timed_out")
    shown = alice_client.get(reverse("health")).content.decode()
    assert "gpt-5" in shown
    assert "resting" in shown
    assert "model_timed_out" in shown
    assert "claude-of-another" not in shown
