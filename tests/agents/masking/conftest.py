"""The scripted providers and the shop that may be called."""

from collections.abc import Iterator

import pytest

from tests.agents.tools.conftest import connection as connection
from tests.agents.tools.conftest import make_tool as make_tool
from tests.agents.tools.conftest import shop as shop
from tests.providers.running import Running, providers_running


@pytest.fixture(scope="package")
def running() -> Iterator[Running]:
    with providers_running() as found:
        yield found


@pytest.fixture
def server(running: Running) -> Running:
    running.providers.forget()
    return running
