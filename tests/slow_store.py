"""A store that takes as long to empty as a test likes, and an erasure that comes to it, for real processes.

`python -m tests.slow_store` makes a contact in an empty folder and asks for its erasure. With RAPPORT_TEST_SLOW_STORE
the processes of `tests.running` have the store: it says by a file that its turn has come, and waits for another.
"""

import json
import os
import sys
import time

BEGUN, GO = "erasing.begun", "erasing.go"


def declare() -> None:
    from tenants.privacy.holdings import Store, declare_store

    declare_store(Store("slow", "For tests: it is emptied when they say so", lambda subject: 0, lambda subject: wait()))


def wait() -> None:
    from rapport.config import get_config

    folder = get_config().data_dir
    (folder / BEGUN).touch()
    while not (folder / GO).exists():
        time.sleep(0.05)


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "rapport.settings"
    import django

    django.setup()
    from tenants.actors import SYSTEM
    from tenants.privacy.erasure import request_erasure
    from tests.cast import assemble
    from tests.privacy.conftest import make_talker

    talker = make_talker(assemble().acme, "quokka-1")
    request_erasure(tenant_id=talker.tenant_id, contact_id=talker.contact_id, actor=SYSTEM)
    sys.stdout.write(json.dumps({"contact": talker.contact_id.hex}))


if __name__ == "__main__":
    main()
