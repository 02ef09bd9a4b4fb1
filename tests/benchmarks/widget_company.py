"""Two companies for `tests.benchmarks.widget`, written into the product's empty database before it starts: the widget
of one says nothing by itself, that of the other greets at once. Their keys come as JSON into the file WIDGET_KEYS."""

import json
import os
from pathlib import Path


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.settings")
    django.setup()
    from tenants.actors import SYSTEM
    from tenants.proactive import ProactiveMessages, ProactiveRule, set_proactive_messages
    from tests.cast import make_company, make_user

    owner = make_user("ola@fjell.example")
    quiet, greeting = (make_company(name, owner, os.environ["WIDGET_ORIGIN"]) for name in ("Quiet", "Greeting"))
    wanted = ProactiveMessages((ProactiveRule(text="Can we help you to find your size?"),), 24)
    set_proactive_messages(tenant_id=greeting.tenant_id, key_id=greeting.key_id, wanted=wanted, actor=SYSTEM)
    keys = {"with the widget": quiet.key, "and a message": greeting.key}
    Path(os.environ["WIDGET_KEYS"]).write_text(json.dumps(keys))


if __name__ == "__main__":
    main()
