"""Acme with rows on every page."""

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from tests.cast import Cast
from tests.frontend.seed import Seeded, seed


@pytest.fixture
def seeded(cast: Cast) -> Seeded:
    return seed(cast.acme.tenant_id, cast.acme.agent_id, days=4)


def age_sign_ins() -> None:
    """As if everybody had signed in an hour ago."""
    for row in Session.objects.all():
        held = row.get_decoded()
        for record in held.get(AUTHENTICATION_METHODS_SESSION_KEY, []):
            record["at"] -= 3600
        row.session_data = SessionStore().encode(held)
        row.save()
