"""`python -m tests.kill.asking`: in a process of its own, a company whose visitor asks one question. Prints the ids."""

import json
import os
import sys


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "rapport.settings"
    import django

    django.setup()
    from agents.services import post_message
    from tenants.actors import visitor_actor
    from tests.cast import make_company, make_user, make_visitor

    company = make_company("Acme", make_user(sys.argv[1]), "https://shop.acme.example")
    visitor = make_visitor(company)
    posted = post_message(
        tenant_id=company.tenant_id,
        conversation_id=visitor.conversation_id,
        text="How long does delivery take?",
        idempotency_key="",
        actor=visitor_actor(visitor.contact_id),
    )
    sys.stdout.write(json.dumps({"tenant": str(company.tenant_id), "turn": str(posted.turn_id)}))


if __name__ == "__main__":
    main()
