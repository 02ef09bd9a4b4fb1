"""The scripted providers, once for the folder; each test finds them as if nothing had happened."""

from collections.abc import Iterator

import pytest

from tests.providers.running import Running, providers_running


@pytest.fixture(scope="package")
def running() -> Iterator[Running]:
    with providers_running() as found:
        yield found


@pytest.fixture
def server(running: Running) -> Running:
    running.providers.forget()
    running.providers.texts.clear()
    return running
