"""The catalogue, the code and the documentation say the same; the examples of the documentation work."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from standardwebhooks import Webhook

from rapport.config import ROOT
from rapport.ids import Prefix
from tenants.context import tenant_scope
from tenants.models import AuditEntry
from tenants.webhooks.catalogue import BY_NAME, CATALOGUE, is_selector, is_wanted
from tenants.webhooks.delivering import FACTOR, FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS
from tenants.webhooks.endpoints import MOST_ENDPOINTS, ROTATION_HOURS, make_secret
from tests.cast import Cast
from tests.strangers.conftest import acmes as acmes
from tests.strangers.possessions import Possessions
from tests.tenants.audited import actions_in, read_modules

DOCS = (ROOT / "docs" / "webhooks.md").read_text()
ROW = re.compile(r"^\| `([a-z_.]+)` \| (.+?) \| `([a-z]+)_…` \| (.*?) \|$", re.MULTILINE)


def test_the_documentation_shows_the_catalogue() -> None:
    shown = [
        (name, meaning, prefix, re.findall(r"`(\w+)`", fields)) for name, meaning, prefix, fields in ROW.findall(DOCS)
    ]
    assert shown == [(each.name, each.meaning, each.subject, list(each.fields)) for each in CATALOGUE]


def test_the_documentation_says_what_the_code_does() -> None:
    assert f"at most {MOST_ENDPOINTS} webhooks" in DOCS
    assert f"for {ROTATION_HOURS} hours both sign" in DOCS
    pauses = [FIRST_PAUSE_SECONDS * FACTOR**times for times in range(3)]
    assert pauses == [5, 15, 45]
    assert "about 5 seconds, 15, 45 and so on" in DOCS
    assert LONGEST_PAUSE_SECONDS == 4 * 3600


def test_every_type_is_written_somewhere() -> None:
    written = actions_in(read_modules(ROOT, ("tenants", "billing", "ingestion", "agents")))
    assert BY_NAME.keys() - written == set()


def test_types_are_told_apart() -> None:
    assert len(BY_NAME) == len(CATALOGUE)
    assert all(each.subject in set(Prefix) for each in CATALOGUE)
    assert is_wanted("memory.fact.learned", ["memory.fact.*"])
    assert is_wanted("memory.fact.learned", ["document.*", "*"])
    assert not is_wanted("memory.fact.learned", ["memory.fact.retracted", "document.*"])
    assert [is_selector(each) for each in ("memory.fact.*", "memory.*", "*.*", "")] == [True, False, False, False]


def test_what_happens_holds_what_the_catalogue_says(cast: Cast, acmes: Possessions) -> None:
    """A company in which much happened: rows whose details the catalogue does not name would be told to nobody."""
    with tenant_scope(cast.acme.tenant_id):
        rows = list(AuditEntry.objects.filter(action__in=BY_NAME).values_list("action", "subject", "details"))
    assert len({action for action, _, _ in rows}) > 7
    for action, subject, details in rows:
        kind = BY_NAME[action]
        assert subject.startswith(f"{kind.subject}_"), action
        assert set(details) <= set(kind.fields), action
        assert "quokka" not in json.dumps(details).lower().replace("quokka key", ""), "no content in the log"


def test_the_example_in_python_verifies() -> None:
    names: dict[str, Any] = {}
    (example,) = re.findall(r"```python\n(.*?)```", DOCS, re.DOTALL)
    exec(example, names)
    receive: Callable[..., Any] = names["receive"]
    secret, body, now = make_secret(), '{"type":"webhook.test"}', datetime.now(UTC)
    headers = {
        "webhook-id": "evt_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign("evt_1", now, body),
    }
    assert receive(body.encode(), headers, secret) == {"type": "webhook.test"}
    assert receive(body.encode() + b" ", headers, secret) is None
    assert receive(body.encode(), headers, make_secret()) is None
