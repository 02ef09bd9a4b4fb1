"""Every code that a document or a crawl can fail with is explained in docs/knowledge.md."""

from collections.abc import Iterator

import pytest

from ingestion.parsing.errors import ParsingError
from ingestion.sources.website import errors as website
from rapport.config import ROOT
from rapport.errors import RapportError
from rapport.outbound import errors as outbound


def _codes() -> Iterator[str]:
    yield from (kind.code for kind in ParsingError.__subclasses__())
    for module in (website, outbound):
        for kind in vars(module).values():
            if isinstance(kind, type) and issubclass(kind, RapportError) and kind.__module__ == module.__name__:
                yield kind.code


@pytest.mark.parametrize("code", sorted(set(_codes())))
def test_the_code_is_explained(code: str) -> None:
    assert f"`{code}`" in (ROOT / "docs" / "knowledge.md").read_text()
