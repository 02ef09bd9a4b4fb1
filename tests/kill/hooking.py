"""`python -m tests.kill.hooking add URL`, then `… tell TENANT COUNT`: a company with a webhook, and things that happen.

Each in a transaction of its own, in a process beside the real ones.
"""

import json
import os
import sys
from uuid import UUID


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "rapport.settings"
    import django

    django.setup()
    if sys.argv[1] == "add":
        _add(sys.argv[2])
    else:
        _tell(UUID(sys.argv[2]), int(sys.argv[3]))


def _add(url: str) -> None:
    from tenants.actors import SYSTEM
    from tenants.models import User
    from tenants.services import create_tenant
    from tenants.webhooks.endpoints import create_webhook

    owner = User.objects.create_user("hooks@acme.example", "correct horse battery")
    tenant_id = create_tenant(name="Acme", owner_id=owner.id)
    made = create_webhook(tenant_id=tenant_id, url=url, event_types=["document.*"], actor=SYSTEM)
    sys.stdout.write(json.dumps({"tenant": str(tenant_id), "secret": made.secret}))


def _tell(tenant_id: UUID, count: int) -> None:
    from django.db import transaction

    from tenants.actors import SYSTEM
    from tenants.audit import record_audit
    from tenants.context import tenant_scope

    for number in range(count):
        with tenant_scope(tenant_id), transaction.atomic():
            record_audit(actor=SYSTEM, action="document.deleted", subject=f"doc_{number}")


if __name__ == "__main__":
    main()
