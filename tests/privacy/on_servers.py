"""In a process that is set up on the real servers: erase a contact, then delete its company, and say what is left.

`tests/privacy/test_real_servers.py` starts it.
"""

import json
import os
import sys


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "rapport.settings"
    import django

    django.setup()
    from rapport.events.inline import deliver_now
    from tenants.actors import SYSTEM
    from tenants.context import tenant_scope
    from tenants.privacy.departure import run_departures
    from tenants.privacy.erasure import request_erasure
    from tenants.privacy.models import Departure, Erasure
    from tests.cast import assemble
    from tests.privacy.conftest import SECRET, frames_of, make_talker, places_with
    from tests.privacy.test_departure import make_due, rows_left

    cast = assemble()
    tenant_id = cast.acme.tenant_id
    talker = make_talker(cast.acme, f"{SECRET}-1")
    said: dict[str, object] = {"before": sorted(places_with(SECRET, tenant_id)), "frames": frames_of(talker)}
    request_erasure(tenant_id=tenant_id, contact_id=talker.contact_id, actor=SYSTEM)
    deliver_now()
    said |= {"after": sorted(places_with(SECRET, tenant_id)), "frames_after": frames_of(talker)}
    with tenant_scope(tenant_id):
        said["erasure"] = Erasure.objects.get().receipt
    make_talker(cast.acme, f"{SECRET}-2")
    make_due(tenant_id)
    said["departures"] = run_departures()
    said["rows_left"] = rows_left(tenant_id)
    said["left"] = sorted(places_with(SECRET, tenant_id))
    said["departure"] = Departure.objects.get().receipt
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main()
