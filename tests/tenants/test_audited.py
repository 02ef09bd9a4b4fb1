"""Every write of a service leaves an audit row: found from the code, so that a new service fails until it does."""

from textwrap import dedent

from rapport.config import ROOT
from tests.tenants.audited import find_functions, read_modules, unaudited

APPS = ("tenants", "billing", "ingestion", "agents", "frontend")

# Writes that are no one's deed, and why.
NO_AUDIT = {
    ("ingestion.contacts.services", "touch_contact"): "when someone was last there changes with every message",
    ("tenants.api_keys", "authenticate_api_key"): "notes when a key was last used",
    ("tenants.services", "create_user"): "a person of no company yet, who has no log",
    ("tenants.services", "choose_language"): "a person's own way to read, in all their companies",
    ("agents.services.versions", "add_first_version"): "part of create_agent, which records it",
    ("ingestion.services.documents", "mark_deleting"): "part of delete_document and delete_source, which record it",
    ("ingestion.services.documents", "settle"): "part of what records that a document came or is tried again",
}


def test_every_service_records_what_it_writes() -> None:
    functions = find_functions(read_modules(ROOT, APPS))
    missing = unaudited(functions)
    assert missing - NO_AUDIT.keys() == set(), "These write without an audit row: call record_audit in them."
    assert NO_AUDIT.keys() - missing == set(), "These are excused for nothing."
    with_actor = [each for each in functions.values() if "actor" in each.parameters and each.is_public]
    assert len(with_actor) > 25, "The search itself finds too little."


def test_a_service_without_audit_is_found() -> None:
    planted = {
        "tenants.planted": dedent("""
            from tenants.audit import record_audit as note
            def forgets(*, actor): Thing.objects.filter(id=1).update(name="x")
            def records(*, actor): _through(actor)
            def _through(actor): run_once(work=lambda: note(actor=actor, action="thing.made"))
            def hides(): _write()
            def _write(): Thing.objects.create()
            def reads(): return Thing.objects.all()
        """)
    }
    assert unaudited(find_functions(planted)) == {("tenants.planted", "forgets"), ("tenants.planted", "hides")}
