"""Acme with rows on every page."""

import pytest

from tests.cast import Cast
from tests.frontend.seed import Seeded, seed


@pytest.fixture
def seeded(cast: Cast) -> Seeded:
    return seed(cast.acme.tenant_id, cast.acme.agent_id, days=4)
