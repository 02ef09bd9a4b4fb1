"""What every test of strangers begins with. What Acme has is in `tests/strangers/possessions.py`."""

import pytest

from tests.cast import Cast
from tests.strangers.possessions import Possessions, possess


@pytest.fixture
def acmes(cast: Cast) -> Possessions:
    return possess(cast)
