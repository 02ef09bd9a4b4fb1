"""`manage.py openapi`: write docs/openapi.yaml from the code; `--check` fails when the file says something else."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.validation import validate_schema

from rapport.config import ROOT

FILE = ROOT / "docs" / "openapi.yaml"


class Command(BaseCommand):
    help = "Write the API's OpenAPI document to docs/openapi.yaml."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail when the file is out of date")

    def handle(self, *args: Any, **options: Any) -> None:
        text = make_document()
        if not options["check"]:
            FILE.write_text(text)
        elif not FILE.exists() or FILE.read_text() != text:
            raise CommandError(f"{Path(FILE).relative_to(ROOT)} is out of date. Run `make openapi` and commit it.")


def make_document() -> str:
    """The document as YAML. Raises CommandError when it has warnings or is not valid."""
    with GENERATOR_STATS.silence():
        schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
        found = [message for kind in (GENERATOR_STATS._warn_cache, GENERATOR_STATS._error_cache) for message in kind]
    if found:
        raise CommandError("The API's schema has warnings:\n" + "\n".join(found))
    validate_schema(schema)  # type: ignore[no-untyped-call]
    text: bytes = OpenApiYamlRenderer().render(schema, renderer_context={})  # type: ignore[no-untyped-call]
    return text.decode()
