"""The API's document has no warnings and is the one in docs/."""

from django.core.management import call_command


def test_the_document_is_complete_and_committed() -> None:
    call_command("openapi", "--check")
