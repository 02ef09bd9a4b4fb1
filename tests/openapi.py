"""The committed description of the API, read once for all tests of a process. libyaml reads it ten times as fast."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parents[1] / "docs" / "openapi.yaml"


@cache
def read_description() -> dict[str, Any]:
    """docs/openapi.yaml as objects; treat it as read-only."""
    loaded: dict[str, Any] = yaml.load(FILE.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return loaded
